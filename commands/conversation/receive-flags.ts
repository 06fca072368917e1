/** Flags of the commands that receive: what is taken, where it goes, whether it is played. */
import { FailureError, UsageError } from "../../lib/errors.ts";
import { plainReason } from "../../lib/files/atomic.ts";
import { canAsk } from "../../lib/terminal/prompt.ts";
import { safeText } from "../../lib/text/safe.ts";
import { hasScreen } from "../../lib/terminal/line-screen.ts";
import { switchFlag, textFlag } from "../shared/flags.ts";
import type { AcceptPolicy } from "./attend.ts";

/** What the flags say. */
export interface ReceiveFlags {
  readonly saveDir?: string;
  readonly accept?: AcceptPolicy;
  readonly noPlay?: boolean;
  readonly keepEncrypted?: boolean;
  readonly json?: boolean;
}

/** In stricli's form. */
export const receiveFlags = {
  saveDir: textFlag("Save received files in DIR (default: the current folder)", "DIR"),
  accept: {
    kind: "enum",
    values: ["ask", "contacts", "all"],
    optional: true,
    brief: "Whose files are taken (default: ask on a terminal, else contacts)",
  },
  noPlay: switchFlag("Do not play received voice notes"),
  keepEncrypted: switchFlag("Keep received voice notes encrypted (p2p voice --play opens them)"),
} as const;

/** What the flags mean here and now; makes the folder. */
export async function receiveOptions(
  flags: ReceiveFlags,
): Promise<{ accept: AcceptPolicy; saveDir: string; play: boolean }> {
  const interactive = !flags.json && hasScreen();
  const accept = flags.accept ?? (interactive ? "ask" : "contacts");
  if (accept === "ask" && !interactive) {
    throw new UsageError("receive files: --accept ask needs a terminal", {
      hint: canAsk() ? "leave out --json" : "use --accept contacts or --accept all",
    });
  }
  const saveDir = flags.saveDir ?? ".";
  try {
    await Deno.mkdir(saveDir, { recursive: true });
  } catch (cause) {
    const blocked = cause instanceof Deno.errors.AlreadyExists ||
      cause instanceof Deno.errors.NotADirectory;
    const reason = blocked ? "something that is no folder is in the way" : plainReason(cause);
    throw new FailureError(`save in ${safeText(saveDir)}: ${reason}`, { cause });
  }
  return { accept, saveDir, play: !flags.noPlay };
}
