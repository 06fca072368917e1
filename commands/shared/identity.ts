/** Keys as the command line names them: the own identity, and the public keys of others. */
import type { Bytes } from "../../lib/bytes.ts";
import { fromHex } from "../../lib/bytes.ts";
import { decodePublicKeyText, PUBLIC_KEY_TEXT_PREFIX } from "../../lib/crypto/keys/text.ts";
import { parsePublicKey } from "../../lib/crypto/sm2.ts";
import { FailureError } from "../../lib/errors.ts";
import { contactKey } from "../../lib/state/contacts.ts";
import {
  type Identity,
  identityPath,
  readIdentity,
  readKeyFile,
} from "../../lib/state/identity.ts";
import { safeText } from "../../lib/text/safe.ts";
import { type PassphraseFlags, readPassphrase } from "./secrets.ts";

export type { Identity };

/** Reads the private key in `path` (the default identity when undefined), asking its passphrase if it has one. */
export async function loadIdentity(
  path: string | undefined,
  flags: PassphraseFlags = {},
): Promise<Identity> {
  const file = path ?? identityPath();
  return await readIdentity(
    file,
    () => readPassphrase(flags, { prompt: `passphrase for ${safeText(file)}` }),
  );
}

/**
 * The public key that `text` names: p2p1… text, 66 or 130 hex digits, a contact's name, or a key or certificate
 * file. A contact goes before a file of the same name: write ./NAME for the file.
 */
export async function resolvePublicKey(text: string): Promise<Bytes> {
  if (text.startsWith(PUBLIC_KEY_TEXT_PREFIX)) return decodePublicKeyText(text);
  if (/^(?:[0-9a-fA-F]{66}|[0-9a-fA-F]{128}|[0-9a-fA-F]{130})$/.test(text)) {
    return parsePublicKey(fromHex(text, "read public key"));
  }
  const known = await contactKey(text);
  if (known !== undefined) return known;
  try {
    const bytes = await readKeyFile(text);
    const { decodePublicKey } = await import("../../lib/crypto/keys/decode.ts");
    return decodePublicKey(bytes);
  } catch (error) {
    if (error instanceof FailureError && error.cause instanceof Deno.errors.NotFound) {
      throw new FailureError(`find public key ${safeText(text)}: no contact or file of that name`, {
        hint: "give p2p1… text, a contact's name, a PEM file, or 130 hex digits",
        cause: error,
      });
    }
    throw error;
  }
}
