/**
 * Writing an identity's file: whole or not at all, readable by its owner alone whatever the umask, and never in the
 * place of another key without keeping that one.
 */
import { decodePublicKey, isEncryptedPrivateKey } from "../crypto/keys/decode.ts";
import { fingerprint } from "../crypto/keys/text.ts";
import { FailureError, P2PError, reasonText, systemCode } from "../errors.ts";
import { exists } from "../files/look.ts";
import { basename, dirname, join } from "../system/path.ts";
import { createUnnamed } from "../system/unnamed-file.ts";
import { text } from "../text/catalogue.ts";
import { ensureHome, PRIVATE_FILE } from "./home.ts";
import { identityPath, readKeyFile } from "./identity.ts";

/** How long a temporary file of 0.1 is left alone: no key takes longer to write. */
const STALE_MS = 60_000;
/** Names that are tried for a backup. */
const MAX_BACKUPS = 1000;

/** A key file that is there. */
export interface ExistingKey {
  /** Its key's fingerprint; undefined where a passphrase is between, or it is no key. */
  readonly fingerprint: string | undefined;
}

/** What is at `path`: undefined where there is nothing, or an empty file, which a program that died left. */
export async function existingKey(path: string): Promise<ExistingKey | undefined> {
  if (!exists(path)) return undefined;
  const info = await Deno.stat(path).catch(() => undefined);
  if (info?.isDirectory) throw new FailureError("keygen.folder", { path });
  if (info?.size === 0) return undefined;
  try {
    const bytes = await readKeyFile(path);
    if (isEncryptedPrivateKey(bytes)) return { fingerprint: undefined };
    return { fingerprint: fingerprint(decodePublicKey(bytes)) };
  } catch (error) {
    if (error instanceof P2PError || systemCode(error) !== undefined) {
      return { fingerprint: undefined };
    }
    throw error;
  }
}

/**
 * Writes the private key `pem` as `path`. Another file there is an error, or with `force` is kept under a name that is
 * answered.
 */
export async function writeIdentityFile(
  path: string,
  pem: Uint8Array,
  { force = false }: { readonly force?: boolean | undefined } = {},
): Promise<{ readonly backup: string | undefined }> {
  if (path === identityPath()) ensureHome();
  try {
    clearTemporaries(path);
    const there = await existingKey(path);
    if (there !== undefined && !force) throw existsError(path, there);
    const backup = there === undefined ? undefined : putAside(path);
    if (there === undefined && exists(path)) Deno.removeSync(path);
    if (!createUnnamed(path, pem, PRIVATE_FILE)) createNamed(path, pem);
    return { backup };
  } catch (error) {
    if (error instanceof P2PError) throw error;
    if (error instanceof Deno.errors.AlreadyExists) {
      throw existsError(path, { fingerprint: undefined });
    }
    throw writeError(path, error);
  }
}

/** Refuses a place for a new key where there is one already, unless `force`, or where none can be written. */
export async function checkKeyPlace(
  path: string,
  { force = false }: { readonly force?: boolean | undefined } = {},
): Promise<void> {
  try {
    const there = await existingKey(path);
    if (there !== undefined && !force) throw existsError(path, there);
    if (path !== identityPath()) Deno.statSync(dirname(path));
  } catch (error) {
    throw error instanceof P2PError ? error : writeError(path, error);
  }
}

function writeError(path: string, cause: unknown): FailureError {
  const reason = systemCode(cause) === "ENOENT" ? text("files.no-folder") : reasonText(cause);
  return new FailureError("keygen.write", { path, reason }, {
    cause,
    hint: systemCode(cause) === "ENOSPC" ? text("state.full.hint") : undefined,
  });
}

/** There is a key already; says which. */
function existsError(path: string, { fingerprint }: ExistingKey): FailureError {
  const hint = text("keygen.exists.hint");
  return fingerprint === undefined
    ? new FailureError("keygen.exists", { path }, { hint })
    : new FailureError("keygen.exists-key", { path, fingerprint }, { hint });
}

/** Without unnamed files: the name first, then all bytes at once; what is cut short is an empty file, not a key. */
function createNamed(path: string, bytes: Uint8Array): void {
  const file = Deno.openSync(path, { write: true, createNew: true, mode: PRIVATE_FILE });
  try {
    if (Deno.build.os !== "windows") Deno.chmodSync(path, PRIVATE_FILE);
    let rest = bytes;
    while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
    file.syncSync();
  } catch (error) {
    Deno.removeSync(path);
    throw error;
  } finally {
    file.close();
  }
}

/** Gives the file another name, one that is free; answers it. */
function putAside(path: string): string {
  for (let n = 1; n <= MAX_BACKUPS; n++) {
    const backup = n === 1 ? `${path}.old` : `${path}.old-${n}`;
    if (exists(backup)) continue;
    try {
      Deno.linkSync(path, backup);
      Deno.removeSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) continue;
      // No hard links here.
      Deno.renameSync(path, backup);
    }
    return backup;
  }
  throw new FailureError("keygen.backups", { path });
}

/** Removes the temporaries that keygen of 0.1 left when it was killed: there is a private key in each. */
function clearTemporaries(path: string): void {
  const folder = dirname(path);
  if (!exists(folder)) return;
  const prefix = `.${basename(path)}.`;
  for (const { name, isFile } of Deno.readDirSync(folder)) {
    if (
      !isFile || !name.startsWith(prefix) || !/^[0-9a-f]{8}\.part$/.test(name.slice(prefix.length))
    ) {
      continue;
    }
    const stale = join(folder, name);
    const age = Date.now() - (Deno.statSync(stale).mtime?.getTime() ?? 0);
    if (age > STALE_MS) Deno.removeSync(stale);
  }
}
