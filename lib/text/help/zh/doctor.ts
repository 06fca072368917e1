/** 中文：`p2p doctor` 的帮助。 */
import type { help as english } from "../en/doctor.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "检查这台机器：身份、网络、声音、密码算法",
  full: `检查 p2p 在这台机器上需要的一切，并说明缺什么、怎么解决。不询问口令，也不留下任何改动：
能否写入主目录是用一个空文件试出来的。不带选项时检查所有项目，大约需要两秒。

每行以“正常”、“注意”（没有也能用）或“失败”（不能用）开头；有“失败”时退出码为 1。
用 --crypto 逐项列出标准中的已知答案：有一项不符，本程序在这台机器上写出的任何东西都不可信。

示例：
  p2p doctor
  p2p doctor --network                  为什么别人连不上我？
  p2p doctor --crypto --json`,
  flags: {
    crypto: "检查 SM2、SM3、SM4 及建立在其上的一切",
    network: "检查网络地址、端口、防火墙和组播",
    sound: "检查录音和播放程序以及麦克风",
    home: "检查主目录、文件权限、身份密钥、数据库和剩余空间",
    port: "对方呼叫的 UDP 端口（默认 9999）",
    json: "每项检查输出一个 JSON 对象",
  },
};
