/** 中文：加密文件。 */
import type { SameCodes } from "../catalogue.ts";
import type { container as english } from "../en/container.ts";

function decrypt({ name }: { name?: string | undefined }): string {
  return name === undefined ? "解密" : `解密 ${name}`;
}

export const container: SameCodes<typeof english> = {
  "container.armour": (params, { text }) =>
    `${decrypt(params)}：文本封装格式错误：${text(params.reason)}`,
  "container.header": (params, { text }) =>
    `${decrypt(params)}：文件头格式错误：${text(params.reason)}`,
  "container.empty": (params) => `${decrypt(params)}：文件是空的`,
  "container.truncated": (params) => `${decrypt(params)}：文件不完整`,
  "container.other-file": (params) => `${decrypt(params)}：不是 p2p 加密文件`,
  "container.other-file.hint": "dec 读取的是 p2p enc 写出的文件",
  "container.mac": (params) => `${decrypt(params)}：文件头被篡改`,
  "container.payload": (params) => `${decrypt(params)}：文件已损坏、不完整或被篡改`,
  "container.signature": (params) => `${decrypt(params)}：发送者的签名不符`,
  "container.sender-key": (params) => `${decrypt(params)}：发送者的密钥无效`,
  "container.no-match": (params) => `${decrypt(params)}：给出的密钥都打不开它`,
  "container.no-match.passphrase": "用口令可以打开：-p",
  "container.no-match.identity": "用 -i FILE 指定它所加密给的私钥",
  "container.wrong-passphrase": (params) => `${decrypt(params)}：口令错误`,
  "container.not-by-passphrase": (params) => `${decrypt(params)}：该文件不是用口令加密的`,
  "container.not-signed": (params) => `${decrypt(params)}：该文件没有签名`,
  "container.not-signed.hint": "--from 要求文件带有签名",
  "container.other-sender": (params) => `${decrypt(params)}：由他人签名：${params.sender}`,

  "armour.not-a-line": "有一行既不是 base64 也不是 END 行",
  "armour.behind-incomplete": "不完整的一行之后还有内容",
  "armour.not-base64": "有一行不是规范的 base64",
  "armour.no-begin": "没有 BEGIN 行",
  "armour.wrong-begin": "BEGIN 行有误",
  "armour.behind-end": "END 行之后还有内容",
  "armour.long-line": "有一行过长",
  "armour.no-end": "缺少 END 行",
  "armour.line-length": "有一行长度不对",

  "header.long-line": "有一行过长",
  "header.long": "文件头过长",
  "header.not-words": ({ line }) => `第 ${line} 行不是由单词组成`,
  "header.incomplete": ({ line }) => `第 ${line} 行不完整`,
  "header.not-a-line": ({ line }) => `第 ${line} 行既不是接收者段也不是 MAC`,
  "header.many-stanzas": "接收者段过多",
  "header.mac": "MAC 不是 32 字节的规范 base64",
  "header.no-stanza": "没有接收者段",
  "header.stanza": ({ type, reason }, { text }) => `${type} 段：${text(reason)}`,
  "stanza.sm2-words": "不是共享点加封装密钥",
  "stanza.share-form": "共享点不是压缩形式",
  "stanza.share-point": "共享点不在曲线上",
  "stanza.scrypt-words": "不是盐、计算量和封装密钥",
  "stanza.work-factor": "计算量不是数字",
  "stanza.twice": "出现了不止一个",
  "stanza.signed": "不是一个封装的密钥",

  "encrypt.nobody": "加密：既没有接收者，也没有口令",
  "encrypt.many-recipients": ({ most }) => `加密：最多 ${most} 个接收者`,
  "encrypt.too-long": "加密：超过 256 TiB",
  "encrypt.shorter": "读取输入：读取期间文件变短了",
  "worker.failed": ({ message }) => `运行工作线程：${message}`,
  "worker.error": ({ reason }, { text }) => text(reason),
  "worker.stopped": "运行工作线程：它停止了",

  "sealed.not-authentic": "打开密封数据：认证失败",
  "sealed.salt-length": "派生密钥：盐不是 16 字节",
  "sealed.recipients": ({ most }) => `密封数据：接收者只能有 1 到 ${most} 个`,
};
