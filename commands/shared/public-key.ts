/** The public key of a key file, asking the passphrase where there is nothing else to be had of it. */
import { type Bytes, wipe } from "../../lib/bytes.ts";
import {
  decodePrivateKey,
  decodePublicKey,
  isEncryptedPrivateKey,
} from "../../lib/crypto/keys/decode.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { text } from "../../lib/text/catalogue.ts";
import { about } from "./about.ts";
import { kdfOptions, type PassphraseFlags, readPassphrase } from "./secrets.ts";

/** @param name what errors and the question for the passphrase call the file */
export function publicKeyIn(
  bytes: Uint8Array,
  name: string,
  flags: PassphraseFlags,
): Promise<Bytes> {
  return about(name, () => read(bytes, name, flags));
}

async function read(bytes: Uint8Array, name: string, flags: PassphraseFlags): Promise<Bytes> {
  if (!isEncryptedPrivateKey(bytes)) return decodePublicKey(bytes, { name });
  const ask = () => readPassphrase(flags, { prompt: text("passphrase.of-file", { name }) });
  const secretKey = await decodePrivateKey(bytes, ask, { name, ...kdfOptions(flags) });
  const publicKey = publicKeyOf(secretKey);
  wipe(secretKey);
  return publicKey;
}
