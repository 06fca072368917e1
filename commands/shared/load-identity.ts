/** The own private key from its file; a passphrase is asked for at most three times. */
import { type Bytes, wipe } from "../../lib/bytes.ts";
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
 * one.
 */
export async function loadIdentity(
  path: string | undefined,
  flags: PassphraseFlags = {},
): Promise<Identity> {
  const file = path ?? identityPath();
  const name = keyName(file);
  const bytes = await readKeyInput(file);
  const { decodePrivateKey } = await import("../../lib/crypto/keys/decode.ts");
  try {
    for (let left = TRIES - 1;; left--) {
      let asked = false;
      const ask = () => {
        asked = !passphraseGiven(flags);
        return readPassphrase(flags, { prompt: text("passphrase.of-file", { name }) });
      };
      try {
        const secretKey = await decodePrivateKey(bytes, ask, { name, ...kdfOptions(flags) });
        return { secretKey, publicKey: publicKeyOf(secretKey) };
      } catch (error) {
        if (!(error instanceof AuthenticationError) || !asked || left === 0) throw error;
        notice((await words()).text(error));
      }
    }
  } finally {
    wipe(bytes);
  }
}
