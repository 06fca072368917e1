/** 中文：程序本身的帮助，以及多个命令共有的选项。 */
import type { shared as english } from "../en/shared.ts";
import type { SameWords } from "../types.ts";

export const shared: SameWords<typeof english> = {
  brief: "基于 SM2、SM3、SM4 的加密会话与工具，无需服务器",
  full: `基于 SM2、SM3、SM4 的加密会话与工具，无需服务器。

示例：
  p2p keygen                          生成您的身份
  p2p listen                          等待对方连接（UDP 9999）
  p2p chat 192.168.1.5                与某人交谈
  p2p enc -r p2p1… -o a.enc a.txt     把文件加密给某人
  p2p stego hide in.png "msg"         把消息隐藏在图片里

某个命令的帮助：p2p COMMAND --help`,
  front: {
    brief: "基于 SM2、SM3、SM4 的加密会话与工具",
    usage: "用法：p2p COMMAND [参数]",
    examples: `示例：
  p2p keygen                          生成您的身份
  p2p chat 192.168.1.5                与在那里运行“p2p listen”的人交谈
  p2p stego hide in.png "msg"         把消息隐藏在图片里`,
    more: "列出全部命令：p2p help；某个命令的详情：p2p help COMMAND",
  },
  groups: {
    identity: "身份",
    files: "文件",
    pictures: "图片",
    talk: "会话",
    people: "联系人",
    kept: "保存的内容",
    algorithms: "算法",
    program: "本程序",
  },
  headings: {
    usage: "用法",
    aliases: "别名",
    commands: "命令",
    flags: "选项",
    arguments: "参数",
  },
  keywords: {
    default: "默认 =",
    separator: "分隔符 =",
  },
  flags: {
    help: "显示本帮助",
    helpAll: "显示本帮助，包括隐藏的内容",
    version: "显示版本",
    lang: "使用英文（en）或中文（zh）",
    escape: "其后的内容一律视为参数",
    quiet: "只显示错误",
    force: "覆盖已有的文件",
    output: "写入 FILE（“-”表示标准输出）",
    identity: "使用 FILE 中的私钥，而不是本机身份",
    signingIdentity: "用 FILE 中的私钥签名，而不是本机身份",
    sign: "以发送者的身份签名",
    signerId: "签名中的签名者标识（默认 1234567812345678）",
    passphraseFile: "从 FILE 的第一行读取口令",
    passphraseFd: "从文件描述符 N 读取口令",
    slowKdf: "无论文件要求多大的计算量，都从口令派生密钥",
    identityPassphraseFile: "从 FILE 的第一行读取身份的口令",
    identityPassphraseFd: "从文件描述符 N 读取身份的口令",
    from: "若不是由此密钥签名，则拒绝",
    ca: "按 FILE 中签发机构的证书信任对方",
    cert: "向对方出示 FILE 中的证书，必须属于自己的密钥",
    requireCert: "拒绝没有有效证书的对方",
    strict: "若对方的密钥尚不认识，则拒绝",
    later: "保留到对方出现，现在不呼叫",
    now: "立即呼叫，不留待以后",
    noHistory: "不保留往来内容；回执会注明",
    sendPort: "从本机的这个 UDP 端口发送",
    talkJson: "以 JSON 输出事件、读取命令，每行一个对象",
    eventJson: "以 JSON 输出事件，每行一个对象",
    saveDir: "把收到的文件保存到 DIR（默认：当前文件夹）",
    accept: "接收谁的文件（默认：在终端上询问，否则只收联系人的）",
    noPlay: "不播放收到的语音",
    keepEncrypted: "以加密形式保存收到的语音（用 p2p voice --play 打开）",
    maxPixels: ({ byDefault }) => `拒绝超过 N 个像素的图片（默认 ${byDefault}）`,
  },
  args: {
    input: "输入（默认为标准输入）",
  },
};
