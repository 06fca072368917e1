/** 中文：`p2p zuc` 的帮助。 */
import type { help as english } from "../en/zuc.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "ZUC-128（祖冲之）：序列密码、128-EEA3 和 128-EIA3",
  full: `ZUC-128（GB/T 33133，祖冲之算法）是移动通信的密码，这里用于教学和其他工具。“encrypt”
写出的内容没有认证，同一个密钥和初始向量切勿使用两次。给人的文件请用“p2p enc”。

示例：
  p2p zuc encrypt --key-file k.hex --iv 84319aa8de6915ca1f6bda6bfbd8c766 -o a.zuc a.txt
  p2p zuc mac --key-file k.hex --count 561eb2dd --bearer 14 --direction 0 frame.bin`,
  flags: {
    keyFile: "密钥：一个含 32 个十六进制数字或 16 字节的文件",
    key: "密钥：32 个十六进制数字，本机的其他用户也能看到",
    iv: "初始向量：16 字节，写成十六进制数字",
    count: "3GPP 的 COUNT：8 个十六进制数字，代替 --iv",
    bearer: "3GPP 的 BEARER，0 到 31（默认 0）",
    direction: "3GPP 的 DIRECTION：0 上行，1 下行（默认 0）",
  },
  encrypt: {
    brief: "用 ZUC 加密",
    full:
      `用 ZUC-128（GB/T 33133.1）加密文件或数据流；给出 --count 时按 128-EEA3（GB/T 33133.2），以整字节为单位。

示例：
  p2p zuc encrypt --key-file k.hex --iv 84319aa8de6915ca1f6bda6bfbd8c766 -o a.zuc a.txt
  p2p zuc encrypt --key-file k.hex --count 66035492 --bearer 15 --direction 0 < a > b`,
  },
  decrypt: {
    brief: "用 ZUC 解密",
    full: `解密由“p2p zuc encrypt”或其他工具生成的内容：与再加密一次相同。

示例：
  p2p zuc decrypt --key-file k.hex --iv 84319aa8de6915ca1f6bda6bfbd8c766 -o a.txt a.zuc
  p2p zuc decrypt --key-file k.hex --count 66035492 --bearer 15 --direction 0 < b`,
  },
  mac: {
    brief: "用 ZUC 计算消息的 MAC 并输出",
    full: `以 8 个十六进制数字输出 32 位的 MAC：给出 --count 时按 128-EIA3（GB/T 33133.3），以整字节
为单位；给出 --iv 时使用您自己的初始向量。32 位很短：任何人尝试几十亿次就能伪造一个。

示例：
  p2p zuc mac --key-file k.hex --count a94059da --bearer 10 --direction 1 frame.bin
  p2p zuc mac --key-file k.hex --iv 00000000000000000000000000000000 < frame.bin`,
  },
};
