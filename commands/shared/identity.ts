/** Keys as the command line names them: the public keys of others. */
import { type Bytes, utf8 } from "../../lib/bytes.ts";
import type { KeyPurpose } from "../../lib/crypto/keys/certificate.ts";
import { decodePublicKeyText, PUBLIC_KEY_TEXT_PREFIX } from "../../lib/crypto/keys/text.ts";
import { FailureError, UsageError } from "../../lib/errors.ts";
import { couldBeContact } from "../../lib/state/contact-name.ts";
import type { Contact } from "../../lib/state/contacts.ts";
import { stateWritten } from "../../lib/state/written.ts";
import { text as textOf } from "../../lib/text/catalogue.ts";
import { keyName, readKeyInput } from "./load-identity.ts";

export { type Identity, loadDecryptionKeys, loadIdentity } from "./load-identity.ts";

/**
 * The public key that `given` names: p2p1… text, a contact's name, a key as hex digits or base64, or a key or
 * certificate file ("-" is stdin). A contact goes before a file of the same name: write ./NAME for the file.
 *
 * @param usage which certificate of several counts: the one to verify with, or the one to encrypt to
 */
export async function resolvePublicKey(given: string, usage?: KeyPurpose): Promise<Bytes> {
  if (given.toLowerCase().startsWith(PUBLIC_KEY_TEXT_PREFIX)) return decodePublicKeyText(given);
  const written = await writtenKey(given);
  if (written !== undefined) return written;
  const contact = await contactOf(given);
  if (contact !== undefined && contact !== "locked") return contact.key;
  return await keyInFile(given, contact === "locked", usage);
}

/** What `contactNamed` answers; what reads the state is loaded only where there can be such a contact. */
async function contactOf(given: string): Promise<Contact | "locked" | undefined> {
  if (!couldBeContact(given) || !stateWritten()) return undefined;
  const { contactNamed } = await import("./own-state.ts");
  return await contactNamed(given);
}

/** No digits or base64 of a key are shorter than those of a compressed point. */
const LEAST_WRITTEN_CHARACTERS = 44;

/** The key that stands in the argument itself; undefined where none does. */
async function writtenKey(given: string): Promise<Bytes | undefined> {
  if (given.length < LEAST_WRITTEN_CHARACTERS || !/^[\w:+/=-]+$/.test(given)) return undefined;
  const { decodePublicKey } = await import("../../lib/crypto/keys/decode.ts");
  const { findKeys, isPrivate } = await import("../../lib/crypto/keys/find.ts");
  const [found] = findKeys(utf8(given)).keys;
  if (found === undefined) return undefined;
  if (isPrivate(found)) throw new UsageError("recipient.secret", {});
  return decodePublicKey(utf8(given), { name: given });
}

/** @param locked the contacts could not be read: the name may be one of them */
async function keyInFile(
  path: string,
  locked: boolean,
  usage: KeyPurpose | undefined,
): Promise<Bytes> {
  try {
    const bytes = await readKeyInput(path);
    const { decodePublicKey } = await import("../../lib/crypto/keys/decode.ts");
    return decodePublicKey(bytes, { name: keyName(path), usage });
  } catch (error) {
    if (error instanceof FailureError && error.cause instanceof Deno.errors.NotFound) {
      throw new FailureError("contact.no-key", { name: path === "" ? '""' : path }, {
        hint: textOf(locked ? "contact.locked.hint" : "contact.no-key.hint"),
        cause: error,
      });
    }
    throw error;
  }
}
