/** 中文：邀请、导出的联系人、配对，以及局域网上有谁。 */
import type { SameCodes } from "../catalogue.ts";
import type { people as english } from "../en/people.ts";

export const people: SameCodes<typeof english> = {
  "invitation.broken": "读取邀请：不是邀请，或有字符错误或缺失",
  "invitation.broken.hint": "请完整复制从 p2p:// 开始的整行，或给出二维码图片",
  "invitation.version": ({ version }) => `读取邀请：版本为 ${version}，此 p2p 不认识`,
  "invitation.host": ({ host }) => `邀请：主机名 ${host} 太长`,
  "invitation.many-addresses": ({ most }) => `邀请：地址多于 ${most} 个`,
  "invitation.long-name": ({ most }) => `邀请：建议的名称最多 ${most} 字节`,
  "invitation.no-code": ({ name }) => `接受邀请：${name} 中没有二维码`,
  "invitation.no-code.hint": "需要清晰的图片，二维码四周要有浅色边框",
  "invitation.own": "接受邀请：这是您自己的邀请",
  "invitation.show": "把它交给想认识您的人；它不是秘密，本身也不能证明什么",
  "invitation.wrote": ({ path }) => `二维码：${path}`,
  "invitation.known": ({ name }) => `该密钥已经认识：就是 ${name}`,
  "invitation.which-name": ({ fingerprint }) => `接受邀请：${fingerprint} 该叫什么名称？`,
  "invitation.which-name.hint": "请用 --name 名称 指定",
  "invitation.ask-name": ({ fingerprint, name }) =>
    `${fingerprint}：叫什么名称？${name === "" ? "" : `（直接回车即为 ${name}）`} `,
  "invitation.accepted": ({ name, fingerprint, address }) =>
    `${name}：${fingerprint}${address === "" ? "" : `，地址 ${address}`}`,
  "invitation.verify": ({ name }) => `方便时请核对安全码：p2p contact verify "${name}"`,
  "peers.off": "查找联系人：局域网发现已关闭",
  "peers.off.hint": "P2P_LAN=off 会关闭它；不设置时使用所有网络",
  "peers.none": "局域网上没有听到任何人",
  "people.exported": ({ count, path }) => `已导出 ${count} 个联系人，已签名并加密：${path}`,
  "people.not-export": ({ name }) => `从 ${name} 导入联系人：其中没有 p2p 的联系人`,
  "people.not-signed": ({ name }) => `从 ${name} 导入联系人：没有签名`,
  "people.other-signer": ({ name, signer }) => `从 ${name} 导入联系人：签名者是 ${signer}，不是您`,
  "people.other-signer.hint": "用 --from 名称 可导入他人导出的联系人，但不采用其标记",
  "people.not-for-you": ({ name }) => `从 ${name} 导入联系人：不是为您的密钥加密的`,
  "people.added": ({ name }) => `已添加 ${name}`,
  "people.same": ({ name }) => `${name} 已经存在`,
  "people.conflict-key": ({ name }) => `略过 ${name}：此处该名称对应另一个密钥`,
  "people.conflict-name": ({ name, other }) => `略过 ${name}：此处该密钥叫作 ${other}`,
  "people.conflict-alike": ({ name, other }) => `略过 ${name}：容易与 ${other} 混淆`,
  "people.conflict-bad-name": ({ name, reason }, { text }) => `略过 ${name}：${text(reason)}`,
  "people.conflicts": ({ count }) => `导入联系人：略过了 ${count} 个；原有内容没有改变`,
};
