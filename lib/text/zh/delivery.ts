/** 中文：发送内容的结果，以及设置。 */
import type { SameCodes } from "../catalogue.ts";
import type { delivery as english } from "../en/delivery.ts";

export const delivery: SameCodes<typeof english> = {
  "talk.waiting": ({ label, text: words, reason }, { text }) =>
    `已保留，${label} 出现时发送：${words}（${text(reason)}）`,
  "talk.delivered-late": ({ label, text }) => `✓ 已送达 ${label}：${text}`,
  "talk.shown-only": ({ label }) => `已显示给 ${label}，但对方不保留历史记录`,
  "talk.expired": "送达：等待收件人的时间过长",
  "talk.clock-off": ({ label, seconds }, { duration }) =>
    `${label} 的时钟${seconds > 0 ? "快" : "慢"}了 ${
      duration(Math.abs(seconds))
    }：带 ? 的时间以其时钟为准`,
  "talk.not-kept": "留待以后发送：这里不保存任何内容",
  "talk.not-kept.hint": "去掉 --no-history，并确认状态文件夹可写",
  "talk.kept-later": ({ peer }) => `已保留，${peer} 出现时发送`,
  "talk.later-or-now": "发送：--later 与 --now 不能同时使用",
  "talk.later-needs-text": "发送消息：--later 需要文字：-m TEXT",
  "talk.later-needs-path": "发送文件：标准输入不能留待以后",
  "talk.later-needs-key": ({ peer }) => `留待以后发送：还不知道 ${peer} 的密钥`,
  "talk.no-own-history": "取消：请指明：/cancel 编号",
  "talk.search-what": "查找：查找什么？/search 文字",
  "talk.history-count": ({ most }) => `显示历史记录：请给出 1 到 ${most} 的数字：/history 20`,

  "config.line": ({ name, value, set }) => `${name} = ${value}${set ? "" : "  （默认）"}`,
  "config.unknown": ({ name }) => `设置：没有“${name}”这一项`,
  "config.unknown.hint": "用 p2p config list 查看全部",
  "config.value": ({ name, value, values }) =>
    `设置 ${name}：“${value}”不是以下之一：${values.join("、")}`,
};
