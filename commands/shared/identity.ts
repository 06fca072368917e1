/** Keys as the command line names them: the own identity, and the public keys of others. */
import type { Bytes } from "../../lib/bytes.ts";
import { fromHex } from "../../lib/bytes.ts";
import { decodePublicKeyText, PUBLIC_KEY_TEXT_PREFIX } from "../../lib/crypto/keys/text.ts";
import { parsePublicKey } from "../../lib/crypto/sm2.ts";
import { FailureError } from "../../lib/errors.ts";
import { readKeyFile } from "../../lib/state/identity.ts";
import { text as words } from "../../lib/text/catalogue.ts";

export { type Identity, loadIdentity } from "./load-identity.ts";

/**
 * The public key that `text` names: p2p1… text, 66 or 130 hex digits, a contact's name, or a key or certificate
 * file. A contact goes before a file of the same name: write ./NAME for the file.
 */
export async function resolvePublicKey(text: string): Promise<Bytes> {
  if (text.startsWith(PUBLIC_KEY_TEXT_PREFIX)) return decodePublicKeyText(text);
  if (/^(?:[0-9a-fA-F]{66}|[0-9a-fA-F]{128}|[0-9a-fA-F]{130})$/.test(text)) {
    return parsePublicKey(fromHex(text, "read public key"));
  }
  const { contactNamed } = await import("./own-state.ts");
  const contact = await contactNamed(text);
  if (contact !== undefined && contact !== "locked") return contact.key;
  try {
    const bytes = await readKeyFile(text);
    const { decodePublicKey } = await import("../../lib/crypto/keys/decode.ts");
    return decodePublicKey(bytes);
  } catch (error) {
    if (error instanceof FailureError && error.cause instanceof Deno.errors.NotFound) {
      const locked = contact === "locked";
      throw new FailureError("contact.no-key", { name: text }, {
        hint: words(locked ? "contact.locked.hint" : "contact.no-key.hint"),
        cause: error,
      });
    }
    throw error;
  }
}
