/** The own key: there, readable, protected by a passphrase or not. Nothing is asked. */
import { wipe } from "../bytes.ts";
import { decodePublicKey, holdsPrivateKey, isEncryptedPrivateKey } from "../crypto/keys/decode.ts";
import { fingerprint } from "../crypto/keys/text.ts";
import { P2PError, reasonText, systemCode } from "../errors.ts";
import { readKeyFile } from "../state/identity.ts";
import { look } from "../system/look.ts";
import { join } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { fail, type Judgement, ok, shellLine, shellWord, warn } from "./finding.ts";

/** What lies where the key should. */
export type KeyLook =
  | { readonly kind: "none" }
  /** It cannot be read. */
  | { readonly kind: "unreadable"; readonly reason: Text; readonly permission: boolean }
  /** It is no key. */
  | { readonly kind: "no-key"; readonly reason: Text }
  | { readonly kind: "locked" }
  | { readonly kind: "plain"; readonly fingerprint: string };

/** Judges the key file at `path`. */
export function judgeIdentity(path: string, found: KeyLook): Judgement {
  switch (found.kind) {
    case "none":
      return warn(text("doctor.identity.none"), shellLine("p2p keygen"));
    case "unreadable": {
      const word = shellWord(path);
      return fail(
        text("doctor.identity.unreadable", { path, reason: found.reason }),
        found.permission ? shellLine(`sudo chown "$USER" ${word} && chmod 600 ${word}`) : undefined,
      );
    }
    case "no-key":
      return fail(
        text("doctor.identity.no-key", { path, reason: found.reason }),
        text("doctor.identity.no-key.cure"),
      );
    case "locked":
      return ok(text("doctor.identity.locked"));
    case "plain":
      return ok(text("doctor.identity.plain", { fingerprint: found.fingerprint }));
  }
}

function unreadable(reason: Text): KeyLook {
  return { kind: "unreadable", reason, permission: reason.code === "system.permission" };
}

async function keyAt(path: string): Promise<KeyLook> {
  const found = look(path);
  // A program that died left an empty one.
  if (found.kind === "nothing" || (found.kind === "file" && found.size === 0)) {
    return { kind: "none" };
  }
  if (found.kind === "unknown") return unreadable(found.reason);
  let bytes: Uint8Array;
  try {
    bytes = await readKeyFile(path);
  } catch (error) {
    if (!(error instanceof P2PError) && systemCode(error) === undefined) throw error;
    const cause = error instanceof P2PError ? error.cause ?? error : error;
    return unreadable(reasonText(cause));
  }
  try {
    if (isEncryptedPrivateKey(bytes)) return { kind: "locked" };
    if (!holdsPrivateKey(bytes)) {
      decodePublicKey(bytes);
      return { kind: "no-key", reason: text("key.public-only") };
    }
    return { kind: "plain", fingerprint: fingerprint(decodePublicKey(bytes)) };
  } catch (error) {
    if (!(error instanceof P2PError)) throw error;
    return { kind: "no-key", reason: reasonText(error) };
  } finally {
    wipe(bytes as Uint8Array<ArrayBuffer>);
  }
}

/** @param home undefined where no place for one is set */
export async function checkIdentity(home: string | undefined): Promise<Judgement> {
  if (home === undefined) return judgeIdentity("", { kind: "none" });
  const path = join(home, "identity.pem");
  return judgeIdentity(path, await keyAt(path));
}
