/** The e of `sign --digest-e` and `verify --digest-e`, as `p2p sm2 digest` prints it. */
import { type Bytes, fromHex } from "../../lib/bytes.ts";
import { SM3_BYTES } from "../../lib/crypto/sm3.ts";
import { FailureError } from "../../lib/errors.ts";
import { isStdin, readAll } from "./input.ts";

const MAX_DIGEST_FILE_BYTES = 256;

/** 32 bytes, or 64 hex digits; with "e " in front, as `p2p sm2 digest` has it, and behind its line of Z. */
export async function readDigestE(file: string | undefined): Promise<Bytes> {
  const bytes = await readAll(file, MAX_DIGEST_FILE_BYTES);
  if (bytes.length === SM3_BYTES) return bytes;
  const text = String.fromCharCode(...bytes);
  const digits = /^\s*(?:Z [0-9a-f]{64}\s+)?(?:e )?([0-9a-fA-F]{64})\s*$/.exec(text)?.[1];
  if (digits === undefined) {
    throw new FailureError("sign.not-e", { name: isStdin(file) ? "stdin" : file });
  }
  return fromHex(digits);
}
