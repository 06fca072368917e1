/**
 * The old encryption inside PEM that `openssl ec -aes256` still writes: headers "Proc-Type: 4,ENCRYPTED" and
 * "DEK-Info: CIPHER,IV" (RFC 1421 §4.6.1), the key from one MD5 pass over passphrase and salt. Read only.
 */
import { cbc } from "@noble/ciphers/aes.js";
import { md5 } from "@noble/hashes/legacy.js";
import { type Bytes, concat, fromHex, wipe } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";
import { text } from "../../text/catalogue.ts";
import { sm4Crypt } from "../sm4-modes.ts";
import type { PemBlock } from "./pem.ts";
import { wrongPassphrase } from "./pbes2.ts";

/** Key sizes by the name of the cipher. */
const KEY_BYTES: ReadonlyMap<string, number> = new Map([
  ["SM4-CBC", 16],
  ["AES-128-CBC", 16],
  ["AES-192-CBC", 24],
  ["AES-256-CBC", 32],
]);

/** The salt is the head of the IV. */
const SALT_BYTES = 8;

/** The DER inside an encrypted block. */
export function decryptLegacyPem({ headers, content }: PemBlock, passphrase: Uint8Array): Bytes {
  const [cipher = "", ivDigits = ""] = (headers.get("DEK-Info") ?? "").split(",");
  const keyBytes = KEY_BYTES.get(cipher);
  const iv = fromHex(ivDigits);
  if (keyBytes === undefined || iv.length !== 16) {
    throw new FormatError("key.cipher", { cipher }, { hint: text("key.convert.hint") });
  }
  const key = bytesToKey(passphrase, iv.subarray(0, SALT_BYTES), keyBytes);
  try {
    return cipher === "SM4-CBC"
      ? sm4Crypt("cbc", "decrypt", key, content, { iv })
      : cbc(key, iv).decrypt(content) as Bytes;
  } catch (cause) {
    throw wrongPassphrase(cause);
  } finally {
    wipe(key);
  }
}

/** EVP_BytesToKey with MD5 and a count of 1. */
function bytesToKey(passphrase: Uint8Array, salt: Uint8Array, length: number): Bytes {
  let key: Bytes = new Uint8Array(0);
  let block: Uint8Array = new Uint8Array(0);
  while (key.length < length) {
    block = md5(concat(block, passphrase, salt));
    key = concat(key, block);
  }
  return key.slice(0, length);
}
