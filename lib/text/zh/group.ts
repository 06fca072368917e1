/** 中文：群组。 */
import type { SameCodes } from "../catalogue.ts";
import type { group as english } from "../en/group.ts";

export const group: SameCodes<typeof english> = {
  "group.entry": "读取群组记录：不是群组记录",
  "group.signature": "读取群组记录：签名与作者不符",
  "group.other-group": "读取群组记录：属于另一个群组",
  "group.name": "为群组命名：需要 1 到 64 字节的文本",
  "group.too-many-entries": ({ most }) => `更改群组：已有 ${most} 条更改，达到上限`,
  "group.message": "读取群消息：不是群消息",
  "group.message-signature": "读取群消息：签名不属于其作者",
  "group.no-author": "读取群消息：作者不是成员",
  "group.record": "读取群记录：格式不正确",
  "group.none": ({ name }) => `查找群组：没有名为 ${name} 的群组`,
  "group.none.hint": "p2p group list 列出所有群组",
  "group.confusable": ({ name, other }) => `为群组命名：${name} 容易与群组 ${other} 混淆`,
  "group.use": "参与群组",
  "group.broken": ({ reason }, { text }) => `读取群组数据流：${text(reason)}`,
  "group.not-member": ({ name }) => `使用群组 ${name}：您不在该群组中`,
  "group.old-program": ({ label }) => `${label} 的程序不支持群组：群消息会等到其程序更新之后再送达`,
  "group.withdrawn": ({ label, group, text }) =>
    `已在 ${group} 中撤回：${label} 在写下这条消息之前已被移出：${text}`,
  "group.refused-stranger": ({ label, name }) =>
    `已拒绝 ${label} 发来的群组 ${name} 的邀请：对方不是联系人`,
  "group.created": ({ group }) => `已创建群组 ${group}`,
  "group.invited": ({ label, group }) => `已邀请 ${label} 加入 ${group}`,
  "group.removed": ({ label, group }) => `已将 ${label} 移出 ${group}`,
  "group.left": ({ group }) =>
    `已离开 ${group}；聊天记录仍保留，删除请用：p2p history delete ${group}`,
  "group.later": ({ labels }) => `以下成员上线后才会得知：${labels.join("、")}`,
  "group.already-member": ({ label, group }) => `邀请加入 ${group}：${label} 已是成员`,
  "group.no-member": ({ label, group }) => `移出 ${group}：${label} 不是成员`,
  "group.list-empty": "还没有群组：p2p group create NAME MEMBER…",
  "group.joined": ({ group, by }) => `您已加入 ${group}（由 ${by} 邀请）`,
  "group.was-removed": ({ group, by }) => `您已不在 ${group}：被 ${by} 移出`,
  "group.member-added": ({ label, group, by }) => `${label} 已加入 ${group}（由 ${by} 邀请）`,
  "group.member-removed": ({ label, group, by }) => `${label} 已不在 ${group}：被 ${by} 移出`,
  "group.member-left": ({ label, group }) => `${label} 离开了 ${group}`,
  "group.question": ({ label, name }) => `加入 ${label} 邀请您的群组 ${name} 吗？`,
  "group.invites": ({ label }) => `${label} 邀请您加入一个群组`,
  "group.sent-to": ({ there, all, group }) => `${group} 中 ${all} 人里已有 ${there} 人收到`,
  "group.kept": ({ labels }) => `已保留，对方上线后发送：${labels.join("、")}`,
  "group.voice-follows": "[语音]",
  "group.files-differ": ({ label, author, name }) =>
    `在 ${name} 中接收文件：${label} 转交的内容与 ${author} 所声明的不符`,
  "group.renamed": ({ from, to }) => `${from} 在本机改称 ${to}`,
  "group.in": ({ label, group }) => `${label} ${group}`,
  "group.nobody-took": ({ group }) => `发送到 ${group}：没有成员在线`,
};
