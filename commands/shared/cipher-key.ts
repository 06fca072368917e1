/** Keys of ciphers as flags name them: a file, or digits that others can see. */
import { type Bytes, fromHex, wipe } from "../../lib/bytes.ts";
import { FailureError, UsageError } from "../../lib/errors.ts";
import { warning } from "../../lib/terminal/notice.ts";
import { text } from "../../lib/text/catalogue.ts";
import { readAll } from "./input.ts";
import { words } from "./language.ts";

/** The flags that name a key. */
export interface KeyFlags {
  keyFile?: string;
  key?: string;
}

/** A key file is the bytes of the key, or digits and a line end; nothing else is read from it. */
const MAX_SM4_KEY_FILE_BYTES = 256;

/** Bytes of a flag's hex digits. */
export function fromFlag(digits: string, flag: string): Bytes {
  try {
    return fromHex(digits);
  } catch (cause) {
    throw new UsageError("sm4.flag-hex", { flag }, { cause });
  }
}

/** A key of `keyBytes` from --key or --key-file; the caller wipes it. */
export async function readKey({ key, keyFile }: KeyFlags, keyBytes: number): Promise<Bytes> {
  if ((key === undefined) === (keyFile === undefined)) {
    throw new UsageError("sm4.one-key", {});
  }
  if (key !== undefined) {
    const bytes = fromFlag(key, "--key");
    if (bytes.length !== keyBytes) throw new UsageError("sm4.key-digits", { digits: 2 * keyBytes });
    const what = text("sm4.key-visible");
    warning((await words()).text(text("terminal.warning", { what })));
    return bytes;
  }
  const bytes = await readAll(keyFile, MAX_SM4_KEY_FILE_BYTES);
  // 32 digits are a key of 16 bytes, and none of 32.
  const isShorterKey = keyBytes === 32 && /^[0-9a-fA-F]{32}$/.test(String.fromCharCode(...bytes));
  if (bytes.length === keyBytes && !isShorterKey) return bytes;
  const digits = /^\s*([0-9a-fA-F]+)\s*$/.exec(String.fromCharCode(...bytes))?.[1];
  wipe(bytes);
  if (digits?.length !== 2 * keyBytes) {
    throw new FailureError("sm4.key-file", { name: keyFile ?? "", bytes: keyBytes });
  }
  return fromHex(digits);
}
