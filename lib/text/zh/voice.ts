/** 中文：录音与播放。 */
import type { SameCodes } from "../catalogue.ts";
import type { voice as english } from "../en/voice.ts";

export const voice: SameCodes<typeof english> = {
  "voice.busy": ({ direction, device }) =>
    `${direction === "record" ? "麦克风" : "扬声器"}${
      device === undefined ? "" : `“${device}”`
    }正被其他程序使用`,
  "voice.busy.darwin": "请关闭占用它的程序；p2p voice --device NAME 可用另一个麦克风录音",
  "voice.busy.linux":
    "请关闭占用它的程序（查看：fuser -v /dev/snd/*）；p2p voice --device NAME 可用另一个麦克风录音",
  "voice.busy.windows": "请关闭占用它的程序，或在设备属性中关闭独占模式",
  "voice.cannot-play": ({ reason }, { text }) => `无法在这里播放：${text(reason)}`,
  "voice.check-output": "请检查系统设置中的声音输出",
  "voice.choose-device": "查看设备：p2p voice --list-devices；用 p2p voice --device NAME 选择",
  "voice.cut-short": ({ reason }, { text }) => `提前结束：${text(reason)}`,
  "voice.damaged": ({ file, reason }, { text }) => `读取 ${file}：${text(reason)}`,
  "voice.damaged-box": "数据盒已损坏",
  "voice.data-before-format": "数据出现在格式之前",
  "voice.denied": ({ direction, device }) =>
    `系统不允许 p2p 使用${direction === "record" ? "麦克风" : "扬声器"}${
      device === undefined ? "" : `“${device}”`
    }`,
  "voice.denied.darwin-play": "系统设置 > 声音 > 输出：请选择设备",
  "voice.denied.darwin-record":
    "系统设置 > 隐私与安全性 > 麦克风：请为您的终端打开开关，然后重新启动终端",
  "voice.denied.linux":
    "请加入 audio 组（sudo usermod -aG audio $USER，然后重新登录）；在容器或沙箱中，请与它共享声音服务",
  "voice.denied.windows-play": "设置 > 系统 > 声音 > 输出：请选择设备",
  "voice.denied.windows-record": "设置 > 隐私和安全性 > 麦克风：请打开访问权限，包括桌面应用",
  "voice.device-colon": ({ device }) => `选择设备 ${device}：ffmpeg 不接受带冒号的名称`,
  "voice.device-colon.hint": "请给出编号：p2p voice --list-devices",
  "voice.device-control": "选择设备：名称中有控制字符",
  "voice.device-name": ({ device }) => `选择设备 ${device}：不是设备名称`,
  "voice.device-name.hint": "查看名称：p2p voice --list-devices",
  "voice.enter-stops": "。按 Enter 停止",
  "voice.impossible-format": "格式不可能存在",
  "voice.impossible-rate": "采样率不可能存在",
  "voice.discarded": "录音：已丢弃",
  "voice.interrupted": "录音：已中断",
  "voice.install": ({ how }) => `安装：${how}`,
  "voice.install-one": ({ ffmpeg, sox }) => `请安装其中一个：${ffmpeg}   （或：${sox}）`,
  "voice.keep-question": "保留吗？Enter：是   p：播放   a：重新录制   n：否",
  "voice.keep-where": "保存语音：--keep-encrypted 需要文件，-o FILE",
  "voice.kept-unsent": ({ path }) => `语音已保留；发送它：p2p voice PEER --input ${path}`,
  "voice.list-needs-ffmpeg": "列出设备：sox 无法列出，也没有安装 ffmpeg",
  "voice.needs-ffprobe": ({ path }) => `读取 ${path}：查看这种文件需要 ffprobe`,
  "voice.no-data": "不完整，没有声音数据",
  "voice.no-device": ({ direction }) => `没有找到${direction === "record" ? "麦克风" : "扬声器"}`,
  "voice.no-device.darwin-play": "请在系统设置 > 声音 > 输出中选择输出设备",
  "voice.no-device.darwin-record":
    "请连接麦克风（系统设置 > 声音 > 输入），或发送声音文件：p2p voice PEER --input FILE",
  "voice.no-device.linux-play": "请连接扬声器或耳机；语音可以稍后播放：p2p voice --play FILE",
  "voice.no-device.linux-record":
    "请连接麦克风并查看：p2p voice --list-devices；或发送声音文件：p2p voice PEER --input FILE",
  "voice.no-device.windows-play": "请在设置 > 系统 > 声音 > 输出中选择输出设备",
  "voice.no-device.windows-record":
    "请连接麦克风（设置 > 系统 > 声音 > 输入），或发送声音文件：p2p voice PEER --input FILE",
  "voice.no-peer": "发送语音：请指明对方",
  "voice.no-peer.hint": "p2p voice PEER；或用 -o FILE 为自己录制",
  "voice.no-player": "没有找到播放程序（ffmpeg 或 sox）",
  "voice.no-recorder": "没有找到录音程序（ffmpeg 或 sox）",
  "voice.no-server": "没有声音服务应答",
  "voice.no-server.darwin": "请重新启动声音服务：sudo killall coreaudiod",
  "voice.no-server.linux":
    "请启动声音服务：systemctl --user start pipewire-pulse（或：pulseaudio --start）；在 ssh 或容器中请设置 PULSE_SERVER",
  "voice.no-server.windows": "请启动 Windows Audio 服务",
  "voice.no-server-no-card": "没有声音服务应答，也没有可以直接使用的声卡",
  "voice.no-sound": ({ path }) => `读取 ${path}：其中没有声音`,
  "voice.no-stream-info": "没有流信息",
  "voice.no-such-device": ({ device }) => `没有设备“${device}”`,
  "voice.not-installed": ({ tool }) => `没有安装 ${tool}`,
  "voice.not-regular": ({ path }) => `读取 ${path}：不是普通文件`,
  "voice.not-sound": ({ path }) => `读取 ${path}：不是 p2p 认识的声音文件`,
  "voice.not-sound.hint":
    "支持 WAV、Ogg、FLAC、MP3、M4A、AAC、AIFF 和 AMR；其他文件请用：p2p send-file",
  "voice.not-wav": "不是 WAV 文件",
  "voice.nothing-recorded": "录音：什么也没有录到",
  "voice.opening": "正在打开麦克风",
  "voice.play-peer": "播放语音：--play 不需要对方",
  "voice.play-peer.hint": "它在本机播放：p2p voice --play FILE",
  "voice.read": ({ path, reason }, { text }) => `读取 ${path}：${text(reason)}`,
  "voice.recorded": ({ note }) => `已录制 ${note}`,
  "voice.recording": ({ meter, seconds, left }, { duration }) =>
    `正在录音 [${meter}] ${duration(seconds)}，剩余 ${duration(left)}`,
  "voice.recording-for": ({ seconds }, { duration }) => `正在录音 ${duration(seconds)}`,
  "voice.run-failed": ({ tool }) => `运行 ${tool}：无法启动`,
  "voice.run-missing": ({ tool }) => `运行 ${tool}：没有安装`,
  "voice.saved": ({ path }) => `已保存：${path}`,
  "voice.silence": "只录到了静音：麦克风是否已关闭，或不被允许使用？",
  "voice.silence.linux":
    "请取消静音（pactl set-source-mute @DEFAULT_SOURCE@ 0）；p2p voice --device NAME 可用另一个麦克风录音",
  "voice.stalled": ({ tool }) => `${tool} 不再给出声音`,
  "voice.timeout": ({ direction, device, tool }) =>
    `${direction === "record" ? "麦克风" : "扬声器"}${
      device === undefined ? "" : `“${device}”`
    }没有声音（${tool}）`,
  "voice.too-long": ({ path, seconds, limit }, { duration }) =>
    `发送 ${path}：时长 ${duration(seconds)}，而语音最长 ${duration(limit)}`,
  "voice.too-long.hint": "请作为文件发送：p2p send-file PEER FILE",
  "voice.tool-ended": ({ tool, said }) => `${tool} 已结束：${said}`,
  "voice.tool-failed": ({ tool, said }) => `${tool} 失败：${said || "没有给出原因"}`,
  "voice.trouble": ({ direction, reason }, { text }) =>
    `${direction === "record" ? "录音" : "播放语音"}：${text(reason)}`,
  "voice.truncated": "不完整",
  "voice.truncated-format": "格式不完整",
  "voice.unknown-coding": "p2p 不认识它的编码",
  "voice.unreadable": ({ path }) => `读取 ${path}：p2p 和 ffprobe 都看不出其中是什么`,
  "voice.unsupported": ({ tool, said }) => `${tool} 做不到：${said || "没有给出原因"}`,
};
