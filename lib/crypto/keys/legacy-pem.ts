/**
 * The old encryption inside PEM that `openssl ec -aes256` still writes: headers "Proc-Type: 4,ENCRYPTED" and
 * "DEK-Info: CIPHER,IV" (RFC 1421 §4.6.1), the key from one MD5 pass over passphrase and salt. Read only.
 */
import { cbc } from "@noble/ciphers/aes.js";
import { md5 } from "@noble/hashes/legacy.js";
import { type Bytes, concat, fromHex, wipe } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";
import { text } from "../../text/catalogue.ts";
import { desCbcDecrypt } from "../legacy/des.ts";
import { sm4Crypt } from "../sm4-modes.ts";
import type { PemBlock } from "./pem.ts";
import { wrongPassphrase } from "./pbes2.ts";

type BlockDecrypt = (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Bytes;

/** Ciphers by their names: sizes of key and IV. */
const CIPHERS: ReadonlyMap<string, { keyBytes: number; ivBytes: number; decrypt: BlockDecrypt }> =
  new Map([
    ["SM4-CBC", { keyBytes: 16, ivBytes: 16, decrypt: sm4Cbc }],
    ["AES-128-CBC", { keyBytes: 16, ivBytes: 16, decrypt: aesCbc }],
    ["AES-192-CBC", { keyBytes: 24, ivBytes: 16, decrypt: aesCbc }],
    ["AES-256-CBC", { keyBytes: 32, ivBytes: 16, decrypt: aesCbc }],
    ["DES-EDE3-CBC", { keyBytes: 24, ivBytes: 8, decrypt: desCbcDecrypt }],
    ["DES-CBC", { keyBytes: 8, ivBytes: 8, decrypt: desCbcDecrypt }],
  ]);

/** The salt is the head of the IV. */
const SALT_BYTES = 8;

function sm4Cbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Bytes {
  return sm4Crypt("cbc", "decrypt", key, data, { iv });
}

function aesCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Bytes {
  return cbc(key, iv).decrypt(data) as Bytes;
}

/** The DER inside an encrypted block. */
export function decryptLegacyPem({ headers, content }: PemBlock, passphrase: Uint8Array): Bytes {
  const [name = "", ivDigits = ""] = (headers.get("DEK-Info") ?? "").split(",");
  const cipher = CIPHERS.get(name.trim());
  const iv = fromHex(ivDigits.trim());
  if (cipher === undefined || iv.length !== cipher.ivBytes) {
    throw new FormatError("key.cipher", { cipher: name }, { hint: text("key.convert.hint") });
  }
  const key = bytesToKey(passphrase, iv.subarray(0, SALT_BYTES), cipher.keyBytes);
  try {
    return cipher.decrypt(key, iv, content);
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
