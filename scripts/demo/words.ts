/** What the demo tells, in English and Chinese. */
import type { Language } from "../../lib/text/language.ts";

const english = {
  identities: "1. Each makes an SM2 identity",
  listens: "\n2. Bob listens",
  on: (peer: string) => `      on ${peer}`,
  talk: "\n3. They talk, in both directions",
  bobReads: (text: string) => `      bob reads:   ${text}`,
  aliceReads: (text: string) => `      alice reads: ${text}`,
  acknowledged: "      both messages were acknowledged by the other's program",
  file: "\n4. A file",
  same: (digest: string, bytes: number) => `      SM3 ${digest}… on both sides, ${bytes} bytes`,
  hidden: "\n5. A message hidden in a picture, for Bob alone",
  voice: "\n6. A voice note",
  sound: (seconds: number, name: string) => `      bob has ${seconds} s of sound in ${name}`,
  done: (seconds: string) => `\nAll of it worked, in ${seconds} s.`,
};

const chinese: typeof english = {
  identities: "1. 两人各自生成 SM2 身份",
  listens: "\n2. Bob 等待连接",
  on: (peer) => `      在 ${peer}`,
  talk: "\n3. 双方互相交谈",
  bobReads: (text) => `      bob 读到：  ${text}`,
  aliceReads: (text) => `      alice 读到：${text}`,
  acknowledged: "      两条消息都已得到对方程序的确认",
  file: "\n4. 一个文件",
  same: (digest, bytes) => `      两边的 SM3 都是 ${digest}…，共 ${bytes} 字节`,
  hidden: "\n5. 藏在图片里的消息，只有 Bob 能取出",
  voice: "\n6. 一段语音",
  sound: (seconds, name) => `      bob 收到 ${seconds} 秒声音：${name}`,
  done: (seconds) => `\n全部完成，用时 ${seconds} 秒。`,
};

/** The words of `language`. */
export function wordsOf(language: Language): typeof english {
  return language === "zh" ? chinese : english;
}
