/** What `p2p listen` does; loaded when it is run, and not for its help. */
import type { CertificateFlags } from "../conversation/certificate-flags.ts";
import { PIPE_WINDOW } from "../conversation/lines.ts";
import { UsageError } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import { CURSOR } from "../../lib/api/command-types.ts";
import { CursorFile } from "./cursor-file.ts";
import { onInterrupt } from "../../lib/system/cleanup.ts";
import { tellManager } from "../../lib/system/service-manager.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { runJsonInput } from "../conversation/json-input.ts";
import { readKeyboard } from "../conversation/keyboard.ts";
import { stdinLines } from "../conversation/lines.ts";
import type { ReceiveFlags } from "../conversation/receive-flags.ts";
import { receiveOptions } from "../conversation/receive-options.ts";
import { canTypeLines, type Session, withTalk } from "../conversation/session.ts";
import type { CommandContext } from "../shared/context.ts";
import type { LogLevel } from "../shared/log-level.ts";
import type { PassphraseFlags } from "../shared/secrets.ts";

/** What the command line says. */
export interface ListenFlags extends PassphraseFlags, CertificateFlags, ReceiveFlags {
  readonly identity?: string;
  readonly port: number;
  readonly bind?: string;
  readonly json?: boolean;
  readonly once?: boolean;
  readonly announce?: string;
  readonly strict?: boolean;
  readonly noHistory?: boolean;
  readonly quiet?: boolean;
  readonly since?: string;
  readonly cursorFile?: string;
  readonly logLevel?: LogLevel;
}

/** Runs the command. */
export async function listen(this: CommandContext, flags: ListenFlags): Promise<void> {
  checkCursorFlags(flags);
  const receive = await receiveOptions(flags);
  const over = Promise.withResolvers<void>();
  const wishes = {
    hostname: flags.bind,
    announce: flags.announce,
    calls: true,
    keep: true,
    withoutState: "anything" as const,
    receive,
    watch: ({ type }: { type: string }) => {
      if (flags.once && type === "disconnected") over.resolve();
    },
  };
  await withTalk(flags, wishes, undefined, async (session) => {
    // Where a program begins is written down before anything can come, and before it is told to begin.
    const place = flags.json ? placeOf(session.talk, flags) : undefined;
    session.talk.tellListening();
    // Before the manager hears READY: from then on it may stop the service, and is to be told that it stops.
    const forget = onInterrupt(async () => void await tellManager("STOPPING=1"));
    try {
      // Bound, and those who call are answered: what was ordered behind this service may begin.
      await tellManager("READY=1");
      await Promise.race([over.promise, quitOf(readInput(session, flags, place))]);
    } finally {
      forget();
    }
  });
}

/** Cursors are for programs that read events. */
function checkCursorFlags({ json, since, cursorFile }: ListenFlags): void {
  const flag = since !== undefined ? "--since" : cursorFile !== undefined ? "--cursor-file" : "";
  if (flag === "") return;
  if (!json) {
    throw new UsageError("api.needs-json", { flag }, { hint: text("api.needs-json.hint") });
  }
  if (since !== undefined && cursorFile !== undefined) throw new UsageError("api.two-starts", {});
  if (since !== undefined && !CURSOR.test(since)) {
    throw new UsageError("api.bad-cursor", { given: since });
  }
}

/** Resolves when the input says "quit", rejects when reading it fails; its mere end ends nothing. */
async function quitOf(input: Promise<"quit" | "end">): Promise<void> {
  if (await input === "end") await new Promise<never>(() => undefined);
}

async function readInput(
  session: Session,
  flags: ListenFlags,
  place: Place | undefined,
): Promise<"quit" | "end"> {
  const { talk, takeScreen, keepCommand } = session;
  if (place !== undefined) return await readCommands(session, place);
  if (canTypeLines(flags)) {
    return await readKeyboard(takeScreen(), talk, { endLeaves: false, command: keepCommand });
  }
  return await readPipe(talk);
}

/** Where a program begins to be told what was stored, and where it keeps how far it has come. */
interface Place {
  readonly from: string | undefined;
  readonly kept: CursorFile | undefined;
}

/** The place that the flags name; a cursor file that is not there yet is written. */
function placeOf(talk: Talk, { since, cursorFile }: ListenFlags): Place {
  const kept = cursorFile === undefined ? undefined : new CursorFile(cursorFile);
  return { kept, from: since ?? kept?.begin(String(talk.state.history.latest())) };
}

/** A program's commands; what it has not acknowledged is told first. */
async function readCommands(session: Session, { from, kept }: Place): Promise<"quit" | "end"> {
  const { how } = await runJsonInput(session, {
    ...(kept === undefined ? {} : { acknowledge: (cursor) => kept.advance(cursor) }),
    begin: (api) => from === undefined ? undefined : api.begin(from),
  });
  return how;
}

/** Each line goes to the peer last heard from. */
async function readPipe(talk: Talk): Promise<"end"> {
  const waiting = new Set<Promise<void>>();
  const bad = (error: Parameters<NonNullable<Parameters<typeof stdinLines>[1]>>[0]) =>
    talk.tell({ type: "error", error });
  for await (const line of stdinLines(undefined, bad)) {
    const to = await talk.recipients.lastHeard();
    const delivery = talk.sendText(to, line)
      .then(() => undefined)
      .finally(() => waiting.delete(delivery));
    waiting.add(delivery);
    if (waiting.size >= PIPE_WINDOW) await Promise.race(waiting);
  }
  return "end";
}
