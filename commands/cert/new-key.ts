/** A second key of the user's, for the encryption certificate of a dual one: private to the user, without a passphrase. */
import { utf8, wipe } from "../../lib/bytes.ts";
import { encodePrivateKeyPem } from "../../lib/crypto/keys/encode.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { ensureHome } from "../../lib/state/home.ts";
import { writeIdentityFile } from "../../lib/state/identity-file.ts";

/** Makes a key in the file `path`. */
export async function newKeyFile(path: string): Promise<void> {
  ensureHome();
  const { secretKey } = generateKeyPair();
  const pem = utf8(await encodePrivateKeyPem(secretKey, {}));
  wipe(secretKey);
  try {
    await writeIdentityFile(path, pem);
  } finally {
    wipe(pem);
  }
}
