/** Flags of the commands that send: to whom, by whose identity, and what becomes of it where the other is away (later.ts). */
import type { Loudness } from "../../lib/terminal/notice.ts";
import { identityFlag, passphraseFlags, portFlag, switchFlag } from "../shared/flags.ts";
import { certificateFlags } from "./certificate-flags.ts";
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

/** Those of commands that send something and end, in stricli's form. */
export const sendOnceFlags = {
  identity: identityFlag,
  ...passphraseFlags,
  port: portFlag(sharedHelp.flags.sendPort),
  json: switchFlag(sharedHelp.flags.eventJson),
  ...certificateFlags,
  strict: switchFlag(sharedHelp.flags.strict),
  ...laterFlags,
  noHistory: switchFlag(sharedHelp.flags.noHistory),
} as const;
