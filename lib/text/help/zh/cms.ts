/** 中文：`p2p cms` 的帮助。 */
import type { help as english } from "../en/cms.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "签名消息与数字信封：CMS，GM/T 0010",
  full: `其他工具所用的、带证书的消息：GM/T 0010 的 PKCS#7，采用 SM2、SM3 和 SM4-CBC。

示例：
  p2p cms sign --cert alice.crt -o report.p7s report.pdf
  p2p cms encrypt -r bob.crt -o report.p7m report.pdf`,
  flags: {
    for: "采用谁的格式：GM/T 0010、RFC 5652（OpenSSL、Bouncy Castle），或 GmSSL 不含 Z 的格式",
    der: "输出 DER，而不是 PEM",
  },
  sign: {
    brief: "用证书签署文件",
    full: `签署 FILE；消息中含有证书，若不分离则也含有 FILE。

示例：
  p2p cms sign -o report.p7s report.pdf            使用注册得到的证书
  p2p cms sign --cert alice.crt --detached --for rfc -o report.p7s report.pdf`,
    flags: {
      cert: "密钥的证书，以及到签发机构为止的其他证书",
      detached: "不含内容",
    },
    args: { file: "要签署的文件；省略时为标准输入" },
  },
  verify: {
    brief: "验证签名消息并输出其内容",
    full:
      `验证 IN 中的每个签名，以及每个签名者的证书能否追溯到受信任的机构。全部成立时以 0 结束；有一个不成立时以 3 结束，
并且不写出任何内容。

示例：
  p2p cms verify --ca school.crt -o report.pdf report.p7s
  p2p cms verify --content report.pdf report.p7s   内容分离`,
    flags: {
      content: "分离消息的内容",
      cert: "不在消息中的证书",
    },
    args: { file: "消息；省略时为标准输入" },
  },
  encrypt: {
    brief: "加密给证书的持有者",
    full:
      `把 FILE 加密给每个接收者；双证书使用其中用于加密的一张。p2p 用户之间请用 “p2p enc”：它能发现改动，而数字信封不能。

示例：
  p2p cms encrypt -r bob.crt -o report.p7m report.pdf
  p2p cms encrypt -r bob.crt -r carol.crt --for gmssl report.pdf`,
    flags: { recipient: "接收者的证书" },
    args: { file: "要加密的文件；省略时为标准输入" },
  },
  decrypt: {
    brief: "解开数字信封",
    full: `用自己的密钥解开 IN，无论由 p2p、GmSSL 还是 Bouncy Castle 制作。

示例：
  p2p cms decrypt -o report.pdf report.p7m
  p2p cms decrypt -i encryption.pem report.p7m`,
    args: { file: "消息；省略时为标准输入" },
  },
};
