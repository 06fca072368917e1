/** 中文：`p2p keygen` 的帮助。 */
import type { help as english } from "../en/keygen.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "生成您的 SM2 身份",
  full: `生成一对 SM2 密钥，并把私钥写成 PKCS#8 PEM 文件。

文件为 $P2P_HOME/identity.pem，除非用 -o 指定别的。在终端上会询问口令；直接按回车
表示不设口令。公钥输出到标准输出，其指纹和文件路径输出到标准错误。

示例：
  p2p keygen                                         生成您的身份
  p2p keygen -o work.pem --passphrase-file pass.txt  再生成一个，加密保存
  p2p keygen -o srv.pem --no-passphrase              用于无人值守启动的机器
  p2p keygen -o k.pem --passphrase-fd 3 --prf sha256 3<pass.txt   供 OpenSSL 使用的加密密钥`,
  flags: {
    noPassphrase: "不加密保存密钥，也不询问",
    prf: "口令所用的杂凑：GmSSL 读 sm3，OpenSSL 3.0 读 sha256",
  },
};
