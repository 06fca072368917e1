/**
 * What becomes of what is sent to somebody who is away. `--later`: it is kept without a call, and the exit code is 0 once
 * it is in the outbox. `--now`: nothing is kept. Without either a script gets what it always got (exit 4, nothing kept: who tries
 * again sends nothing twice), while a person at a terminal, and a program that reads events, gets it kept as well.
 */
import type { Bytes } from "../../lib/bytes.ts";
import { UnreachableError, UsageError } from "../../lib/errors.ts";
import { intendedPeer } from "../../lib/talk/reach.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { say } from "../shared/speech.ts";
import type { LaterFlags } from "./later-flags.ts";

/** Refuses flags that exclude each other. */
export function checkLater({ later, now }: LaterFlags): void {
  if (later && now) throw new UsageError("talk.later-or-now", {});
}

/** `TalkOptions.keep`: what was sent and not acknowledged stays in the outbox, if there is one, unless told otherwise. */
export function keepOf({ now }: LaterFlags): false | undefined {
  return now ? false : undefined;
}

/** Whether what could not even be sent is kept. */
function keepsUnsent({ now, json }: LaterFlags): boolean {
  return !now && (json || Deno.stdin.isTerminal());
}

/** The key that something is kept for; a UsageError where it is not known yet. */
export function keyFor(talk: Talk, peer: string): Bytes {
  const { key } = intendedPeer(talk.state, peer);
  if (key === undefined) throw new UsageError("talk.later-needs-key", { peer });
  return key;
}

/** Says that it is kept. */
export function sayKept(peer: string, flags: LaterFlags): void {
  if (!flags.json) notice(say("talk.kept-later", { peer }), flags);
}

/**
 * Does `use`. Where nobody answers, `keep` puts it in the outbox if these flags say so; the error is
 * thrown all the same.
 */
export async function orKeep<T>(
  talk: Talk,
  peer: string,
  flags: LaterFlags,
  use: () => Promise<T>,
  keep: (key: Bytes) => Promise<unknown> | unknown,
): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof UnreachableError) || !keepsUnsent(flags)) throw error;
    const { key } = intendedPeer(talk.state, peer);
    if (key === undefined) throw error;
    await keep(key);
    sayKept(peer, flags);
    throw error;
  }
}
