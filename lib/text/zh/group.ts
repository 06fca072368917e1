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
};
