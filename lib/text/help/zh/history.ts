/** 中文：`p2p history` 的帮助。 */
import type { help as english } from "../en/history.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "显示、搜索、导出和删除往来消息",
  full: `与他人的往来消息，为您的身份加密保存。

示例：
  p2p history alice                                与她的最近消息
  p2p history --search 你好 --since 3d             三天内提到它的消息
  p2p history delete alice --before 2026-01-01     彻底删除更早的消息`,
  show: {
    brief: "显示消息，最新的在最后",
    full: `按对话顺序显示与 PEER（联系人、密钥、遇到过的地址）或与所有人的往来消息。
TIME 是日期、日期和时间，或多久以前（30m、12h、3d、2w）。

示例：
  p2p history alice --limit 20                     最近二十条
  p2p history --search "see you" --json            JSON，每行一个对象
  p2p history alice --export alice.jsonl           全部写入文件，未加密`,
    flags: {
      since: "只显示在 TIME 或之后保存的",
      until: "只显示在 TIME 或之前保存的",
      search: "只显示含有 TEXT 的消息，不分大小写",
      limit: "最近 N 条（默认 50 条；用 --export 时为全部）",
      json: "每行输出一个 JSON 对象",
      export: "以 JSON 写入 FILE，每行一个对象",
    },
    args: {
      peer: "与谁的往来；省略时为所有人",
    },
  },
  delete: {
    brief: "彻底删除与某人的往来消息",
    full: `从数据库、搜索索引和日志中删除与 PEER 的消息。收到的文件会保留。

示例：
  p2p history delete alice                         询问之后全部删除
  p2p history delete alice --before 52w --yes      一年以前的`,
    flags: {
      before: "只删除在 TIME 之前保存的",
      yes: "不再询问",
    },
    args: {
      peer: "与谁的往来，或 @GROUP",
    },
  },
};
