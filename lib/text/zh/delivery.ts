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
  "config.language": "显示给人看的文字的语言：en、zh、auto",
  "config.announce": "listen 向局域网中所有人显示的名称：off，或名称",
  "config.expiry": "无法送达的内容等待多久：30d、12h、45m、never",
  "config.history": "是否保留往来内容：on、off",
  "config.bell": "终端响铃：off 从不，mention 提到您时，all 每条消息",
  "config.notify": "通过终端发送桌面通知：off 从不，mention 提到您时，all 每条消息",
  "config.mention": "视为提到您的词，用逗号分隔；默认为公布的名称",
  "config.theme": "p2p ui 页面的配色：system（跟随系统）、light、dark",
  "config.times": "终端上的消息是否带时间：on、off",
  "config.unknown": ({ name }) => `设置：没有“${name}”这一项`,
  "config.unknown.hint": "用 p2p config list 查看全部",
  "config.value": ({ name, value, values }) =>
    `设置 ${name}：“${value}”不是以下之一：${values.join("、")}`,
};
