/** Flags of the commands that receive: what is taken, where it goes, whether it is played. */
import type { AcceptPolicy } from "../../lib/talk/accept.ts";
import { switchFlag, textFlag } from "../shared/flags.ts";
import { sharedHelp } from "../shared/help.ts";

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
