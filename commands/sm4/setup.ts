/** What the flags of `p2p sm4` say: mode, key, IV, additional data, tag. */
import type { Bytes } from "../../lib/bytes.ts";
import { GCM_LEAST_TAG_BYTES, GCM_TAG_BYTES } from "../../lib/crypto/gcm.ts";
import { SM4_BLOCK_BYTES, SM4_KEY_BYTES } from "../../lib/crypto/sm4.ts";
import { CCM_NONCE_BYTES, CCM_TAG_BYTES } from "../../lib/crypto/sm4-ccm.ts";
import type { Sm4Mode } from "../../lib/crypto/sm4-modes.ts";
import { XTS_KEY_BYTES } from "../../lib/crypto/sm4-xts.ts";
import { UsageError } from "../../lib/errors.ts";
import { fromFlag, type KeyFlags, readKey } from "../shared/cipher-key.ts";

/** Every mode of the command. */
export type CipherMode = "gcm" | "ccm" | "xts" | "xts-ieee" | Sm4Mode;

/** The flags that matter here. */
export interface CipherFlags extends KeyFlags {
  mode: CipherMode;
  iv?: string;
  aad?: string;
  tagLength?: number;
  noPadding?: boolean;
}

/** Everything a cipher needs. */
export interface CipherSetup {
  mode: CipherMode;
  key: Bytes;
  /** Present in all modes but ECB. */
  iv: Bytes | undefined;
  aad: Bytes;
  /** Of GCM and CCM. */
  tagBytes: number;
  padding: boolean;
}

/** GCM takes an IV of any size, 12 bytes being the usual; CCM 7 to 13; the others one of a block. */
const MAX_GCM_IV_BYTES = 1024;

/** Whether the mode authenticates. */
function isAead(mode: CipherMode): mode is "gcm" | "ccm" {
  return mode === "gcm" || mode === "ccm";
}

/** Reads and checks the flags; the caller wipes the key. */
export async function readCipherSetup(flags: CipherFlags): Promise<CipherSetup> {
  const { mode } = flags;
  if (flags.aad !== undefined && !isAead(mode)) {
    throw new UsageError("sm4.aad", { mode });
  }
  if (flags.noPadding && mode !== "cbc" && mode !== "ecb") {
    throw new UsageError("sm4.never-pads", { mode });
  }
  const keyBytes = mode === "xts" || mode === "xts-ieee" ? XTS_KEY_BYTES : SM4_KEY_BYTES;
  return {
    mode,
    iv: readIv(flags),
    aad: fromFlag(flags.aad ?? "", "--aad"),
    tagBytes: readTagLength(flags),
    padding: !flags.noPadding,
    key: await readKey(flags, keyBytes),
  };
}

function readTagLength({ mode, tagLength }: CipherFlags): number {
  if (tagLength === undefined) return GCM_TAG_BYTES;
  if (!isAead(mode)) throw new UsageError("sm4.no-tag", { mode });
  const fits = mode === "gcm"
    ? tagLength >= GCM_LEAST_TAG_BYTES && tagLength <= GCM_TAG_BYTES
    : CCM_TAG_BYTES.includes(tagLength);
  if (!fits) throw new UsageError("sm4.tag-length", { mode, ccm: mode === "ccm" });
  return tagLength;
}

/** How many bytes the IV of a mode may have, and usually has. */
function ivBytes(mode: CipherMode): { least: number; most: number; usual: number } {
  if (mode === "gcm") return { least: 1, most: MAX_GCM_IV_BYTES, usual: 12 };
  if (mode === "ccm") return CCM_NONCE_BYTES;
  return { least: SM4_BLOCK_BYTES, most: SM4_BLOCK_BYTES, usual: SM4_BLOCK_BYTES };
}

function readIv({ mode, iv }: CipherFlags): Bytes | undefined {
  if (mode === "ecb") {
    if (iv !== undefined) throw new UsageError("sm4.no-iv-flag", { mode });
    return undefined;
  }
  if (iv === undefined) throw new UsageError("sm4.iv-needed", { mode });
  const bytes = fromFlag(iv, "--iv");
  const { least, most, usual } = ivBytes(mode);
  if (bytes.length < least || bytes.length > most) {
    throw new UsageError("sm4.iv-digits", { mode, digits: 2 * usual });
  }
  return bytes;
}
