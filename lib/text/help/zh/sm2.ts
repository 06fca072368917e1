/** 中文：`p2p sm2` 的帮助。 */
import type { help as english } from "../en/sm2.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "以标准编码进行 SM2 加密",
  full: `对短消息进行 SM2 公钥加密，供脚本和其他工具使用。文件请用“p2p enc”。

示例：
  echo secret | p2p sm2 encrypt -k p2p1… -o c.der
  p2p sm2 decrypt c.der`,
  encrypt: {
    brief: "用公钥加密一条短消息",
    full: `用 SM2（GB/T 32918.4）加密，采用标准编码之一。文件请用“p2p enc”。

示例：
  echo secret | p2p sm2 encrypt -k p2p1… -o c.der
  p2p sm2 encrypt -k bob.pub.pem --format c1c3c2 -o c.bin key.txt
  p2p sm2 encrypt -k p2p1… --format c1c3c2 --no-04 --encoding hex key.txt   供 sm-crypto 使用`,
    flags: {
      key: "收件人：p2p1…、联系人、密钥或证书文件、130 个十六进制数字",
      format: "写出的格式：DER 供 OpenSSL 和 GmSSL，原始格式（带 04）供其他工具",
      encoding: "写出字节本身，或一行十六进制数字或 base64",
      no04: "原始格式不带开头的 04，与 sm-crypto 相同",
    },
  },
  decrypt: {
    brief: "解密 SM2 密文",
    full: `解密由“p2p sm2 encrypt”、OpenSSL、GmSSL、sm-crypto 或其他工具生成的密文：DER，或任一
顺序的原始格式，带不带开头的 04 均可，可以是字节，也可以是十六进制数字。

示例：
  p2p sm2 decrypt c.der
  p2p sm2 decrypt -i work.pem -o key.txt c.bin
  echo 3079… | p2p sm2 decrypt`,
    flags: {
      format: "密文的格式；auto 表示自动识别",
    },
  },
  digest: {
    brief: "输出 Z 和 e，签名即由此产生",
    full: `输出 Z（标识、曲线与公钥的杂凑值）和 e = SM3(Z ‖ M)，M 为消息，也就是 SM2 所签的值
（GB/T 32918.2）：用于教学，也用于对给定的 e 签名的设备。

示例：
  p2p sm2 digest -k p2p1… report.pdf
  printf 'message digest' | p2p sm2 digest -k alice.pub.pem --id 1234567812345678`,
    flags: {
      key: "签名者：p2p1…、联系人、密钥或证书文件、130 个十六进制数字",
    },
  },
};
