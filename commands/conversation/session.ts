/** What the commands that talk have in common: the face, the identity, and how errors of theirs are told. */
import config from "../../deno.json" with { type: "json" };
import { P2PError } from "../../lib/errors.ts";
import { closeError, type CloseInfo, hasLeft } from "../../lib/net/close.ts";
import type { Identity } from "../../lib/state/identity.ts";
import { onInterrupt } from "../../lib/system/cleanup.ts";
import { GROUP_MARK } from "../../lib/state/groups.ts";
import type { State } from "../../lib/state/state.ts";
import { stateWritten } from "../../lib/state/written.ts";
import { settle } from "../../lib/system/settle.ts";
import { keepsHistory, terminalPreferences } from "../../lib/state/preferences.ts";
import type { Credentials } from "../../lib/talk/credentials.ts";
import { problemOf, type Show, type TalkEvent } from "../../lib/talk/events.ts";
import type { SharedPort } from "../../lib/net/shared-port.ts";
import {
  checkPeer,
  intendedPeer,
  PortRank,
  refuseTakenPort,
  sharePort,
} from "../../lib/talk/reach.ts";
import { Talk, type TalkOptions } from "../../lib/talk/talk.ts";
import { hasScreen } from "../../lib/terminal/line-screen.ts";
import { queueStderr } from "../../lib/terminal/stderr.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { EventStream } from "../../lib/api/event-stream.ts";
import type { Face } from "../faces/face.ts";
import { JsonFace } from "../faces/json.ts";
import { PlainFace } from "../faces/plain.ts";
import { TerminalFace } from "../faces/terminal.ts";
import { completeTyped } from "./complete.ts";
import type { LogLevel } from "../shared/log-level.ts";
import { openOwnState } from "../shared/own-state.ts";
import { type CertificateFlags, credentialsOf } from "./certificate-flags.ts";
import { conversationIdentity, type IdentityFlags } from "./own-identity.ts";
import { keepCommand, typedBefore } from "./typed-before.ts";

/** What the hello says of this program. */
const PROGRAM = `p2p/${config.version}`;

/** How long leaving waits for what waited in the outbox and is on its way, in milliseconds. */
const FLUSH_MS = 3000;

/** Flags of every command that talks. */
export interface TalkFlags extends IdentityFlags, CertificateFlags {
  readonly port?: number | undefined;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly noHistory?: boolean;
  /** How much is said where nobody types. */
  readonly logLevel?: LogLevel;
}

/** What a command wants of its application besides what its flags say. */
export interface Wishes {
  readonly hostname?: string | undefined;
  readonly calls?: boolean;
  /** A name to show to everybody on the LAN; the setting where absent. */
  readonly announce?: string | undefined;
  readonly keep?: boolean | undefined;
  /** It goes through the usual port where a program of ours has that, and has a free one otherwise. */
  readonly joins?: boolean;
  /** What to do where the state cannot be read (`StateOptions.without`). */
  readonly withoutState?: "known" | "anything";
  /** Made once the identity is there: notes may be kept encrypted to it. */
  readonly receive?: (identity: Identity) => TalkOptions["receive"];
  readonly showsOwn?: TalkOptions["showsOwn"];
  /** The face; chosen by the flags where absent. */
  readonly face?: Face;
  /** Gets the identity; by the flags where absent. */
  readonly ownIdentity?: () => Promise<Identity>;
  /** Sees every event before the face does. */
  readonly watch?: (event: TalkEvent) => void;
}

/** One command's application and face. */
export interface Session {
  readonly talk: Talk;
  /** Where events go for a program that reads them (`--json`). */
  readonly stream: EventStream | undefined;
  /** Puts a prompt at the bottom of the terminal from now on. */
  takeScreen(): TerminalFace;
  /** Keeps a slash command for later runs, where anything is kept. */
  keepCommand(line: string): void;
}

/** Whether a person sits before it who can type lines. */
export function canTypeLines({ json }: TalkFlags): boolean {
  return !json && hasScreen();
}

/**
 * Runs `use` with an application on its socket; says goodbye and lets go of everything afterwards.
 *
 * @param peer whom the command names: a mistyped one is told before a passphrase is asked for
 */
