/** Commands of conversations: what is sent, answered, called, told from a cursor on. */
import { FailureError, type P2PError, UsageError } from "../errors.ts";
import { decodePublicKeyText, fingerprint, PUBLIC_KEY_TEXT_PREFIX } from "../crypto/keys/text.ts";
import { GROUP_MARK } from "../state/groups.ts";
import { isFinal } from "../state/delivery.ts";
import { cancelWaiting } from "../talk/cancel.ts";
import type { SendOptions } from "../talk/dispatch-host.ts";
import { meant } from "../talk/meant.ts";
import { type Person, personJson, personOf } from "../talk/person.ts";
import { resend } from "../talk/resend.ts";
import type { Talk } from "../talk/talk.ts";
import { text } from "../text/catalogue.ts";
import { describeVoice } from "../voice/play.ts";
import type { CommandExtras } from "./command-types.ts";
import { placeJson } from "./event-json.ts";
import { Feed } from "./feed.ts";
import { outboxJson } from "./forms.ts";
import { acknowledge, type ApiHost, type CommandOutcome, type Handlers } from "./handlers.ts";

type Told =
  | "message"
  | "file"
  | "voice"
  | "hide"
  | "reveal"
  | "answer"
  | "cancel"
  | "resend"
  | "ack"
  | "resume"
  | "call"
  | "identity"
  | "who"
  | "outbox";

/** The handlers. */
export const talkCommands: Handlers<Told> = {
  message: (command, host) =>
    send(command, host, (peer, options) => host.talk.sendText(peer, command.text, options)),

  file: (command, host) => {
    const { path, paths = path === undefined ? [] : [path] } = command;
    if (paths.length === 0) throw new UsageError("api.no-path", {});
    return send(command, host, (peer, options) => host.talk.sendFiles(peer, paths, options));
  },

  voice: async (command, host) => {
    const { path, mediaType, seconds = 0 } = await describeVoice(command.path);
    const note = { path, mediaType, seconds };
    return await send(command, host, (peer, options) => host.talk.sendVoice(peer, note, options));
  },

  hide: (command, host) =>
    send(command, host, async (peer, options) => {
      const { hideFor } = await import("./hidden-commands.ts");
      const { talk } = host;
      const copy = await hideFor(peer, command.path, command.text, talk);
      try {
        return await talk.sendFiles(peer, [copy], options);
      } finally {
        talk.archive.unsent([copy]);
      }
    }),

  reveal: async (command, { talk }) => {
    const { revealIn } = await import("./hidden-commands.ts");
    return await revealIn(command, talk);
  },

  answer: ({ id, yes }, { talk }) => {
    if (!talk.questions.answer(id, yes)) throw new UsageError("talk.no-question", { id });
    return { id };
  },

  cancel: ({ id }, { talk: { state } }) => ({
    items: cancelWaiting(state, id).map((entry) =>
      outboxJson(state, { ...entry, state: "cancelled" })
    ),
  }),

  resend: async (command, { talk }) => {
    const { message: id, ref } = command;
    const peer = talk.find(command.with) ??
      personOf(talk.state, meant(talk.state, command.with).key);
    const call = talk.options.calls ? { call: () => talk.calls.to(peer.keyText) } : {};
    const options = { ...(ref === undefined ? {} : { ref }), ...call };
    const error = await resend(talk, peer, id, options);
    if (error !== undefined) return { told: error };
    return peer.group === undefined ? undefined : { ...placeJson(peer), id };
  },

  ack: ({ cursor, ref }, host) => {
    acknowledge(host, cursor);
    return ref === undefined ? undefined : { cursor };
  },

  resume: async ({ cursor, own = false }, host) => {
    const feed = follow(host, cursor, own);
    return { cursor: String(await feed.caughtUp) };
  },

  call: async ({ to }, { talk }) => ({ peer: personJson(await talk.person(to)) }),

  identity: (_, { talk }) => {
    const { identity, options, address: { hostname: address, port }, state } = talk;
    const { keyText: key } = personOf(state, identity.publicKey);
    const cursor = talk.archive.lasts ? { cursor: String(state.history.latest()) } : {};
    const own = fingerprint(identity.publicKey);
    return { key, fingerprint: own, program: options.program, address, port, ...cursor };
  },

  who: (_, { talk: { recipients } }) => ({
    peers: recipients.present.map((peer) => ({ ...personJson(peer), verified: peer.verified })),
  }),

  outbox: ({ all = false }, { talk: { state } }) => {
    const entries = state.outbox.list().filter((entry) => all || !isFinal(entry.state));
    return { items: entries.map((entry) => outboxJson(state, entry)) };
  },
};

