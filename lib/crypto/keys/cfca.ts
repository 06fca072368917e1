/**
 * The key files of CFCA (".sm2", in its tools "PKCS12_SM2"): a secret key under a passphrase and its certificate. The
 * key is SM4-CBC under 32 bytes of the KDF of GB/T 32918.4 over the passphrase, of which the first half is the IV: there
 * is no salt and nothing that takes time, so a weak passphrase protects nothing. Read only.
 */
import { type Bytes, wipe } from "../../bytes.ts";
import { sm2Kdf } from "../sm2-kdf.ts";
import { sm4Crypt } from "../sm4-modes.ts";
import type { CfcaKey } from "./containers.ts";
import { wrongPassphrase } from "./pbes2.ts";
import { normalSecret } from "./private-key.ts";

/** The secret key; an AuthenticationError where the passphrase is wrong. */
export function openCfcaKey({ encrypted }: CfcaKey, passphrase: Uint8Array): Bytes {
  const derived = sm2Kdf(passphrase, 32);
  const iv = derived.subarray(0, 16), key = derived.subarray(16);
  try {
    const digits = sm4Crypt("cbc", "decrypt", key, encrypted, { iv });
    const secret = normalSecret(digits);
    wipe(digits);
    return secret;
  } catch (cause) {
    throw wrongPassphrase(cause);
  } finally {
    wipe(derived);
  }
}
