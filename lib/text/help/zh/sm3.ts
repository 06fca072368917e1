/** 中文：`p2p sm3` 的帮助。 */
import type { help as english } from "../en/sm3.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "SM3 杂凑、HMAC-SM3，以及核对杂凑清单",
  full: `输出每个文件的 SM3 杂凑值（GB/T 32905）：十六进制数字、两个空格、文件名。

--check 读取这样的清单（也包括“openssl dgst”和 BSD 的格式），对每个文件输出 OK 或
FAILED。有杂凑值不符时退出码为 3，有文件无法读取时为 1。

示例：
  p2p sm3 *.iso > SM3SUMS
  p2p sm3 --check SM3SUMS
  tar c src | p2p sm3
  p2p sm3 --hmac-key-file mac.key report.pdf`,
  flags: {
    hmacKeyFile: "用 FILE 中的密钥计算 HMAC-SM3：十六进制数字，或原始字节",
    check: "核对 FILE 中的清单所列的文件（“-”表示标准输入）",
  },
  args: {
    file: "要计算的内容（默认为标准输入）",
  },
};
