/** 中文：`p2p listen` 的帮助。 */
import type { help as english } from "../en/listen.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "等待对方连接；显示消息、保存文件、播放语音",
  full: `在一个 UDP 端口上等待对方连接。消息输出到标准输出，文件被保存，语音被播放。
在终端上输入的一行发给提示符所指的人；/to 另选，/help 可查看更多。来自管道的行发给最近发来
消息的人。未能送达的消息会等对方回来再发。按 Ctrl-C 结束。

收到的文件绝不覆盖任何东西：会另取一个空闲的名称。--accept 决定接收谁的文件。

示例：
  p2p listen                                      使用 UDP 9999，保存到当前文件夹
  p2p listen --accept all --save-dir in           全部接收，保存到 in/ 之下
  p2p listen --log-level warning                  像服务那样输出（docs/service.md）
  p2p listen --port 0 --bind 127.0.0.1 --once     在空闲的本地端口上进行一次会话

程序可以通过 --json 应答（docs/json.md），例如把每条消息原样发回，不论中断多少次每条只答一次
（bash 和 jq）：
  coproc BOT { p2p listen --json --cursor-file cursor; }
  while read -r event <&"\${BOT[0]}"; do
    jq -c 'select(.type == "message") | {type, to: .peer.key, text, once: .id, ack: .cursor}' \\
      <<<"$event" >&"\${BOT[1]}"
  done`,
  flags: {
    port: "UDP 端口，与您的其他 p2p 程序共用；0 表示任取一个空闲端口",
    bind: "只在这个本机地址上监听",
    since: "与 --json 同用：先报告该游标之后保存的内容，再继续",
    cursorFile: "与 --json 同用：从 FILE 中的游标之后开始；确认事件会推进它",
    once: "第一次会话后结束",
    announce: "向局域网上的所有人公开这个名称",
    logLevel: "在标准错误上输出多少：warning 不报告谁来谁走；error 只报告错误",
    strict: "拒绝密钥尚不认识的人",
  },
};
