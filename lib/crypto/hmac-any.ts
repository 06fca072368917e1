/** HMAC (RFC 2104) with the hashes that other tools' containers use beside SM3. */
import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { Bytes } from "../bytes.ts";
import { hmacSm3 } from "./hmac.ts";

const HASHES = { md5, sha1, sha256, sha384, sha512 } as const;

/** A hash that `hmacWith` knows. */
export type HmacHash = "sm3" | keyof typeof HASHES;

/** HMAC of `data` under `key`. */
export function hmacWith(hash: HmacHash, key: Uint8Array, data: Uint8Array): Bytes {
  if (hash === "sm3") return hmacSm3(key, data);
  return new Uint8Array(hmac(HASHES[hash], key, data));
}
