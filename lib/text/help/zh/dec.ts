/** 中文：`p2p dec` 的帮助。 */
import type { help as english } from "../en/dec.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "解密“p2p enc”写出的内容",
  full: `解密“p2p enc”写出的内容，不论是否为文本形式。

被改动、截断或混接的文件会被拒绝，退出码为 3，并且不会产生输出文件。若有签名，签名者
会显示在标准错误上；--from 拒绝其他所有人。不指定 -o 时，明文输出到标准输出，其中只会
写出经过认证的部分；在相信内容完整之前，请先查看退出码。

示例：
  p2p dec -o report.pdf report.enc                   用您的身份
  p2p dec --from alice -o a.txt a.enc                仅当由 alice 所写
  p2p dec -p -o notes.txt notes.enc                  用口令，在终端上询问
  p2p dec < folder.tar.enc | tar x                   数据流`,
  flags: {
    identity: "用 FILE 中的私钥打开，而不是本机身份",
    passphrase: "用口令打开",
  },
  args: {
    in: "要解密的内容；省略或为“-”时取自标准输入",
  },
};
