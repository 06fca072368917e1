/** 中文：`p2p peers` 的帮助。 */
import type { help as english } from "../en/peers.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "显示哪些联系人在局域网上",
  full: `显示哪些联系人在局域网上，以及谁向所有人公开名称：名称、地址、是否已核实；以制表符分隔。
旁人由此一无所知，联系人只知道您在查找。地址只是可以一试的地方：连接时对方必须证明其密钥。

示例：
  p2p peers
  p2p peers --watch --json                         有人来去时各输出一行`,
  flags: {
    watch: "持续运行，报告谁来谁去",
    json: "每行输出一个 JSON 对象",
  },
};
