/** 中文：`p2p sm4` 的帮助。 */
import type { help as english } from "../en/sm4.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "SM4 的各种工作模式（GCM、CCM、CTR、CBC、ECB、CFB、OFB、XTS）和 MAC",
  full: `SM4 的各种工作模式，供脚本和其他工具使用。给人的文件请用“p2p enc”。

示例：
  p2p sm4 encrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.enc a.txt
  p2p sm4 decrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.txt a.enc`,
  flags: {
    mode: "工作模式；只有 gcm 和 ccm 能发现改动",
    keyFile: "密钥：一个含 32 个十六进制数字或 16 字节的文件；xts 为两倍",
    key: "密钥：十六进制数字，本机的其他用户也能看到",
    iv: "初始向量：16 字节；gcm 和 ccm 为 12 字节的 nonce；ecb 不需要",
    aad: "由 gcm 和 ccm 一并认证的附加数据",
    tagLength: "标签的字节数：gcm 为 12 到 16，ccm 为 4 到 16 的偶数（默认 16）",
    noPadding: "cbc、ecb：不使用 PKCS#7 填充；数据必须是整块",
    openssl: "openssl enc 的文件（Salted__）：密钥和 IV 由口令产生",
    passphrase: "与 --openssl 一起：询问口令",
    digest: "与 --openssl 一起：对应那里的 -md（默认 sm3）",
    iterations: "与 --openssl 一起：PBKDF2 的迭代次数（默认 10000）",
    oldKdf: "与 --openssl 一起：不用 -pbkdf2，即 OpenSSL 的默认方式",
    armor: "与 --openssl 一起：写成 base64，同“openssl enc -a”",
  },
  encrypt: {
    brief: "用 SM4 加密",
    full: `用 SM4（GB/T 32907）加密任意大小的文件或数据流。gcm 和 ccm 先写密文，再写标签。
在 gcm、ccm 或 ctr 中，切勿用同一个密钥和初始向量加密两条消息。给人的文件请用“p2p enc”，
它会妥善处理这一切。ccm 最多读取 256 MiB，xts 一次加密一个不超过 16 MiB 的扇区；
xts 按 GB/T 17964-2021，xts-ieee 按 IEEE 1619。

示例：
  p2p sm4 encrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.enc a.txt
  p2p sm4 encrypt --mode cbc --key-file k.hex --iv 000102030405060708090a0b0c0d0e0f < a.txt > a.cbc
  p2p sm4 encrypt --openssl -p -o a.enc a.txt   对应：openssl enc -d -sm4-cbc -pbkdf2 -md sm3`,
  },
  decrypt: {
    brief: "用 SM4 解密",
    full: `解密由“p2p sm4 encrypt”、OpenSSL 或其他工具生成的内容。使用 gcm 和 ccm 时，在整个输入的
标签通过验证之前，什么也不会写出；密钥错误或有字节被改动时，退出码为 3。

示例：
  p2p sm4 decrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.txt a.enc
  openssl enc -sm4-ctr -K $K -iv $IV -in a | p2p sm4 decrypt --mode ctr --key-file k.hex --iv $IV
  p2p sm4 decrypt --openssl -p --digest sha256 -o a.txt a.enc   对应：openssl enc -sm4-cbc -pbkdf2`,
  },
  mac: {
    brief: "用 SM4 计算消息的 MAC 并输出",
    full:
      `以 32 个十六进制数字输出文件或数据流的 MAC：CMAC（SP 800-38B、GB/T 15852.1），或 CBC-MAC，
后者只在所有消息长度相同时才安全。HMAC-SM3 请用“p2p sm3 --hmac-key-file”。

示例：
  p2p sm4 mac --key-file k.hex report.pdf
  p2p sm4 mac --mode cbc-mac --key-file k.hex < block.bin`,
    flags: {
      mode: "哪一种 MAC",
    },
  },
};
