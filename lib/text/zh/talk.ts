/** 中文：对话。 */
import type { SameCodes } from "../catalogue.ts";
import type { talk as english } from "../en/talk.ts";

/** “letter.txt”，或“letters/（共 12 个文件）”。 */
function offered(
  { name, files, folders }: { name: string; files: number; folders: number },
): string {
  return files + folders === 1 ? name : `${name}${folders > 0 ? "/" : ""}（共 ${files} 个文件）`;
}

export const talk: SameCodes<typeof english> = {
  "talk.listening": ({ where, person }) => person ? `正在监听 ${where}` : `listening on ${where}`,
  "talk.listening-also": ({ where }) => `以及 ${where}`,
  "talk.shown-elsewhere":
    "您的另一个 p2p 先占用了这个端口：收到的内容显示在那里，它结束后才显示在这里",
  "talk.shown-here": "从现在起，收到的内容显示在这里",
  "talk.own-fingerprint": ({ fingerprint }) => `您的指纹：${fingerprint}`,
  "talk.fingerprint": ({ fingerprint }) => `指纹：${fingerprint}`,
  "talk.made-identity": ({ path }) => `已生成您的身份（没有口令）：${path}`,
  "talk.first-contact": ({ where, met }) =>
    `首次联系 ${where}：${met ? "此前在别处见过它的密钥" : "已记录它的密钥"}`,
  "talk.warning": "警告：",
  "talk.key-changed.warning": ({ who }) => `${who} 的密钥变了`,
  "talk.key-changed.known": ({ known }) => `此前的指纹：${known}`,
  "talk.key-changed.presented": ({ presented }) => `现在的指纹：${presented}`,
  "talk.key-changed.explained": "可能有人在冒充对方；也可能是对方换了设备或身份：",
  "talk.key-changed.ask": "请通过其他途径（例如打电话）向对方核对指纹",
  "talk.key-changed": ({ where, name }) =>
    `连接 ${name === undefined ? where : `${name}（${where}）`}：对方的密钥变了`,
  "talk.key-changed.hint": ({ who }) => `仅当对方确认新密钥时：p2p contact accept-key ${who}`,
  "talk.unknown-key": ({ where, fingerprint }) => `连接 ${where}：未知密钥 ${fingerprint}`,
  "talk.unknown-key.hint": "--strict 只接受已知密钥：去掉它运行一次即可记录此密钥",
  "talk.unknown-caller": ({ fingerprint }) => `接受呼叫：未知密钥 ${fingerprint}`,
  "talk.busy": "接受呼叫：等待显示的内容太多",
  "talk.no-address": ({ name }) => `联系 ${name}：不知道地址`,
  "talk.no-address.hint": ({ name }) =>
    `这样添加地址：p2p contact add "${name}" --address IP[:PORT]`,
  "talk.key-alone": ({ peer }) => `联系 ${peer}：没有联系人使用此密钥，而仅凭密钥无法得知地址`,
  "talk.key-alone.hint": "请给出 IP 地址、主机名或联系人名称",
  "talk.not-found": ({ peer }) => `联系 ${peer}：不知道地址，局域网上也没有使用该密钥的人应答`,
  "talk.not-found.hint": ({ peer }) =>
    `用 p2p peers 查看谁在线；这样添加地址：p2p contact add "${peer}" --address IP[:PORT]`,
  "talk.not-there": ({ where }) => `连接 ${where}：应答的是别人`,
  "talk.reached-elsewhere": "连接：已在另一个地址联系到对方",
  "talk.doing-discovery": "在局域网上查找联系人",

  "talk.connected": ({ label, where, verified }) =>
    `已连接 ${label}（${where}）${verified ? "，已核实" : ""}`,
  "talk.gone": ({ label, reason }, { text }) => `${label}：${text(reason)}`,
  "talk.silent": ({ label }) => `${label} 没有应答：仍在尝试`,
  "talk.answering": ({ label }) => `${label} 恢复应答`,
  "talk.calling-again": ({ peer, seconds }, { duration }) =>
    `与 ${peer} 失去联系：将在 ${duration(seconds)} 内不断重新呼叫`,
  "talk.me": ({ label }) => `我 → ${label}`,
  "talk.delivered": "已送达",
  "talk.not-yet": ({ label, text }) => `尚未送达 ${label}：${text}`,
  "talk.not-delivered": ({ label, text: words, reason }, { text }) =>
    `未送达 ${label}：${words}（${text(reason)}）`,
  "talk.nobody": "查找收信人：还没有人连接",
  "talk.nobody-chosen": ({ labels }) => `选择收信人：发给谁？${labels.join("、")}`,
  "talk.nobody-chosen.hint": "用 /to 名称 选择，之后这行文字会回到输入行",
  "talk.not-connected": ({ label }) => `发送消息：${label} 没有连接`,
  "talk.ambiguous": ({ labels }) => `选择收信人：连接着多个对方：${labels.join("、")}`,
  "talk.ambiguous.hint": "请在“to”中指明一个",

  "talk.received": ({ label, path, folder, files, bytes }, { size }) =>
    `收到来自 ${label} 的 ${path}（${size(bytes)}${folder ? `，${files} 个文件` : ""}）`,
  "talk.voice-note": ({ label, path, seconds, waveform }, { duration }) =>
    `${label} 的语音，${duration(seconds)}${waveform === "" ? "" : ` ${waveform}`}：${path}`,
  "talk.offers": ({ label }) => `${label} 想发送内容给您`,
  "talk.take-files-question": ({ label, bytes, ...offer }, { size }) =>
    `接收 ${label} 的 ${offered(offer)}（${size(bytes)}）吗？`,
  "talk.take-voice-question": ({ label, seconds, bytes }, { size, duration }) =>
    `接收 ${label} 的 ${duration(seconds)} 语音（${size(bytes)}）吗？`,
  "talk.refused-stranger": ({ label, voice, bytes, ...offer }, { size }) =>
    `已拒绝 ${label}（不是联系人）的${voice ? "语音" : ` ${offered(offer)}`}（${size(bytes)}）`,
  "talk.refused-stranger.hint": "  要接收所有人的文件：--accept all",
  "talk.reveal-hint": "/reveal 可显示其中隐藏的内容（如果有）",
  "talk.receiving": ({ name }) => `正在接收 ${name}`,
  "talk.receiving-voice": "正在接收语音",
  "talk.receive-broken": ({ name, reason }, { text }) => `接收 ${name}：${text(reason)}`,
  "talk.receive-broken.hint": "已收到的部分会保留：再次发送时从中断处继续",
  "talk.receive-failed": ({ path, reason, more }, { text }) =>
    `接收 ${path}：${text(reason)}${more === 0 ? "" : `，另有 ${more} 个`}`,

  "talk.sending": ({ name }) => `正在发送 ${name}`,
  "talk.sending-voice": "正在发送语音",
  "talk.sent-files": ({ label, name, bytes }, { size }) =>
    `已发送给 ${label}：${name}（${size(bytes)}）`,
  "talk.sent-voice": ({ label, bytes }, { size }) => `语音已发送给 ${label}（${size(bytes)}）`,
  "talk.resumed": ({ resumed, bytes }, { size }) => `续传：${size(bytes)} 中已有 ${size(resumed)}`,
  "talk.not-sent": ({ path, reason }, { text }) => `未发送：${path}：${text(reason)}`,
  "talk.some-not-sent": ({ count }) => `发送文件：有 ${count} 个无法发送`,
  "talk.some-not-sent.hint": "符号链接和特殊文件从不发送；见以上各行",
  "talk.send-refused": ({ name, declined, reason }, { text }) => {
    const words = text(reason);
    return `发送 ${name}：对方${declined ? "谢绝" : "拒绝"}${words === "" ? "" : `：${words}`}`;
  },
  "talk.send-failed": ({ path, reason, more }, { text }) =>
    `发送 ${path}：${text(reason)}${more === 0 ? "" : `，另有 ${more} 个`}`,
  "talk.send-broken": ({ reason }, { text }) => `发送文件：${text(reason)}`,
  "talk.send-broken.hint": "已送达的部分会保留在对方：再次运行同一命令即可继续",

  "talk.problem": ({ doing, reason }, { text }) => `${text(doing)}：${text(reason)}`,
  "talk.use-state": "读写对方的记录",
  "talk.read-command": "读取命令",
  "talk.take-voice": ({ path }) => `接收语音 ${path}`,
  "talk.ask-needs-terminal": "接收文件：--accept ask 需要终端",
  "talk.ask-needs-terminal.hint": "请使用 --accept contacts 或 --accept all",
  "talk.input-not-utf8": ({ number }) => `读取标准输入：第 ${number} 行不是 UTF-8 文本`,
  "talk.input-not-utf8.hint": "请先转换，例如：iconv -f GB18030 -t UTF-8",
  "talk.line-too-long": ({ most }) => `读取标准输入：有一行超过 ${most} 字节`,
  "talk.no-question": ({ id }) => `回答询问：没有编号为 ${id} 的询问`,

  "talk.how": "输入消息并按回车；/help 列出更多命令，/quit 离开",
  "talk.slash-help": `/to 名称|编号         消息发给谁；/who 列出所有人及编号，Alt-1 至 Alt-9 切换
/file 路径…           发送文件和文件夹
/voice [秒数]         录制并发送语音（不指定时为 5 秒）
/hide 图片 文字       把文字隐藏在图片的副本中，只有对方能看到，并发送
/reveal [图片]        显示图片（或最近收到的文件）中隐藏的内容
/me 动作              说明您在做什么
/history [N]          与收信人最近的 N 条消息；/search 文字 查找
/outbox               等待发送的内容；/cancel 编号 撤回一条
/verify               本次对话的安全码；与对方一致时输入 /verify ok
/name 名称            给当前收信人起这个名称
/invite [名称]        显示您的邀请：一行文字和二维码；名称是您建议的称呼
/block                断开当前收信人，今后也不再接受
/clear                清空窗口及已滚出的内容
/quit                 离开
//文字                发送以斜杠开头的文字
Tab 补全命令、名称和路径；Ctrl-R 查找输入过的行；Alt-回车 换行`,
  "talk.slash-unknown": ({ verb, corrections }) =>
    `读取命令：没有 /${verb}${
      corrections.length === 0 ? "" : `，您是否想输入 ${corrections.join(" 或 ")}？`
    }`,
  "talk.no-number": ({ number }) => `选择收信人：没有编号为 ${number} 的会话`,
  "talk.no-number.hint": "/who 列出所有会话",
  "talk.slash-unknown.hint": "/help 列出所有命令",
  "talk.to-whom": "选择收信人：请指明一个：/to 名称",
  "talk.name-whom": ({ label }) => `命名 ${label}：叫什么？/name 名称`,
  "talk.block-sure": ({ label }) => `${label} 将被断开，今后不再接受其任何内容：/block yes`,
  "talk.me-what": "说明动作：做什么？/me 挥手",
  "talk.name-file": "发送文件：请指明：/file 路径",
  "talk.name-picture": "隐藏：请指明图片和文字：/hide 图片 文字",
  "talk.voice-seconds": ({ most }) => `录制语音：请给出 1 到 ${most} 秒：/voice 10`,
  "talk.verified": ({ label, verified }) =>
    `${label} ${verified ? "现在视为已核实" : "不再视为已核实"}`,
  "talk.safety-number": ({ label }) => `与 ${label} 的安全码：`,
  "talk.safety-compare": "请通过其他途径（打电话、当面）核对；与对方一致时：/verify ok",

  "conversation.over": ({ doing, reason }, { text }) => `${text(doing)}：${text(reason)}`,
  "conversation.send-message": "发送消息",
  "conversation.send-files": "发送文件",
  "conversation.use": "使用连接",
  "conversation.talk": "对话",
  "conversation.read-stream": "读取对方发起的内容",
  "conversation.take-messages": "接收消息",
  "conversation.take-files": "接收文件",
  "conversation.no-more-receipts": "发送消息：对方停止了",
  "conversation.no-receipt": "发送消息：对方发来的不是回执",
  "conversation.closed": "已关闭",
  "conversation.lost": "连接中断",
  "conversation.replaced": "对方重新连接了",
  "conversation.broken": ({ reason }) => `协议错误：${reason}`,
  "conversation.left": "对方离开了",
  "conversation.handed-over": "对方的程序已结束，由其另一个程序接替",
  "conversation.untrusted": "对方拒绝：那里不接受我们的密钥",
  "conversation.failed-there": "对方拒绝：对方那边出了故障",
  "conversation.busy": "对方拒绝：正忙",
  "conversation.not-understood": "对方拒绝：它不理解本程序",
  "conversation.refused": ({ code }) => `对方拒绝（代码 ${code}）`,
  "conversation.refused-saying": ({ words }) => `对方拒绝：${words}`,
};
