/** The own private key from its file; a passphrase is asked for at most three times. */
import { type Bytes, wipe } from "../../lib/bytes.ts";
import type { KeyPurpose } from "../../lib/crypto/keys/certificate.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { AuthenticationError, P2PError } from "../../lib/errors.ts";
import {
  type Identity,
  identityPath,
  MAX_KEY_FILE_BYTES,
  readKeyFile,
} from "../../lib/state/identity.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { text } from "../../lib/text/catalogue.ts";
import { readAll, readFailure } from "./input.ts";
import { kdfOptions, type PassphraseFlags, passphraseGiven, readPassphrase } from "./secrets.ts";
import { words } from "./language.ts";

export type { Identity };

/** All of a key file; "-" is stdin. */
export async function readKeyInput(path: string): Promise<Bytes> {
  if (path === "-") return await readAll(path, MAX_KEY_FILE_BYTES);
  try {
    return await readKeyFile(path);
  } catch (error) {
    throw error instanceof P2PError ? error : readFailure(path, error);
  }
}

/** What errors and prompts call a key file. */
export function keyName(path: string): string {
  return path === "-" ? "stdin" : path;
}

/** How often a passphrase may be typed. */
const TRIES = 3;

/**
 * Reads the private key in `path` ("-" is stdin; the default identity when undefined), asking its passphrase if it has
 * one. Where a file holds two keys, the one that signs.
 */
export async function loadIdentity(
  path: string | undefined,
  flags: PassphraseFlags = {},
): Promise<Identity> {
  const [first, ...others] = await load(path, flags, "signing", 1);
  wipe(...others.map(({ secretKey }) => secretKey));
  return first!;
}

/** All keys of a file, at least one, the one that others encrypt to first. */
export function loadDecryptionKeys(
  path: string | undefined,
  flags: PassphraseFlags = {},
): Promise<Identity[]> {
  return load(path, flags, "encryption", Infinity);
}

async function load(
  path: string | undefined,
  flags: PassphraseFlags,
  usage: KeyPurpose,
  wanted: number,
): Promise<Identity[]> {
  const file = path ?? identityPath();
  const name = keyName(file);
  const bytes = await readKeyInput(file);
  const { decodePrivateKeys } = await import("../../lib/crypto/keys/decode.ts");
  // An encryption key that comes in an envelope was wrapped for the key that signs, which is the identity.
  const unwrap = path === undefined || path === identityPath()
    ? undefined
    : async () => (await loadIdentity(undefined, flags)).secretKey;
  try {
    for (let left = TRIES - 1;; left--) {
      let asked = false;
      const ask = () => {
        asked = !passphraseGiven(flags);
        return readPassphrase(flags, { prompt: text("passphrase.of-file", { name }) });
      };
      try {
        const options = { name, usage, unwrap, ...kdfOptions(flags) };
        const secretKeys = await decodePrivateKeys(bytes, ask, options, wanted);
        return secretKeys.map((secretKey) => ({ secretKey, publicKey: publicKeyOf(secretKey) }));
      } catch (error) {
        if (!(error instanceof AuthenticationError) || !asked || left === 0) throw error;
        notice((await words()).text(error));
      }
    }
  } finally {
    wipe(bytes);
  }
}
