/**
 * Notes kept encrypted at rest: the note as `p2p enc` would write it, to the user's own identity. `p2p voice --play`
 * plays it, `p2p dec` makes an ordinary file of it again.
 */
import { basename, dirname, join } from "../system/path.ts";
import { hex } from "../bytes.ts";
import { looksArmoured } from "../container/armour.ts";
import { EncryptedFile } from "../container/decrypt.ts";
import { encryptContainer } from "../container/encrypt.ts";
import { ContainerError, VERSION_LINE } from "../container/format.ts";
import type { Sink, Source } from "../container/source.ts";
import type { RandomSource } from "../crypto/random.ts";
import { type AtomicFile, writeAtomically } from "../files/atomic.ts";
import { takeFreeName } from "../files/free-name.ts";
import { PRIVATE_FILE } from "../state/home.ts";
import type { Scratch } from "./scratch.ts";

/** Put behind the name of a note that is kept encrypted. */
export const KEPT_EXTENSION = ".enc";

/** How a note is put away. */
export interface KeepOptions {
  /** 33 bytes: the own key. */
  readonly publicKey: Uint8Array;
  readonly random: RandomSource;
  readonly force?: boolean;
}

/** Writes the note at `path` to `target`, encrypted; `path` itself stays. */
export async function keepEncrypted(
  path: string,
  target: string,
  { publicKey, random, force = false }: KeepOptions,
): Promise<void> {
  using file = await Deno.open(path);
  const encrypted = (output: AtomicFile) =>
    encryptContainer(sourceOf(file), output, { recipients: [publicKey], random });
  await writeAtomically(target, encrypted, { mode: PRIVATE_FILE, force });
}

/**
 * Encrypts a received note beside itself, under the first free name, and takes the open file out of sight: it lies in
 * `scratch` from then on. Answers both paths.
 */
export async function keepReceived(
  path: string,
  { publicKey, random }: KeepOptions,
  scratch: Scratch,
): Promise<{ kept: string; open: string }> {
  const open = await scratch.adopt(path);
  const name = `${basename(path)}${KEPT_EXTENSION}`;
  const part = join(dirname(path), `.${name}.${hex(random(4))}.part`);
  await keepEncrypted(open, part, { publicKey, random });
  return { kept: takeFreeName(part, dirname(path), name), open };
}

/** Whether the file is one that `keepEncrypted` or `p2p enc` wrote. */
export async function isKept(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const head = new Uint8Array(64);
  const start = head.subarray(0, await sourceOf(file).fill(head));
  const line = new TextDecoder("latin1").decode(start.subarray(0, VERSION_LINE.length));
  return line === VERSION_LINE || looksArmoured(start);
}

/** Opens a kept note into a private file; answers its path. An AuthenticationError where the key is not the right one. */
export async function openKept(
  path: string,
  secretKey: Uint8Array,
  scratch: Scratch,
): Promise<string> {
  using file = await Deno.open(path);
  const unlocked = (await EncryptedFile.read(sourceOf(file))).withIdentity(secretKey);
  if (unlocked === undefined) {
    throw new ContainerError("no match", "container.no-match", { name: path });
  }
  const open = await scratch.file("note");
  using out = await Deno.open(open, { write: true });
  await unlocked.decrypt(sinkOf(out));
  return open;
}

function sourceOf(file: Deno.FsFile): Source {
  return {
    async fill(into) {
      let filled = 0;
      while (filled < into.length) {
        const count = await file.read(into.subarray(filled));
        if (count === null) break;
        filled += count;
      }
      return filled;
    },
  };
}

function sinkOf(file: Deno.FsFile): Sink {
  return {
    async write(bytes) {
      let rest = bytes;
      while (rest.length > 0) rest = rest.subarray(await file.write(rest));
    },
  };
}
