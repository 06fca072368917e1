/** `p2p chat`: an encrypted conversation with one peer. */
import { buildCommand } from "@stricli/core";
import { P2PError, UnreachableError } from "../lib/errors.ts";
import { closeError, type CloseInfo } from "../lib/net/close.ts";
import type { Identity } from "../lib/state/identity.ts";
import { hasScreen } from "../lib/terminal/line-screen.ts";
import { safeText } from "../lib/text/safe.ts";
import { playedOut } from "./conversation/attend.ts";
import { bindNode, bindPreferred, connectTo, type Reached } from "./conversation/connect.ts";
import { deliverText } from "./conversation/deliver.ts";
import { Desk } from "./conversation/desk.ts";
import type { Face } from "./conversation/face.ts";
import { emitError, JsonFace } from "./conversation/face-json.ts";
import { PlainFace } from "./conversation/face-plain.ts";
import { TerminalFace } from "./conversation/face-terminal.ts";
import { runJsonInput } from "./conversation/json-input.ts";
import { stdinLines } from "./conversation/lines.ts";
import { type ReceiveFlags, receiveFlags, receiveOptions } from "./conversation/receive-flags.ts";
import { runSlash } from "./conversation/slash.ts";
import type { CommandContext } from "./shared/context.ts";
import {
  identityFlag,
  passphraseFlags,
  portFlag,
  quietFlag,
  switchFlag,
  textFlag,
} from "./shared/flags.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";

interface Flags extends PassphraseFlags, ReceiveFlags {
  identity?: string;
  message?: string;
  port?: number;
  json?: boolean;
  strict?: boolean;
  quiet?: boolean;
}

/** Messages on their way at once from a pipe: enough to fill any path, little enough to keep memory flat. */
const PIPE_WINDOW = 256;

/** How long leaving waits for messages that are still on their way, in milliseconds. */
const SETTLE_MS = 3000;

async function chat(this: CommandContext, flags: Flags, peer: string): Promise<void> {
  const options = await receiveOptions(flags);
  const interactive = !flags.json && flags.message === undefined && hasScreen();
  // The face takes the terminal over once there is somebody to talk to: passphrases are asked before.
  let face: Face = flags.json ? new JsonFace() : new PlainFace(flags);
  let desk: Desk | undefined;
  let own: Identity | undefined;
  const reached = await connectTo(peer, flags, {
    node: (identity, state) => {
      own = identity;
      return bindPreferred(
        flags.port,
        (port) => bindNode(identity, state, { port, config: { accept: false } }),
      );
    },
    prepare: (conversation, person) => {
      if (interactive) face = new TerminalFace();
      desk = new Desk(face, {
        ...options,
        keepFor: flags.keepEncrypted ? own?.publicKey : undefined,
      });
      desk.take(conversation, person);
    },
  });
  try {
    if (flags.message !== undefined) await sendOne(reached, flags.message, face);
    else if (flags.json) await talkJson(reached, desk!);
    else if (face instanceof TerminalFace) await talkTerminal(reached, desk!, face, own!);
    else await talkPipe(reached, face);
    await playedOut();
    await face.settled();
  } finally {
    face.close();
    await reached.close();
  }
}

async function sendOne({ conversation, person }: Reached, text: string, face: Face): Promise<void> {
  await deliverText(conversation, person, text, face);
  face.say("delivered");
}

/** Each line is a message; done when all are acknowledged. */
async function talkPipe({ conversation, person }: Reached, face: Face): Promise<void> {
  const waiting = new Set<Promise<void>>();
  let failure: unknown;
  for await (const line of stdinLines()) {
    const delivery = deliverText(conversation, person, line, face)
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => waiting.delete(delivery));
    waiting.add(delivery);
    if (waiting.size >= PIPE_WINDOW) await Promise.race(waiting);
    if (failure !== undefined) throw failure;
  }
  await Promise.all(waiting);
  if (failure !== undefined) throw failure;
}

async function talkJson({ conversation, person }: Reached, desk: Desk): Promise<void> {
  const partner = { conversation, person };
  const input = runJsonInput(
    desk,
    (to) => Promise.resolve(to === undefined ? partner : desk.find(to)),
  );
  const over = await Promise.race([input, conversation.closed]);
  if (typeof over !== "string") throwUnlessLeft(over);
  else await conversation.settle(SETTLE_MS);
}

async function talkTerminal(
  { conversation, person, state }: Reached,
  desk: Desk,
  face: TerminalFace,
  own: Identity,
): Promise<void> {
  face.say("type a message and Enter; /help lists more, /quit leaves");
  const over = await Promise.race([readKeyboard(), conversation.closed]);
  if (over !== undefined) return throwUnlessLeft(over);
  await conversation.settle(SETTLE_MS);

  async function readKeyboard(): Promise<undefined> {
    const partner = { conversation, person };
    for await (const line of face.lines()) {
      if (line.trim() === "") continue;
      if (line.startsWith("/") && !line.startsWith("//")) {
        if (await runSlash(line, { desk, face, identity: own, state, partner }) === "quit") return;
      } else void desk.send(partner, line.replace(/^\/\//, "/"));
    }
  }
}

/** A peer that leaves ends the conversation in order; anything else is an error. */
function throwUnlessLeft(info: CloseInfo): void {
  if (info.by === "peer" && info.code === 0) return;
  const error = closeError("talk", info);
  if (error instanceof UnreachableError) throw error;
  throw closeError("talk", { ...info, reason: safeText(info.reason) });
}

async function chatTold(this: CommandContext, flags: Flags, peer: string): Promise<void> {
  try {
    await chat.call(this, flags, peer);
  } catch (error) {
    if (flags.json && error instanceof P2PError) emitError(error);
    throw error;
  }
}

const help = helpOf("chat");

export const command = buildCommand<Flags, [string], CommandContext>({
  func: chatTold,
  parameters: {
    flags: {
      identity: identityFlag,
      ...passphraseFlags,
      message: textFlag(help.flags.message, "TEXT"),
      port: portFlag(help.flags.port),
      ...receiveFlags,
      json: switchFlag(sharedHelp.flags.talkJson),
      strict: switchFlag(sharedHelp.flags.strict),
      quiet: quietFlag,
    },
    aliases: { i: "identity", m: "message", q: "quiet" },
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, brief: help.args.peer, placeholder: "PEER" }],
    },
  },
  docs: docsOf(help),
});
