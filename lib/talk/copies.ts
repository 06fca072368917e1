/** Copies that this program made to send them: below the state folder, in plain, until nobody needs them. */
import { exists } from "../files/look.ts";
import { ensureHome, homePath } from "../state/home.ts";
import { dirname, join } from "../system/path.ts";

/** Where they lie, below the state folder. */
export const COPIES = "uploads";

/** A private folder of its own for a copy. */
export function newCopyFolder(): string {
  return Deno.makeTempDirSync({ dir: ensureHome(COPIES), prefix: "sent-" });
}

/** Removes those of `paths` that are copies of ours, with their folders; the user's own files are left alone. */
export function forgetCopies(paths: readonly string[]): void {
  const root = join(homePath(COPIES), "sent-");
  for (const path of paths) {
    if (path.startsWith(root) && exists(path)) Deno.removeSync(dirname(path), { recursive: true });
  }
}
