/** 中文：`p2p sm4` 的帮助。 */
import type { help as english } from "../en/sm4.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "SM4 的各种工作模式：GCM、CTR、CBC、ECB、CFB、OFB",
  full: `SM4 的各种工作模式，供脚本和其他工具使用。给人的文件请用“p2p enc”。

示例：
  p2p sm4 encrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.enc a.txt
  p2p sm4 decrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.txt a.enc`,
  flags: {
    mode: "工作模式；只有 gcm 能发现改动",
    keyFile: "密钥：一个含 32 个十六进制数字或 16 字节的文件",
    key: "密钥：32 个十六进制数字，本机的其他用户也能看到",
    iv: "初始向量：16 字节；gcm 为 12 字节的 nonce；ecb 不需要",
    aad: "由 gcm 一并认证的附加数据",
    noPadding: "cbc、ecb：不使用 PKCS#7 填充；数据必须是整块",
  },
  encrypt: {
    brief: "用 SM4 加密",
    full: `用 SM4（GB/T 32907）加密任意大小的文件或数据流。gcm 先写密文，再写 16 字节的标签。
在 gcm 或 ctr 中，切勿用同一个密钥和初始向量加密两条消息。给人的文件请用“p2p enc”，
它会妥善处理这一切。

示例：
  p2p sm4 encrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.enc a.txt
  p2p sm4 encrypt --mode cbc --key-file k.hex --iv 000102030405060708090a0b0c0d0e0f < a.txt > a.cbc`,
  },
  decrypt: {
    brief: "用 SM4 解密",
    full: `解密由“p2p sm4 encrypt”、OpenSSL 或其他工具生成的内容。使用 gcm 时，在整个输入的标签
通过验证之前，什么也不会写出；密钥错误或有字节被改动时，退出码为 3。

示例：
  p2p sm4 decrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.txt a.enc
  openssl enc -sm4-ctr -K $K -iv $IV -in a | p2p sm4 decrypt --mode ctr --key-file k.hex --iv $IV`,
  },
};