export async function withTalk(
  flags: TalkFlags,
  wishes: Wishes,
  peer: string | undefined,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  let face: Face = wishes.face ?? (flags.json ? new JsonFace(flags) : new PlainFace(flags));
  let talk: Talk | undefined;
  const show: Show = (event) => {
    wishes.watch?.(event);
    return face.tell(event);
  };
  try {
    if (peer !== undefined) checkPeer(peer, stateWritten());
    const own = () =>
      conversationIdentity(flags, () => refuseTakenPort(flags.port, wishes.hostname));
    const identity = await (wishes.ownIdentity ?? own)();
    const state = await openOwnState(identity, {
      without: wishes.withoutState ?? "known",
      quiet: flags.quiet,
      trouble: (problem) => talk?.tell({ type: "notice", level: "warning", text: problem }),
    });
    try {
      if (peer?.startsWith(GROUP_MARK)) state.groups.needed(peer);
      else if (peer !== undefined) intendedPeer(state, peer);
      const credentials = await credentialsOf(flags, identity);
      const shared = await sharePort(identity, {
        hostname: wishes.hostname,
        port: flags.port,
        rank: rankOf(wishes),
        joins: wishes.joins,
      });
      const made = talk = makeTalk(identity, state, show, flags, wishes, shared, credentials);
      const keeps = flags.noHistory !== true && keepsHistory(state);
      const takeScreen = () => {
        const screen = makeScreen(made, state, keeps);
        face = screen;
        return screen;
      };
      const keep = (line: string) => {
        if (keeps) keepCommand(state, line, Date.now());
      };
      queueStderr();
      const forget = onInterrupt(async () => {
        await made.close();
        await face.settled();
      });
      try {
        const stream = face instanceof JsonFace ? face.stream : undefined;
        const session = { talk: made, stream, takeScreen, keepCommand: keep };
        await Promise.race([use(session), made.broken]);
        await made.outgoing.settled(FLUSH_MS);
        await made.voices?.settled();
      } finally {
        forget();
        if (face instanceof TerminalFace) await face.close();
        await made.close();
      }
      await face.settled();
    } finally {
      state.close();
    }
  } catch (error) {
    if (face instanceof JsonFace && error instanceof P2PError) await face.fail(error);
    throw error;
  } finally {
    await face.close();
  }
}

/** A screen for the application. */
function makeScreen(talk: Talk, state: State, keepsLines: boolean): TerminalFace {
  const face: TerminalFace = new TerminalFace({
    draft: (begun) => talk.recipients.draft(begun),
    answer: (id, yes) => talk.questions.answer(id, yes),
    complete: (before) => {
      settle(completeTyped(before, face, talk), (error) => {
        talk.tell({ type: "error", error: problemOf(text("talk.read-command"), error) });
      });
    },
    choose: (keyText) => {
      const person = talk.recipients.known(keyText);
      if (person !== undefined) talk.recipients.choose(person);
    },
    older: () => keepsLines ? typedBefore(state) : [],
  }, terminalPreferences(state));
  return face;
}

/** How much a command wants to answer those who call, among the programs of one port. */
function rankOf({ calls, keep, joins }: Wishes): number {
  if (!calls || joins) return PortRank.none;
  return keep ? PortRank.listener : PortRank.some;
}

function makeTalk(
  identity: Identity,
  state: State,
  show: Show,
  flags: TalkFlags,
  wishes: Wishes,
  shared: SharedPort | undefined,
  credentials: Credentials | undefined,
): Talk {
  return new Talk({
    identity,
    state,
    program: PROGRAM,
    show,
    hostname: wishes.hostname,
    port: flags.port ?? (wishes.joins ? 0 : undefined),
    shared,
    calls: wishes.calls ?? false,
    keep: wishes.keep,
    showsOwn: wishes.showsOwn,
    history: flags.noHistory ? false : undefined,
    strict: flags.strict ?? false,
    credentials,
    receive: wishes.receive?.(identity),
    // Only who waits for calls is there for everybody.
    announce: wishes.calls ? wishes.announce ?? state.settings.get("announce") : undefined,
  });
}

/** A peer that leaves ends the conversation in order; anything else is an error. */
export function throwUnlessLeft(info: CloseInfo): void {
  if (hasLeft(info)) return;
  throw closeError(text("conversation.talk"), info);
}
