/** 中文：`p2p pubkey` 的帮助。 */
import type { help as english } from "../en/pubkey.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "显示公钥",
  full: `显示您的身份的公钥，或 FILE 中密钥的公钥。

FILE 可以是私钥或公钥（PEM、DER、十六进制、p2p1… 文本）、证书或证书请求；“-”表示
标准输入。只有在文件中没有口令就什么也读不出时，才会询问口令。

示例：
  p2p pubkey                        您自己的公钥，可以交给别人
  p2p pubkey -i alice.crt           证书中的公钥，以 p2p1… 表示
  p2p pubkey --pem > me.pub.pem     供 OpenSSL 和 GmSSL 使用
  p2p pubkey -i me.pub.pem --hex    供 sm-crypto 使用`,
  flags: {
    identity: "密钥文件：私钥或公钥，任何可读的格式",
    pem: "以 SubjectPublicKeyInfo PEM 输出",
    hex: "以 130 个十六进制数字输出",
  },
};
