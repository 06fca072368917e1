/** `p2p listen`: waits for peers; shows messages, saves files, plays voice, and lets one answer. */
import { buildCommand } from "@stricli/core";
import { P2PError } from "../lib/errors.ts";
import type { Node } from "../lib/net/node.ts";
import { onInterrupt } from "../lib/system/cleanup.ts";
import type { Identity } from "../lib/state/identity.ts";
import type { State } from "../lib/state/state.ts";
import { hasScreen } from "../lib/terminal/line-screen.ts";
import { notice, warning } from "../lib/terminal/notice.ts";
import { playedOut } from "./conversation/attend.ts";
import { bindNode, reach, sayListening } from "./conversation/connect.ts";
import { Desk, nobodyError } from "./conversation/desk.ts";
import type { Face } from "./conversation/face.ts";
import { emitError, JsonFace } from "./conversation/face-json.ts";
import { PlainFace } from "./conversation/face-plain.ts";
import { TerminalFace } from "./conversation/face-terminal.ts";
import { runJsonInput } from "./conversation/json-input.ts";
import { stdinLines } from "./conversation/lines.ts";
import { conversationIdentity } from "./conversation/own-identity.ts";
import { type ReceiveFlags, receiveFlags, receiveOptions } from "./conversation/receive-flags.ts";
import { runSlash } from "./conversation/slash.ts";
import { judgeCaller } from "./conversation/trust.ts";
import type { Person } from "./conversation/person.ts";
import type { CommandContext } from "./shared/context.ts";
import {
  identityFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textFlag,
  wholeNumber,
} from "./shared/flags.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";
import { openOwnState } from "./shared/own-state.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";

interface Flags extends PassphraseFlags, ReceiveFlags {
  identity?: string;
  port: number;
  bind?: string;
  json?: boolean;
  once?: boolean;
  strict?: boolean;
  quiet?: boolean;
}

async function listen(this: CommandContext, flags: Flags): Promise<void> {
  const options = await receiveOptions(flags);
  const identity = await conversationIdentity(flags);
  const state = await openOwnState(identity, {
    without: "anything",
    quiet: flags.quiet,
    trouble: (words) => tellTrouble(words),
  });
  const people = new Map<object, Person>();
  let tellTrouble: (words: string) => void = warning;
  let screen: TerminalFace | undefined;
  const sayToPerson = (text: string) => screen ? screen.say(text) : notice(text, flags);
  const ended = Promise.withResolvers<void>();
  const node = bindNode(identity, state, {
    hostname: flags.bind,
    port: flags.port,
    admit: (conversation) => {
      const { address, key } = conversation;
      people.set(conversation, judgeCaller(state, address, key, flags, sayToPerson));
      return Promise.resolve();
    },
    incoming: (conversation) => {
      desk.take(conversation, people.get(conversation)!);
      people.delete(conversation);
      if (flags.once) void conversation.closed.then(() => ended.resolve());
    },
  });
  const forget = onInterrupt(() => node.close());
  sayListening(node, flags);
  if (!flags.json && hasScreen()) screen = new TerminalFace();
  const face: Face = screen ?? (flags.json ? new JsonFace() : new PlainFace(flags));
  const keepFor = flags.keepEncrypted ? identity.publicKey : undefined;
  tellTrouble = (words) => face.say(words);
  const desk = new Desk(face, { ...options, keepFor });
  try {
    face.listening(node);
    const input = readInput(node, desk, { identity, state }, flags);
    await Promise.race([ended.promise, quitOf(input)]);
    await playedOut();
    await face.settled();
  } finally {
    forget();
    face.close();
    await node.close();
    state.close();
  }
}

/** Who listens, and what is remembered. */
interface Own {
  readonly identity: Identity;
  readonly state: State;
}

/** Resolves when the input says "quit", rejects when reading it fails; its mere end ends nothing. */
async function quitOf(input: Promise<"quit" | "end">): Promise<void> {
  if (await input === "end") await new Promise<never>(() => undefined);
}

async function readInput(
  node: Node,
  desk: Desk,
  { identity, state }: Own,
  flags: Flags,
): Promise<"quit" | "end"> {
  const { face } = desk;
  if (face instanceof TerminalFace) return await readKeyboard(face, desk, { identity, state });
  if (flags.json) {
    return await runJsonInput(desk, async (to) => {
      if (to === undefined) return await desk.someone();
      const known = desk.find(to);
      if (known !== undefined) return known;
      let partner;
      await reach(node, state, to, flags, (conversation, person) => {
        partner = desk.take(conversation, person);
      });
      return partner;
    });
  }
  for await (const line of stdinLines()) void desk.send(await desk.someone(), line);
  return "end";
}

async function readKeyboard(
  face: TerminalFace,
  desk: Desk,
  { identity, state }: Own,
): Promise<"quit"> {
  for await (const line of face.lines()) {
    if (line.trim() === "") continue;
    const partner = desk.last;
    if (line.startsWith("/") && !line.startsWith("//")) {
      if (await runSlash(line, { desk, face, identity, state, partner }) === "quit") break;
    } else if (partner === undefined) face.problem(nobodyError());
    else void desk.send(partner, line.replace(/^\/\//, "/"));
  }
  return "quit";
}

async function listenTold(this: CommandContext, flags: Flags): Promise<void> {
  try {
    await listen.call(this, flags);
  } catch (error) {
    if (flags.json && error instanceof P2PError) emitError(error);
    throw error;
  }
}

const help = helpOf("listen");

export const command = buildCommand<Flags, [], CommandContext>({
  func: listenTold,
  parameters: {
    flags: {
      identity: identityFlag,
      ...passphraseFlags,
      port: {
        kind: "parsed",
        parse: wholeNumber(0, 65535),
        default: "9999",
        brief: help.flags.port,
        placeholder: "N",
      },
      bind: textFlag(help.flags.bind, "ADDR"),
      ...receiveFlags,
      json: switchFlag(sharedHelp.flags.talkJson),
      once: switchFlag(help.flags.once),
      strict: switchFlag(help.flags.strict),
      quiet: quietFlag,
    },
    aliases: { i: "identity", q: "quiet" },
  },
  docs: docsOf(help),
});
