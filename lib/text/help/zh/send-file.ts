/** 中文：`p2p send-file` 的帮助。 */
import type { help as english } from "../en/send-file.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "把文件和文件夹发送给对方",
  full: `把文件和文件夹发送给运行“p2p listen”或“p2p chat”的对方。

PEER 是 IP、IP:PORT、[IPv6]:PORT、主机名或联系人名称；不指定端口时为 9999。每个文件在
途中都经过认证，只有完整之后才会出现在对方那里。途中失去联系时会自动重新呼叫（默认
10 分钟，见 --give-up）；以后再次运行
同一命令，会在比对已有部分的 SM3 杂凑值之后从中断处继续。权限和时间会保留；符号链接和
特殊文件不会发送。只有全部送达，退出码才是 0。

PATH 为 - 时表示标准输入。标准输入和管道（<(command)、命名管道）会先完整读入一个私有
文件；--name 指定对方看到的名称，也可用于单独一个文件或文件夹。

示例：
  p2p send-file 192.168.1.5 photo.jpg              一个文件
  p2p send-file alice holiday/ notes.txt           一个文件夹和一个文件，发给联系人
  p2p send-file alice notes.txt --later            保留到 alice 出现
  p2p send-file '[fd00::1]:9998' film.mkv --json   为程序输出进度
  tar c src | p2p send-file bob - --name src.tar   某个命令的输出`,
  flags: {
    giveUp: ({ byDefault }: { byDefault: number }) =>
      `失去联系后重新呼叫对方的时长（默认 ${byDefault} 秒；0 表示不再呼叫）`,
    name: "对方看到的名称（只能有一个路径）",
  },
  args: {
    peer: "对方或 @GROUP，然后是文件和文件夹",
  },
};
