/** 中文：`p2p sign` 的帮助。 */
import type { help as english } from "../en/sign.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "用 SM2 和 SM3 给文件签名",
  full: `生成分离的签名（SM2 与 SM3，GB/T 32918.2），格式为 DER，OpenSSL 和 GmSSL 都能读取。

签名写入 FILE.sig；输入为标准输入时，写到标准输出。签名者标识是被签名内容的一部分，
验证者必须使用相同的标识。OpenSSL 使用空标识，除非指定 -sigopt distid:1234567812345678。

--digest-e 对别处算出的 e 签名（p2p sm2 digest 会输出 e）：FILE 中为 32 字节或 64 个十六进制
数字。它用于自行计算杂凑的设备和工具。切勿对别人给的 e 签名：它可以代表任何消息。

示例：
  p2p sign report.pdf                    生成 report.pdf.sig
  p2p sign -i work.pem -o r.sig report.pdf
  tar c src | p2p sign > src.sig         给数据流签名
  p2p sign --format hex -o - report.pdf  供 sm-crypto 使用
  p2p sm2 digest -k me.pub.pem a | p2p sign --digest-e -o a.sig`,
  flags: {
    digestE: "FILE 中是 e 本身，而不是消息：见上文",
    format: "写出的格式：DER、原始（r 和 s）、原始格式的十六进制数字、DER 的 base64",
    output: "把签名写入 SIG（默认 FILE.sig；“-”表示标准输出）",
  },
  args: {
    file: "要签名的内容（默认为标准输入）",
  },
};
