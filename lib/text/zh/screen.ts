/** 中文：终端上的对话：提示符、正在输入的行、界面自己说的话。 */
import type { SameCodes } from "../catalogue.ts";
import type { screen as english } from "../en/screen.ts";

const WEEKDAYS = ["日", "一", "二", "三", "四", "五", "六"];

export const screen: SameCodes<typeof english> = {
  "screen.away": ({ label }) => `${label}（不在）`,
  "screen.searching": ({ query, found }) => `${found ? "查找" : "未找到"}：${query}> `,
  "screen.day": ({ day, weekday }) => `${day}，星期${WEEKDAYS[weekday]}`,
  "screen.notification": ({ label }) => `${label} 发来消息`,
  "screen.no-number": ({ number }) => `没有编号为 ${number} 的对话：/who 列出所有对话`,
  "screen.who": ({ number, label, here, verified, current, fingerprint }) =>
    `${current ? ">" : " "}${number} ${label}${here ? "" : "（不在）"}${
      verified ? "，已核实" : ""
    }  ${fingerprint}`,
  "screen.more": ({ more }) => `……另有 ${more} 个`,
  "screen.end-of-input": "用 /quit 或 Ctrl-C 结束；Ctrl-D 不会结束",
  "screen.calling": ({ peer }) => `正在呼叫 ${peer}……`,
  "screen.still-calling": ({ peer, reason }) =>
    `${reason}：将一直呼叫 ${peer}，直到对方应答；按 Ctrl-C 放弃`,
  "screen.call-again": ({ label }) => `按回车再次呼叫 ${label}，/quit 离开`,
  "screen.awaiting": ({ label, name }) => `正在等待 ${label} 接收 ${name}`,
  "screen.awaiting-voice": ({ label }) => `正在等待 ${label} 接收语音`,
  "screen.chosen": ({ label, here }) =>
    here ? `您的消息现在发给 ${label}` : `您的消息现在发给 ${label}；对方不在，消息会保留`,
  "screen.reach-us": ({ lines }) => `对方这样联系您：${lines.join("   或：")}`,
  "screen.own-key": ({ key }) => `您的公钥：${key}`,
};
