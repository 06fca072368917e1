/** The own private key from its file; a passphrase is asked for at most three times. */
import { AuthenticationError } from "../../lib/errors.ts";
import { type Identity, identityPath, readIdentity } from "../../lib/state/identity.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { safeText } from "../../lib/text/safe.ts";
import { type PassphraseFlags, passphraseGiven, readPassphrase } from "./secrets.ts";
import { speaker } from "./speech.ts";

export type { Identity };

/** How often a passphrase may be typed. */
const TRIES = 3;

/** Reads the private key in `path` (the default identity when undefined), asking its passphrase if it has one. */
export async function loadIdentity(
  path: string | undefined,
  flags: PassphraseFlags = {},
): Promise<Identity> {
  const file = path ?? identityPath();
  for (let left = TRIES - 1;; left--) {
    let asked = false;
    try {
      return await readIdentity(file, () => {
        asked = !passphraseGiven(flags);
        return readPassphrase(flags, { prompt: `passphrase for ${safeText(file)}` });
      });
    } catch (error) {
      if (!(error instanceof AuthenticationError) || !asked || left === 0) throw error;
      notice(speaker.text(error));
    }
  }
}
