/** 中文：`p2p voice` 的帮助。 */
import type { help as english } from "../en/voice.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "发送语音，可以现场录制，也可以取自文件",
  full: `把语音发送给运行“p2p listen”或“p2p chat”的对方。

录音通过已安装的 ffmpeg 或 sox 进行。在终端上会显示音量表；按回车或 Ctrl-C 可提前结束
录音，然后会询问如何处理：发送、播放、重录、放弃。语音在途中是加密的，录音程序支持时
采用 Opus，否则采用 FLAC 或 WAV。PEER 是 IP、IP:PORT、[IPv6]:PORT、主机名或联系人名称；
不指定端口时为 9999。

示例：
  p2p voice 192.168.1.5                          最多说 5 秒
  p2p voice alice --seconds 60                   更长；按回车结束
  p2p voice alice --input memo.m4a               发送一个声音文件
  p2p voice @friends                             发给群组：不在线的稍后收到
  p2p voice --list-devices                       查看麦克风
  p2p voice --play voice.opus                    再听一遍语音
  p2p voice -o memo.opus.enc --keep-encrypted    为自己录音，加密保存`,
  flags: {
    seconds: ({ most, byDefault }) => `录音时长，最多 ${most} 秒（默认 ${byDefault}）`,
    input: "发送这个声音文件，而不是录音（“-”表示标准输入）",
    device: "用这个麦克风录音（参见 --list-devices）",
    recorder: "用这个程序录音（默认 auto：第一个可用的）",
    listDevices: "列出麦克风，然后结束",
    play: "播放这段语音，然后结束；可以多次给出",
    output: "同时把语音保存到 FILE；没有 PEER 时只录音",
    keepEncrypted: "加密给自己的身份来保存（用 --play 播放）",
    yes: "提前停止的录音也直接发送，不再询问",
  },
  args: {
    peer: "发给谁",
  },
};
