/**
 * Opens the page in the user's usual browser. A program's arguments can be read by everybody on the machine, so the
 * link, which has the token, is not one: the browser is given a private file that leads to it.
 */
import { ensureHome, homePath, PRIVATE_FILE } from "../../lib/state/home.ts";
import { removeIfThere } from "../../lib/files/look.ts";

/** How the systems open a file with the program that is for it. */
const OPENERS: ReadonlyMap<string, readonly [program: string, ...args: string[]]> = new Map([
  ["darwin", ["open"]],
  ["windows", ["explorer"]],
  ["linux", ["xdg-open"]],
]);

/** The programs that may be started (scripts/build/permissions.ts). */
export const BROWSER_TOOLS = ["xdg-open", "open", "explorer"] as const;

/** The file, below the state folder. */
const OPENER = "open-page.html";

/** How long the file that leads to the page stays, in milliseconds. */
const FILE_MS = 30_000;
/** A program that has not failed by then has started, in milliseconds. */
const STARTED_MS = 2000;

/** The file that leads to the page, and its token, are no use any more. */
export function forgetBrowser(): void {
  removeIfThere(homePath(OPENER));
}

/** Opens `url`; false where no browser could be started. */
export async function openBrowser(url: string): Promise<boolean> {
  const [program, ...args] = OPENERS.get(Deno.build.os) ?? ["xdg-open"];
  ensureHome();
  const path = homePath(OPENER);
  removeIfThere(path);
  const page = `<!doctype html><meta name="referrer" content="no-referrer">` +
    `<meta http-equiv="refresh" content="0;url=${url}">`;
  await Deno.writeTextFile(path, page, { mode: PRIVATE_FILE, createNew: true });
  const timer = setTimeout(forgetBrowser, FILE_MS);
  Deno.unrefTimer(timer);
  try {
    const child = new Deno.Command(program, {
      args: [...args, path],
      ...{ stdin: "null", stdout: "null", stderr: "null" },
    }).spawn();
    child.unref();
    // Where it goes on, it has become the browser, or waits for it.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const goesOn = new Promise<true>((resolve) => timer = setTimeout(resolve, STARTED_MS, true));
    const started = await Promise.race([child.status.then(({ success }) => success), goesOn]);
    clearTimeout(timer);
    return started || Deno.build.os === "windows";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) {
      return false;
    }
    throw error;
  }
}
