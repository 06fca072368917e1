/** Flags of the commands that send: what becomes of it where the other is away (later.ts). */
import type { Loudness } from "../../lib/terminal/notice.ts";
import { switchFlag } from "../shared/flags.ts";
import { sharedHelp } from "../shared/help.ts";

/** What the flags say. */
export interface LaterFlags extends Loudness {
  readonly later?: boolean;
  readonly now?: boolean;
  readonly json?: boolean;
}

/** In stricli's form. */
export const laterFlags = {
  later: switchFlag(sharedHelp.flags.later),
  now: switchFlag(sharedHelp.flags.now),
} as const;
