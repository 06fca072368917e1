/**
 * Who writes to which partial file or folder. Within one program a stalled transfer gives way to the same one begun
 * anew (its sender was killed and came back); between programs a file lock decides.
 */

import { type Holder, inUse, notInUse } from "./descriptors.ts";

/** Nothing more came in this time: the transfer is taken to be dead, in milliseconds. */
const STALLED_MS = 1000;

/** How long a transfer that was told to stop may take to let go, in milliseconds. */
const EVICTION_MS = 3000;

/** One who writes. */
export interface Claimant {
  /** Grows with every byte that arrives. */
  readonly progress: () => number;
  /** Told to stop: somebody else takes over. */
  readonly evict: () => void;
}

interface Claim extends Claimant {
  readonly released: Promise<void>;
}

const claims = new Map<string, Claim>();

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Claims `path`; the function that releases it, or undefined when somebody is busy with it. */
export async function claim(
  path: string,
  claimant: Claimant,
): Promise<(() => void) | undefined> {
  const holder = claims.get(path);
  if (holder !== undefined) {
    const before = holder.progress();
    await pause(STALLED_MS);
    if (claims.get(path) === holder) {
      if (holder.progress() !== before) return undefined;
      holder.evict();
      await Promise.race([holder.released, pause(EVICTION_MS)]);
    }
    if (claims.has(path)) return undefined;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const mine = { ...claimant, released: promise };
  claims.set(path, mine);
  return () => {
    if (claims.get(path) === mine) claims.delete(path);
    resolve();
  };
}

/** Locks `file` for `holder`; undefined when another program has it, and then neither is in use any more. */
export function lockOrClose(holder: Holder, file: Deno.FsFile): Deno.FsFile | undefined {
  if (file.tryLockSync(true)) return file;
  file.close();
  notInUse(holder);
  return undefined;
}

/** Keeps what lies at a path (which exists) for this program. */
export class PathLock implements Holder {
  readonly #path: string;
  #file: Deno.FsFile | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes it, or makes sure that it is ours; false when another program has it. */
  hold(): boolean {
    inUse(this);
    if (this.#file !== undefined) return true;
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(this.#path, { read: true });
    } catch (error) {
      // Windows opens no folders; there the claim within this program has to do.
      if (Deno.build.os === "windows") return true;
      notInUse(this);
      throw error;
    }
    this.#file = lockOrClose(this, file);
    return this.#file !== undefined;
  }

  park(): boolean {
    this.#file?.close();
    this.#file = undefined;
    return true;
  }

  release(): void {
    this.park();
    notInUse(this);
  }
}
