/** 中文：`p2p pair` 的帮助。 */
import type { help as english } from "../en/pair.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "用口头说出的短码互相成为已核实的联系人",
  full: `互相成为已核实的联系人：一方显示短码，另一方输入；不必再比对其他内容。
请说出短码，不要发送。短码只能试一次：输错一次即作废。不写 PEER 时在局域网上查找对方。

示例：
  p2p pair                                         显示短码并等待
  p2p pair --code 123-456-786                      在同一网络上的另一方
  p2p pair 192.168.1.5:9999                        对方的地址；会询问短码`,
  flags: {
    code: "对方显示的短码",
    name: "如何称呼对方；省略时会询问，或采用对方建议的名称",
    suggest: "向对方建议的您的名称",
    port: "本地 UDP 端口（默认：9999，若空闲）",
    bind: "只使用这个本机地址",
    json: "每行输出一个 JSON 对象",
  },
  args: {
    peer: "对方等待的地方：IP[:PORT]、主机名或联系人",
  },
};
