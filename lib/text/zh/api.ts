/** 中文：供程序和页面使用的接口。 */
import type { api as english } from "../en/api.ts";
import type { SameCodes } from "../catalogue.ts";

export const api: SameCodes<typeof english> = {
  "api.not-json": "读取命令：不是 JSON",
  "api.not-object": "读取命令：不是对象",
  "api.half": ({ name }) => `读取命令：“${name}”中有半个字符（单独的代理码元）`,
  "api.no-text": ({ name }) => `读取命令：“${name}”中没有文本`,
  "api.no-texts": ({ name, most }) => `读取命令：“${name}”中不是至多 ${most} 个文本的列表`,
  "api.no-flag": ({ name }) => `读取命令：“${name}”既不是 true 也不是 false`,
  "api.no-number": ({ name }) => `读取命令：“${name}”中不是大于或等于 0 的整数`,
  "api.no-id": ({ name }) => `读取命令：“${name}”中不是 32 位小写十六进制数字`,
  "api.no-cursor": ({ name }) => `读取命令：“${name}”中没有游标`,
  "api.no-once": ({ name, most }) => `读取命令：“${name}”中不是 1 到 ${most} 个字符的文本`,
  "api.unknown": "读取命令：未知类型",
  "api.unknown.hint": ({ types }) => `类型：${types}`,
  "api.no-path": "发送文件：没有指明路径",
  "api.id-taken": ({ id }) => `发送消息：标识 ${id} 已属于对方的一条消息`,
  "api.no-history": "续接：这里不保存任何对话",
  "api.no-history.hint": "去掉 --no-history，并查看：p2p config get history",
  "api.cursor-ahead": ({ cursor }) => `续接：这份历史还没有到 ${cursor}，该游标属于另一份历史`,
  "api.following": "续接：已经在从某个游标起报告事件",
  "api.no-cursor-file": "确认：没有存放游标的文件",
  "api.no-cursor-file.hint": "这样启动：p2p listen --json --cursor-file FILE",
  "api.cursor-file": ({ path }) => `读取游标文件 ${path}：其中没有游标`,
  "api.cursor-file.hint": "删除它，即从今后到来的内容开始",
  "api.needs-json": ({ flag }) => `${flag}：只对读取事件的程序有用`,
  "api.needs-json.hint": "加上 --json",
  "api.two-starts": "--since 与 --cursor-file：两者都指定了起点",
  "api.bad-cursor": ({ given }) => `--since ${given}：不是游标`,
};
