/**
 * What files and folders are, in 32 bytes: names, sizes and contents, whatever their permissions and times
 * (docs/protocol.md, "Files of groups"). Two that are alike have one digest, in whatever order they were named.
 */
import { type Bytes, ByteWriter, hex, utf8 } from "../bytes.ts";
import { Sm3, sm3, SM3_BYTES } from "../crypto/sm3.ts";
import type { OutgoingEntry } from "./outgoing-entry.ts";
import type { Outgoing } from "./outgoing.ts";
import { Steps, turnAfter } from "./patience.ts";

const DOMAIN = utf8("p2p-group-files-1\0");
const DIGEST_READ_BYTES = 256 * 1024;

/** Kinds of entries. */
const FILE = 1;
const FOLDER = 2;

/** A file or folder as the digest has it. */
export interface DigestedEntry {
  /** Below the root's name, with "/" between. */
  readonly path: string;
  readonly folder: boolean;
  readonly size: number;
  /** SM3 of the content; of a folder zeros. */
  readonly sm3: Uint8Array;
}

/** The digest of entries in any order, as 64 hex digits. */
export function digestOfEntries(entries: readonly DigestedEntry[]): string {
  const lines = entries.map(({ path, folder, size, sm3 }) => {
    const name = utf8(path);
    const line = new ByteWriter().u16(name.length).bytes(name).u8(folder ? FOLDER : FILE)
      .u64(folder ? 0 : size).bytes(sm3).finish();
    return { name, line };
  });
  lines.sort((a, b) => compare(a.name, b.name) || compare(a.line, b.line));
  const hash = new Sm3().update(DOMAIN).update(new ByteWriter().u32(lines.length).finish());
  for (const { line } of lines) hash.update(line);
  return hex(hash.digest());
}

/** The digest of what `walkOutgoing` found; undefined where a file changed while it was read. */
export async function filesDigest({ entries }: Outgoing): Promise<string | undefined> {
  const digested: DigestedEntry[] = [];
  const steps = new Steps();
  for (let i = 0; i < entries.length; i++) {
    const entry = entries.at(i)!;
    const { path, folder, size } = entry;
    const sm3 = folder ? new Uint8Array(SM3_BYTES) : await contentDigest(entry);
    if (sm3 === undefined) return undefined;
    digested.push({ path, folder, size, sm3 });
    const pause = steps.after();
    if (pause !== undefined) await pause;
  }
  return digestOfEntries(digested);
}

async function contentDigest(entry: OutgoingEntry): Promise<Bytes | undefined> {
  if (entry.size === 0) return sm3(new Uint8Array(0));
  const file = await entry.open();
  try {
    const hash = new Sm3();
    const piece = new Uint8Array(Math.min(DIGEST_READ_BYTES, entry.size));
    let left = entry.size;
    while (left > 0) {
      const begun = performance.now();
      const count = await file.read(piece.subarray(0, Math.min(piece.length, left)));
      if (count === 0) return undefined;
      hash.update(piece.subarray(0, count));
      left -= count;
      await turnAfter(begun);
    }
    return file.unchanged() ? hash.digest() : undefined;
  } finally {
    file.close();
  }
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
