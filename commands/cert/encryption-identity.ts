/** The second key of a dual certificate, which is for encryption. */
import { existingKey } from "../../lib/state/identity-file.ts";
import { homePath } from "../../lib/state/home.ts";
import type { Identity } from "../../lib/state/identity.ts";
import { notice } from "../../lib/terminal/notice.ts";
import type { IdentityFlags } from "../conversation/own-identity.ts";
import { loadIdentity } from "../shared/load-identity.ts";
import { say } from "../shared/speech.ts";
import { newKeyFile } from "./new-key.ts";

/** Where the key is. */
interface SecondKeyFlags extends IdentityFlags {
  readonly encryptionKey?: string | undefined;
}

/** Loads the key; it is made where there is none. */
export async function encryptionIdentity(flags: SecondKeyFlags): Promise<Identity> {
  const path = flags.encryptionKey ?? homePath("encryption.pem");
  if (await existingKey(path) === undefined) {
    await newKeyFile(path);
    notice(say("cert.made-encryption-key", { path }), flags);
  }
  return await loadIdentity(path, flags);
}
