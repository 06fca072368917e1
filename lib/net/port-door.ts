/**
 * Where programs of one identity meet who share a port: a private folder under the state folder, in it a local socket for
 * each port that is held, and a lock under which a port is bound or joined, so that nobody comes in between.
 */
import { join } from "../system/path.ts";

/** The folder of the doors, below the state folder. */
export const PORTS_FOLDER = "port";

/** The longest path of a local socket (sun_path of the BSDs, which is shorter than that of Linux), its end included. */
const MAX_SOCKET_PATH_BYTES = 104;
/** How often it is tried to take the lock, and for how long, in milliseconds: whoever has it needs a few. */
const LOCK_RETRY_MS = 5;
const LOCK_MS = 1_000;

/** A port of one identity. */
export interface PortPlace {
  /** A private folder. */
  readonly folder: string;
  /** Names the identity; part of a file name. */
  readonly identity: string;
}

/** Names in the folder of doors: the port, the identity, and what it is bound to; "lock" for the lock. */
const DOOR_NAME = /^(\d+)-([0-9a-f]+)-(.+)$/;

/** What lies in a folder of doors; nothing where there is none. */
function doorsIn(folder: string): Array<{ port: number; identity: string; path: string }> {
  try {
    return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
      const [, port, identity = "", bound] = DOOR_NAME.exec(name) ?? [];
      if (port === undefined || bound === "lock") return [];
      return [{ port: Number(port), identity, path: join(folder, name) }];
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [];
  }
}

/** Whether a program of any identity has left a door of `port` in `folder`, or has one open. */
export function hasDoor(folder: string, port: number): boolean {
  return doorsIn(folder).some((door) => door.port === port);
}

/** The ports that programs of one identity hold now, the lowest first. */
export async function heldPorts({ folder, identity }: PortPlace): Promise<number[]> {
  const held = new Set<number>();
  for (const door of doorsIn(folder)) {
    if (door.identity !== identity) continue;
    try {
      (await Deno.connect({ transport: "unix", path: door.path })).close();
      held.add(door.port);
    } catch (error) {
      // Left by a program that is gone.
      if (!(error instanceof Error)) throw error;
    }
  }
  return [...held].sort((a, b) => a - b);
}

/** The doors of one port. */
export class PortDoors {
  readonly #place: PortPlace;
  readonly #port: number;

  constructor(place: PortPlace, port: number) {
    this.#place = place;
    this.#port = port;
  }

  /** Whether a program of this identity has ever had this port. */
  get known(): boolean {
    try {
      return Deno.statSync(this.#lock).isFile;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return false;
    }
  }

  get #lock(): string {
    return join(this.#place.folder, `${this.#prefix}lock`);
  }

  get #prefix(): string {
    return `${this.#port}-${this.#place.identity}-`;
  }

  /** The path of the door of a socket that is bound to `hostname`; to all addresses when undefined. */
  #path(hostname: string | undefined): string {
    const name = isAll(hostname) ? "all" : hostname!.replaceAll(/[^\w.]/g, "_");
    return join(this.#place.folder, this.#prefix + name);
  }

  /**
   * Runs `work` while no other program of this identity binds or joins this port. Where the lock cannot be had, because the
   * file system knows none or its holder hangs, without.
   */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    let file: Deno.FsFile | undefined;
    try {
      file = Deno.openSync(this.#lock, { write: true, create: true, mode: 0o600 });
      const until = performance.now() + LOCK_MS;
      while (!file.tryLockSync(true) && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
    try {
      return await work();
    } finally {
      file?.close();
    }
  }

  /** Opens the door of a port that this program has bound; undefined where there can be none. */
  open(hostname: string | undefined): Deno.Listener | undefined {
    const path = this.#path(hostname);
    if (new TextEncoder().encode(path).length >= MAX_SOCKET_PATH_BYTES) return undefined;
    try {
      // Who bound the port owns its door: what is there was left by a program that is gone.
      remove(path);
      const door = Deno.listen({ transport: "unix", path });
      Deno.chmodSync(path, 0o600);
      return door;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return undefined;
    }
  }

  /** Takes the door away; before the port is let go. */
  clear(hostname: string | undefined): void {
    remove(this.#path(hostname));
  }

  /**
   * Paths of doors to knock at, the best first.
   *
   * @param hostname the local address that is wanted; all when undefined
   * @param any whether one of another local address will do
   */
  paths(hostname: string | undefined, any: boolean): string[] {
    // Who wants one address alone is not served on others.
    if (!isAll(hostname)) return [this.#path(hostname)];
    let others: string[] = [];
    try {
      if (any) {
        others = [...Deno.readDirSync(this.#place.folder)]
          .filter(({ name, isFile }) => !isFile && name.startsWith(this.#prefix))
          .map(({ name }) => join(this.#place.folder, name));
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
    return [...new Set([this.#path(undefined), ...others])];
  }
}

/**
 * Whether a program of ours, of any identity, holds `port` and lets others in.
 *
 * @param folder where the doors are; there need be none
 */
export async function isHeldByOwn(folder: string, port: number): Promise<boolean> {
  for (const path of doorsOf(folder, port)) {
    try {
      (await Deno.connect({ transport: "unix", path })).close();
      return true;
    } catch (error) {
      // Left by a program that is gone, or another user's.
      if (!(error instanceof Error)) throw error;
    }
  }
  return false;
}

function doorsOf(folder: string, port: number): string[] {
  try {
    return [...Deno.readDirSync(folder)]
      .filter(({ name, isFile }) => !isFile && name.startsWith(`${port}-`))
      .map(({ name }) => join(folder, name));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [];
  }
}

/** Whether all local addresses are meant, of both families or of one. */
export function isAll(hostname: string | undefined): boolean {
  return hostname === undefined || hostname === "0.0.0.0" || hostname === "::";
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
