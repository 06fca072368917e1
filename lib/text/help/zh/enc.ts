/** 中文：`p2p enc` 的帮助。 */
import type { help as english } from "../en/enc.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "把文件或数据流加密给某人，或用口令加密",
  full: `把文件或数据流加密给若干 SM2 收件人，也可以（或同时）用口令加密（SM4-GCM，大小不限）。

持有其中一个密钥或知道口令的人，用“p2p dec”打开。加上 --sign，对方还能知道是谁加密的，
以及确实是给他的。不指定 -o 时输出到标准输出。

示例：
  p2p enc -r p2p1… -o report.enc report.pdf          给一个人
  p2p enc -r alice -r bob.pem --sign -o a.enc a.txt  给两个人，并签名
  p2p enc -p -o notes.enc notes.txt                  用口令，在终端上询问
  tar c folder | p2p enc -r alice > folder.tar.enc   数据流
  echo hello | p2p enc -a -r alice                   可以粘贴到邮件里的文本`,
  flags: {
    recipient: "加密给此密钥：p2p1…、联系人、PEM 文件、十六进制数字",
    recipientsFile: "加密给 FILE 中的每个密钥，每行一个",
    passphrase: "（同时）用口令加密",
    armor: "输出文本（base64），可经邮件和聊天传送",
  },
  args: {
    in: "要加密的内容；省略或为“-”时取自标准输入",
  },
};
