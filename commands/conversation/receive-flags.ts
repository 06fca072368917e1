/** Flags of the commands that receive: what is taken, where it goes, whether it is played. */
import { FailureError, UsageError } from "../../lib/errors.ts";
import { plainReason } from "../../lib/files/atomic.ts";
import { canAsk } from "../../lib/terminal/prompt.ts";
import { safeText } from "../../lib/text/safe.ts";
import { hasScreen } from "../../lib/terminal/line-screen.ts";
import { switchFlag, textFlag } from "../shared/flags.ts";
import { sharedHelp } from "../shared/help.ts";
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
  saveDir: textFlag(sharedHelp.flags.saveDir, "DIR"),
  accept: {
    kind: "enum",
    values: ["ask", "contacts", "all"],
    optional: true,
    brief: sharedHelp.flags.accept,
  },
  noPlay: switchFlag(sharedHelp.flags.noPlay),
  keepEncrypted: switchFlag(sharedHelp.flags.keepEncrypted),
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