/** Tells what is stored after a cursor, from now on. */
export function follow(host: ApiHost, cursor: string, own: boolean): Feed {
  const { talk: { archive, identity, state }, stream } = host;
  if (!archive.lasts) {
    throw new FailureError("api.no-history", {}, { hint: text("api.no-history.hint") });
  }
  if (host.feed !== undefined) throw new UsageError("api.following", {});
  const after = Number(cursor);
  if (after > state.history.latest()) throw new FailureError("api.cursor-ahead", { cursor });
  stream.following = true;
  return host.feed = new Feed({ state, self: identity.publicKey, stream, after, own });
}

/** What is said of something to send. */
interface SendCommand extends CommandExtras {
  readonly type: "message" | "file" | "voice" | "hide";
  readonly to?: string;
  readonly id?: string;
  readonly once?: string;
}

/** Sends something, unless the same was sent before. */
async function send(
  command: SendCommand,
  host: ApiHost,
  deliver: (peer: Person, options: SendOptions) => Promise<P2PError | undefined>,
): Promise<CommandOutcome<"message">> {
  const { talk } = host;
  const { to, ref, ack } = command;
  // Those who are known at once are: what is written together is sent in that order.
  const peer = addresseeNow(talk, to) ??
    await (to === undefined ? talk.recipients.onlyOne() : talk.person(to));
  const id = command.id ??
    (command.once === undefined ? undefined : talk.state.history.idOf(peer.key, command.once));
  const { beginning } = talk.archive;
  const name = `${peer.keyText} ${id}`;
  const repeated = id === undefined ? undefined : repetition(talk, peer, id, beginning.has(name));
  if (repeated !== undefined) return repeated;
  beginning.add(name);
  try {
    let stored = false;
    const sent = deliver(peer, {
      stored: () => stored = command.type === "message",
      ...(ref === undefined ? {} : { ref }),
      ...(peer.group === undefined ? { id } : { once: id }),
      ...(talk.options.calls ? { call: () => talk.calls.to(peer.keyText) } : {}),
    });
    // A text is in the history now, and goes out whatever happens to this program or its caller.
    if (stored && ack !== undefined) acknowledge(host, ack);
    const error = await sent;
    return error === undefined ? undefined : { told: error };
  } finally {
    beginning.delete(name);
  }
}

/** What became of the same that was sent before; undefined where it was not. */
function repetition(
  { archive, state }: Talk,
  peer: Person,
  id: string,
  beginning: boolean,
): CommandOutcome<"message"> {
  const place = placeJson(peer);
  if (peer.group !== undefined) {
    return state.seen.has(peer.key, id) ? { repeated: true, ...place } : undefined;
  }
  archive.settle();
  const known = archive.lasts ? state.history.get(peer.key, id) : undefined;
  if (known === undefined) {
    return beginning ? { repeated: true, id, state: "waiting", ...place } : undefined;
  }
  if (known.author !== undefined) throw new FailureError("api.id-taken", { id });
  return { repeated: true, id, state: known.state, ...place };
}

/** The one that `to` names, where no call is needed to know the key: whoever is away gets it later. */
function addresseeNow(talk: Talk, to: string | undefined): Person | undefined {
  if (to === undefined) return undefined;
  const there = talk.find(to);
  if (there !== undefined || to.startsWith(GROUP_MARK) || !talk.options.calls) return there;
  const key = to.startsWith(PUBLIC_KEY_TEXT_PREFIX)
    ? decodePublicKeyText(to)
    : talk.state.contacts.find(to)?.key;
  return key === undefined ? undefined : personOf(talk.state, key);
}
