/** 中文：`p2p key` 的帮助。 */
import type { help as english } from "../en/key.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "供本工具和其他工具使用的密钥文件",
  full: `在各种工具之间转换密钥文件，更改或去除口令。

示例：
  p2p key convert --for openssl -o k.pem             把您的身份转给 OpenSSL 3.0
  p2p key convert -i k.pem --new-passphrase -o k2.pem   换一个口令`,
  convert: {
    brief: "把密钥写成另一种形式，换上另一个口令",
    full: `读取 p2p 能读的任何形式的密钥，写成另一个工具能读的形式。没有提到口令时沿用原来的口令；
没有 -o 时输出到标准输出。一个文件里的两个密钥和旁边的证书会一并写入 pem 和 p12。
给出公钥或证书时，写出的是公钥。

  --for p2p | gmssl  PEM，SM4-CBC，PBKDF2 用 HMAC-SM3
  --for openssl      PEM，SM4-CBC，PBKDF2 用 HMAC-SHA-256
  --for java         PEM，AES-256-CBC，PBKDF2 用 HMAC-SHA-256（Bouncy Castle）
  --for web          十六进制数字，供 sm-crypto 等使用

示例：
  p2p key convert -i k.pem --for gmssl --new-passphrase-file pass.txt -o k.gmssl.pem
  p2p key convert -i k.pem --no-passphrase -o plain.pem
  p2p key convert -i k.pem --form p12 --for java --new-passphrase -o k.p12
  p2p key convert -i alice.p12 --for web --no-passphrase
  p2p key convert -i enc.key --unwrap-with sign.pem -o enc.pem   CA 发来的 SM2EnvelopedKey`,
    flags: {
      identity: "要转换的密钥（默认：您的身份）",
      for: "由哪个工具读取",
      form: "写出的形式（默认：该工具最常用的）",
      public: "只写公钥",
      newPassphrase: "询问新口令",
      newPassphraseFile: "从 FILE 的第一行读取新口令",
      newPassphraseFd: "从文件描述符 N 读取新口令",
      noPassphrase: "不加密地写出密钥",
      prf: "口令所用的杂凑，取代 --for 的选择",
      cipher: "加密密钥所用的算法，取代 --for 的选择",
      iterations: "PBKDF2 的迭代次数（默认 262144）",
      name: "p12 中密钥的名称（friendlyName、别名）",
      unwrapWith: "SM2EnvelopedKey 是为哪个签名密钥封装的",
      recipient: "--form envelope 是给哪个签名密钥的",
    },
  },
};
