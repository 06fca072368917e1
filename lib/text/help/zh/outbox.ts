/** 中文：`p2p outbox` 的帮助。 */
import type { help as english } from "../en/outbox.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "显示、取消或发送等待中的内容",
  full: `尚未送达的内容。任何一方出现时就会发出：listen 和 chat 也会发送。

示例：
  p2p outbox                                       等待中的，以及最近失败的
  p2p outbox cancel 3f2a91c0                       撤回一条
  p2p outbox flush                                 呼叫所有有内容等待的人`,
  list: {
    brief: "列出等待中的，以及最近失败或取消的",
    full: `列出等待中的内容：编号、状态、时间、收件人、文本。

示例：
  p2p outbox
  p2p outbox list --json`,
    flags: {
      json: "每行输出一个 JSON 对象",
    },
  },
  cancel: {
    brief: "撤回等待中的内容",
    full: `按编号或编号开头撤回等待中的内容。

示例：
  p2p outbox cancel 3f2a91c0
  p2p outbox cancel 3f2a91c04d5e6f708192a3b4c5d6e7f8`,
    args: {
      id: "编号，或其开头几位",
    },
  },
  flush: {
    brief: "呼叫所有有内容等待的人并发送",
    full: `呼叫有内容等待的联系人并发送。仍有内容等待时退出码为 4。

示例：
  p2p outbox flush
  p2p outbox flush --json`,
    flags: {
      json: "以 JSON 输出事件，每行一个对象",
    },
  },
};
