/** The user's own SM2 key pair, as a file: `$P2P_HOME/identity.pem` unless another is named. */
import { type Bytes, wipe } from "../bytes.ts";
import { FailureError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { homePath } from "./home.ts";

/** An SM2 key pair in use. */
export interface Identity {
  /** 32 bytes. */
  readonly secretKey: Bytes;
  /** 33 bytes, the compressed point. */
  readonly publicKey: Bytes;
}

/** Largest key file read, in bytes. */
export const MAX_KEY_FILE_BYTES = 64 * 1024;

/** The file of the default identity. */
export function identityPath(): string {
  return homePath("identity.pem");
}

/** Reads a key file whole; one that is too large to be a key is refused. */
export async function readKeyFile(path: string): Promise<Bytes> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true });
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      const own = path === identityPath();
      throw new FailureError("identity.no-file", { path }, {
        cause,
        hint: text(own ? "identity.no-file.own" : "identity.no-file.other"),
      });
    }
    if (cause instanceof Deno.errors.PermissionDenied) {
      throw new FailureError("identity.permission", { path }, { cause });
    }
    throw cause;
  }
  try {
    return await readBounded(file, path);
  } finally {
    file.close();
  }
}

async function readBounded(file: Deno.FsFile, path: string): Promise<Bytes> {
  const buffer = new Uint8Array(MAX_KEY_FILE_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    const count = await file.read(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  if (length > MAX_KEY_FILE_BYTES) throw new FailureError("identity.too-large", { path });
  const bytes = buffer.slice(0, length);
  wipe(buffer);
  return bytes;
}
