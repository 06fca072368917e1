/** 中文：`p2p doctor` 的帮助。 */
import type { help as english } from "../en/doctor.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "检查本程序在这台机器上是否计算正确",
  full: `用标准中的已知答案检验 SM2、SM3、SM4 以及建立在其上的一切。有答案不符时退出码为 1：
此时本程序在这台机器上写出的任何东西都不可信。

示例：
  p2p doctor --crypto
  p2p doctor --crypto --json`,
  flags: {
    crypto: "检查密码算法（目前只有这一项）",
    json: "每项检查输出一个 JSON 对象",
  },
};
