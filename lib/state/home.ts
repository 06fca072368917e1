/** Where p2p keeps its state: `$P2P_HOME`, or the platform's usual place. Private to the user. */
import { FailureError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { dirname, join } from "../system/path.ts";

/** Mode of the state folder, and of the folders in it. */
export const PRIVATE_FOLDER = 0o700;
/** Mode of every file in it. */
export const PRIVATE_FILE = 0o600;

/** The state folder: `$P2P_HOME`, `%APPDATA%\p2p`, `~/Library/Application Support/p2p`, `$XDG_CONFIG_HOME/p2p`. */
export function homeDirectory(): string {
  const own = Deno.env.get("P2P_HOME");
  if (own) return own;
  const base = platformBase();
  if (base === undefined) {
    throw new FailureError("state.home-unset", {}, { hint: text("state.home-unset.hint") });
  }
  return join(base, "p2p");
}

function platformBase(): string | undefined {
  const home = Deno.env.get("HOME");
  switch (Deno.build.os) {
    case "windows":
      return Deno.env.get("APPDATA") || undefined;
    case "darwin":
      return home ? join(home, "Library", "Application Support") : undefined;
    default:
      return Deno.env.get("XDG_CONFIG_HOME") || (home ? join(home, ".config") : undefined);
  }
}

/** A path below the state folder. */
export function homePath(...names: string[]): string {
  return join(homeDirectory(), ...names);
}

/** Makes the state folder where there is none, private to the user; answers its path. */
export function ensureHome(...names: string[]): string {
  const path = homePath(...names);
  makePrivateFolder(path);
  return path;
}

/** Makes a folder, and those above it, where there is none: private to the user, and open to him whatever the umask says. */
export function makePrivateFolder(path: string): void {
  try {
    if (Deno.statSync(path).isDirectory) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const above = dirname(path);
  if (above !== path) makePrivateFolder(above);
  try {
    Deno.mkdirSync(path, { mode: PRIVATE_FOLDER });
  } catch (error) {
    // Another program of the user's was quicker, or something else is in the way.
    if (!(error instanceof Deno.errors.AlreadyExists) || !Deno.statSync(path).isDirectory) {
      throw error;
    }
    return;
  }
  if (Deno.build.os !== "windows") Deno.chmodSync(path, PRIVATE_FOLDER);
}
