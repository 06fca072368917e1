/** Paths as people type them: `~` for their own folder, which a shell would have replaced. */
import { join } from "../../lib/system/path.ts";

/** `path` with a leading `~` replaced; a file of that name is `./~`. */
export function expandHome(path: string): string {
  if (path !== "~" && !path.startsWith("~/")) return path;
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
  return home === undefined || home === "" ? path : join(home, path.slice(1));
}
