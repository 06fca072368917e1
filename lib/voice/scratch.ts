/** A private folder for the time of one command, gone afterwards, also when the command is interrupted. */
import { extname, join } from "../system/path.ts";
import { onInterrupt } from "../system/cleanup.ts";
import { PRIVATE_FILE, PRIVATE_FOLDER } from "../state/home.ts";

/** A folder only this user can enter. */
export class Scratch {
  readonly #forget: () => void;

  private constructor(readonly folder: string) {
    this.#forget = onInterrupt(() => this.remove());
  }

  /** Makes one, in memory where the system has such a place for the user (XDG_RUNTIME_DIR). */
  static async create(): Promise<Scratch> {
    const folder = await makeFolder(Deno.env.get("XDG_RUNTIME_DIR")) ??
      await Deno.makeTempDir({ prefix: "p2p-voice-" });
    if (Deno.build.os !== "windows") await Deno.chmod(folder, PRIVATE_FOLDER);
    return new Scratch(folder);
  }

  /** An empty file of that name, readable by this user alone: a tool that writes to it keeps the mode. */
  async file(name: string, content: Uint8Array = new Uint8Array(0)): Promise<string> {
    const path = join(this.folder, name);
    await Deno.writeFile(path, content, { mode: PRIVATE_FILE });
    return path;
  }

  /** Gives a file in here another name; answers where it is now. */
  async rename(path: string, name: string): Promise<string> {
    const target = join(this.folder, name);
    await Deno.rename(path, target);
    return target;
  }

  /** Moves the file at `path` in here; answers where it is now. */
  async adopt(path: string): Promise<string> {
    const target = join(this.folder, `adopted${extname(path)}`);
    try {
      await Deno.rename(path, target);
    } catch (error) {
      // Another file system, in most cases: copied, then.
      if (error instanceof Deno.errors.NotFound) throw error;
      await Deno.copyFile(path, target);
      await Deno.remove(path);
    }
    if (Deno.build.os !== "windows") await Deno.chmod(target, PRIVATE_FILE);
    return target;
  }

  /** Takes the folder and all in it away. May be called more than once. */
  async remove(): Promise<void> {
    this.#forget();
    try {
      await Deno.remove(this.folder, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

async function makeFolder(dir: string | undefined): Promise<string | undefined> {
  if (!dir) return undefined;
  try {
    return await Deno.makeTempDir({ dir, prefix: "p2p-voice-" });
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
