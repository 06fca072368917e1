/**
 * Passphrases as bytes. One text can be typed in several ways: é as one character (NFC: most keyboards) or as e and an
 * accent (NFD: names from macOS), and the bytes differ. New passphrases are taken in NFC, as RFC 8265 §4.2 has it for
 * passwords; a passphrase for something that is there already is tried in every way it may have been typed then.
 */
import { type Bytes, equalConstantTime, utf8, utf8Text, wipe } from "../bytes.ts";
import { FormatError } from "../errors.ts";

type Form = "NFC" | "NFD";

/** `passphrase` in a normal form; as it is where it is not text. */
function normalised(passphrase: Uint8Array, form: Form): Bytes {
  try {
    return utf8(utf8Text(passphrase).normalize(form));
  } catch (error) {
    if (error instanceof FormatError) return new Uint8Array(passphrase);
    throw error;
  }
}

/** The bytes of a new passphrase: in NFC. */
export function newPassphrase(passphrase: Uint8Array): Bytes {
  return normalised(passphrase, "NFC");
}

/** What `passphrase` may have been when something was locked with it, likeliest first. Only one where it is ASCII. */
export function passphraseForms(passphrase: Uint8Array): Bytes[] {
  const forms = [
    normalised(passphrase, "NFC"),
    new Uint8Array(passphrase),
    normalised(passphrase, "NFD"),
  ];
  return forms.filter((form, i) => forms.findIndex((f) => equalConstantTime(f, form)) === i);
}

/** The first answer that is one, over all forms of `passphrase`. */
export async function withForms<T>(
  passphrase: Uint8Array,
  attempt: (form: Bytes) => Promise<T | undefined>,
): Promise<T | undefined> {
  const forms = passphraseForms(passphrase);
  try {
    for (const form of forms) {
      const answer = await attempt(form);
      if (answer !== undefined) return answer;
    }
    return undefined;
  } finally {
    wipe(...forms);
  }
}
