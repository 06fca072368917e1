/** 中文：`p2p chat` 的帮助。 */
import type { help as english } from "../en/chat.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "与对方交谈",
  full: `与运行“p2p listen”或“p2p chat”的对方进行加密会话。

PEER 是 IP、IP:PORT、[IPv6]:PORT、主机名或联系人名称；不指定端口时为 9999。两个人都运行
“p2p chat 对方”即可相遇。输入来自管道时，每行是一条消息；只有当对方的程序确认了每一条，
退出码才是 0。已发出但未得到确认的消息留在发件箱中。

无人应答时退出码为 4。使用 --later 时不呼叫：消息保留到对方出现，退出码为 0。使用 --now
时不保留任何内容。两者都不用时，在终端上的人还会得到保留，脚本则不会：重试不会重复发送。

示例：
  p2p chat 192.168.1.5                           交谈；/help 列出还能做什么
  p2p chat alice -m "dinner at eight?"           一条消息
  p2p chat alice -m "call me" --later            保留到 alice 出现时发送
  journalctl -f | p2p chat '[2001:db8::7]:9998'  每行一条消息`,
  flags: {
    message: "只发送这一条消息，然后结束",
    port: "本机 UDP 端口，与您的其他 p2p 程序共用（默认：9999，除非被别的程序占用）",
  },
  args: {
    peer: "与谁交谈，或 @GROUP",
  },
};
