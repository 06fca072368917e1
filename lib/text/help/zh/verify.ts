/** 中文：`p2p verify` 的帮助。 */
import type { help as english } from "../en/verify.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "验证签名",
  full: `验证由“p2p sign”、OpenSSL、GmSSL 或其他工具生成的分离签名。

签名正确时退出码为 0，不正确时为 3。证书中的密钥按原样采用；证书本身不作验证。
--digest-e 检查对 e 的签名（FILE 中为 32 字节或 64 个十六进制数字）；除非 e 是您自己从
消息算出的，否则这不能证明任何消息。

示例：
  p2p verify -k p2p1… -s report.pdf.sig report.pdf
  p2p verify -k alice.pub.pem -s src.sig < src.tar
  p2p verify -k alice.crt -s r.sig --id "" report.pdf     OpenSSL 未指定 distid 时`,
  flags: {
    key: "签名者：p2p1…、联系人、密钥或证书文件、130 个十六进制数字",
    digestE: "FILE 中是 e 本身，而不是消息：见上文",
    signature: "签名：DER、原始的 r‖s，或二者的十六进制",
  },
  args: {
    file: "被签名的内容（默认为标准输入）",
  },
};
