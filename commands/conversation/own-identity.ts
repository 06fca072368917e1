/**
 * The identity for a conversation. Who runs `p2p chat` for the first time has none: one is made on the spot, without
 * a passphrase, and said so.
 */
import { utf8, wipe } from "../../lib/bytes.ts";
import { encodePrivateKeyPem } from "../../lib/crypto/keys/encode.ts";
import { fingerprint } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { FailureError } from "../../lib/errors.ts";
import { exists } from "../../lib/files/look.ts";
import { existingKey, writeIdentityFile } from "../../lib/state/identity-file.ts";
import { type Identity, identityPath } from "../../lib/state/identity.ts";
import { type Loudness, notice } from "../../lib/terminal/notice.ts";
import { loadIdentity } from "../shared/identity.ts";
import { isStream } from "../shared/input.ts";
import { readKeyInput } from "../shared/load-identity.ts";
import type { PassphraseFlags } from "../shared/secrets.ts";
import { say } from "../shared/speech.ts";

/** Which identity a command is to use. */
export interface IdentityFlags extends PassphraseFlags, Loudness {
  readonly identity?: string | undefined;
}

/**
 * Loads the identity that the flags name; the default one is made when there is none.
 *
 * @param beforePassphrase runs before a passphrase is asked for, where the key has one
 */
export async function conversationIdentity(
  flags: IdentityFlags,
  beforePassphrase?: () => void,
): Promise<Identity> {
  if (flags.identity === undefined && await existingKey(identityPath()) === undefined) {
    await makeIdentity(flags);
  }
  if (beforePassphrase !== undefined && await asksPassphrase(flags.identity)) beforePassphrase();
  return await loadIdentity(flags.identity, flags);
}

/** Whether the key in the file has a passphrase. What cannot be told yet, from stdin or of a file that is not there, has none. */
async function asksPassphrase(path = identityPath()): Promise<boolean> {
  if (isStream(path) || !exists(path)) return false;
  const { isEncryptedPrivateKey } = await import("../../lib/crypto/keys/decode.ts");
  return isEncryptedPrivateKey(await readKeyInput(path));
}

async function makeIdentity(flags: Loudness): Promise<void> {
  const { secretKey, publicKey } = generateKeyPair();
  const pem = utf8(await encodePrivateKeyPem(secretKey, {}));
  wipe(secretKey);
  try {
    await writeIdentityFile(identityPath(), pem);
  } catch (error) {
    // Another p2p made one in the same moment: that one counts.
    if (!(error instanceof FailureError) || await existingKey(identityPath()) === undefined) {
      throw error;
    }
    return;
  } finally {
    wipe(pem);
  }
  notice(say("talk.made-identity", { path: identityPath() }), flags);
  notice(say("talk.own-fingerprint", { fingerprint: fingerprint(publicKey) }), flags);
}
