/** What the flags of `p2p sm4` say: mode, key, IV, additional data. */
import { type Bytes, fromHex, wipe } from "../../lib/bytes.ts";
import { SM4_BLOCK_BYTES, SM4_KEY_BYTES } from "../../lib/crypto/sm4.ts";
import type { Sm4Mode } from "../../lib/crypto/sm4-modes.ts";
import { FailureError, UsageError } from "../../lib/errors.ts";
import { warning } from "../../lib/terminal/notice.ts";
import { text } from "../../lib/text/catalogue.ts";
import { readAll } from "./input.ts";
import { words } from "./language.ts";

/** The flags that matter here. */
export interface CipherFlags {
  mode: "gcm" | Sm4Mode;
  keyFile?: string;
  key?: string;
  iv?: string;
  aad?: string;
  noPadding?: boolean;
}

/** Everything a cipher needs. */
export interface CipherSetup {
  mode: CipherFlags["mode"];
  key: Bytes;
  /** Present in all modes but ECB. */
  iv: Bytes | undefined;
  aad: Bytes;
  padding: boolean;
}

/** A key file is 16 bytes, or digits and a line end; nothing else is read from it. */
const MAX_SM4_KEY_FILE_BYTES = 256;
/** GCM takes an IV of any size, 12 bytes being the usual; the others one of a block. */
const MAX_GCM_IV_BYTES = 1024;

/** Reads and checks the flags; the caller wipes the key. */
export async function readCipherSetup(flags: CipherFlags): Promise<CipherSetup> {
  const { mode } = flags;
  if (flags.aad !== undefined && mode !== "gcm") {
    throw new UsageError("sm4.aad", { mode });
  }
  if (flags.noPadding && mode !== "cbc" && mode !== "ecb") {
    throw new UsageError("sm4.never-pads", { mode });
  }
  return {
    mode,
    iv: readIv(flags),
    aad: fromFlag(flags.aad ?? "", "--aad"),
    padding: !flags.noPadding,
    key: await readKey(flags),
  };
}

function fromFlag(digits: string, flag: string): Bytes {
  try {
    return fromHex(digits);
  } catch (cause) {
    throw new UsageError("sm4.flag-hex", { flag }, { cause });
  }
}

function readIv({ mode, iv }: CipherFlags): Bytes | undefined {
  if (mode === "ecb") {
    if (iv !== undefined) throw new UsageError("sm4.no-iv-flag", { mode });
    return undefined;
  }
  if (iv === undefined) throw new UsageError("sm4.iv-needed", { mode });
  const bytes = fromFlag(iv, "--iv");
  const fits = mode === "gcm"
    ? bytes.length >= 1 && bytes.length <= MAX_GCM_IV_BYTES
    : bytes.length === SM4_BLOCK_BYTES;
  if (!fits) {
    const digits = mode === "gcm" ? 24 : 32;
    throw new UsageError("sm4.iv-digits", { mode, digits });
  }
  return bytes;
}

async function readKey({ key, keyFile }: CipherFlags): Promise<Bytes> {
  if ((key === undefined) === (keyFile === undefined)) {
    throw new UsageError("sm4.one-key", {});
  }
  if (key !== undefined) {
    const bytes = fromFlag(key, "--key");
    if (bytes.length !== SM4_KEY_BYTES) throw new UsageError("sm4.key-digits", {});
    const what = text("sm4.key-visible");
    warning((await words()).text(text("terminal.warning", { what })));
    return bytes;
  }
  const bytes = await readAll(keyFile, MAX_SM4_KEY_FILE_BYTES);
  if (bytes.length === SM4_KEY_BYTES) return bytes;
  const digits = /^\s*([0-9a-fA-F]{32})\s*$/.exec(String.fromCharCode(...bytes))?.[1];
  wipe(bytes);
  if (digits === undefined) {
    throw new FailureError("sm4.key-file", { name: keyFile ?? "" });
  }
  return fromHex(digits);
}
