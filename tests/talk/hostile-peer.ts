/**
 * A hostile peer, made of the project's own library: it keeps to the handshake and the transport, and to nothing
 * above them. A program of its own, so that what it burns is not the time of whom it is measured against:
 *
 *   deno run -A tests/talk/hostile-peer.ts ATTACK PORT SECONDS
 */

import { P2PError } from "../../lib/errors.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import type { Node } from "../../lib/net/node.ts";
import { encodeMessage } from "../../lib/transfer/messages.ts";
import { encodeOffer, encodeReady, type Offer } from "../../lib/transfer/offers.ts";
import { MAX_PARTIAL_CHUNKS } from "../../lib/transfer/chunks.ts";
import { encodePreface, StreamKind } from "../../lib/transfer/preface.ts";
import { encodeRecord, RecordType } from "../../lib/transfer/records.ts";
import { AckTracker } from "../../lib/transport/ack-tracker.ts";
import { node } from "../net/support.ts";
import { encodeEntry } from "../transfer/encode.ts";

/** What an attack goes on with until it is told to stop. */
interface Scene {
  readonly port: number;
  readonly over: () => boolean;
}

const OFFER: Offer = {
  kind: 0,
  files: 500_000,
  folders: 499_999,
  bytes: 2 ** 40,
  milliseconds: 0,
  mediaType: "",
  name: "\u202egpj.exe".repeat(20),
};

const pause = (ms = 1) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether the work was cut short by the other side, as it may be. */
async function tolerated(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof P2PError)) throw error;
    await pause(5);
  }
}

async function withCaller(
  { port }: Scene,
  use: (conversation: Conversation, caller: Node) => Promise<void>,
  caller = node({ config: { accept: false, handshakeTimeoutMs: 1000 } }),
): Promise<void> {
  try {
    await use(await caller.connect({ hostname: "127.0.0.1", port }), caller);
  } finally {
    await caller.close();
  }
}

/** Writes raw bytes to a stream of the transport's, however little it takes; false when the end has come. */
async function push(
  { over }: Scene,
  conversation: Conversation,
  caller: Node,
  stream: number,
  bytes: Uint8Array,
): Promise<boolean> {
  let rest = bytes;
  while (rest.length > 0) {
    if (over() || conversation.closeInfo !== undefined) return false;
    const taken = conversation.connection.write(stream, rest);
    caller.wake();
    rest = rest.subarray(taken);
    if (taken === 0) await pause();
  }
  return true;
}

/** Opens a stream and writes to it what `next` gives, until it has no more. */
async function stream(
  scene: Scene,
  conversation: Conversation,
  caller: Node,
  kind: StreamKind,
  next: () => Uint8Array | undefined,
): Promise<void> {
  const id = conversation.connection.openStream();
  if (!await push(scene, conversation, caller, id, encodePreface(kind))) return;
  for (let bytes = next(); bytes !== undefined; bytes = next()) {
    if (!await push(scene, conversation, caller, id, bytes)) return;
  }
}

/** One conversation that opens eight streams at a time, again and again. */
async function floodStreams(
  scene: Scene,
  kind: StreamKind,
  records: () => () => Uint8Array | undefined,
): Promise<void> {
  while (!scene.over()) {
    await tolerated(() =>
      withCaller(scene, async (conversation, caller) => {
        while (!scene.over() && conversation.closeInfo === undefined) {
          await Promise.all(
            Array.from({ length: 8 }, () =>
              tolerated(() => stream(scene, conversation, caller, kind, records()))),
          );
          await pause();
        }
      })
    );
  }
}

function entry(index: number, path: string, folder = false): Uint8Array {
  const size = folder ? 0 : 1000;
  return encodeEntry({ index, root: index, folder, mode: 0o644, modified: 0, size, path });
}

/** Entries after an offer: `path` names the one of an index. */
function entries(path: (index: number) => string, folder = false): () => Uint8Array | undefined {
  let index = -1;
  return () => {
    index++;
    return index === 0 ? encodeOffer(OFFER) : entry(index - 1, path(index - 1), folder);
  };
}

/** Messages as fast as they are taken, whose receipts nobody reads, on as many streams as there may be. */
function floodMessages(scene: Scene): Promise<void> {
  return floodStreams(scene, StreamKind.conversation, () => {
    const text = "\u001b[2J\u202e".repeat(500);
    return () => encodeMessage(crypto.getRandomValues(new Uint8Array(8)), 0, text);
  });
}

/** From now on packets for which `forgotten` holds count as never received: they are not acknowledged, ever. */
function acknowledgeSelectively(forgotten: (number: number) => boolean): void {
  const { onPacket } = AckTracker.prototype;
  AckTracker.prototype.onPacket = function (number, ...rest) {
    if (!forgotten(number)) onPacket.call(this, number, ...rest);
  };
}

/** Ready records without end, with as many digests as one may hold, to whoever sends files here. */
async function answerWithReady(scene: Scene): Promise<void> {
  let offers = 0;
  const digests = new Uint8Array(MAX_PARTIAL_CHUNKS * 32);
  while (!scene.over()) {
    await tolerated(() =>
      withCaller(scene, async (conversation, caller) => {
        const flooding = new Set<Promise<void>>();
        const flood = async (id: number) => {
          for (let index = 0;; index = (index + 1) % 1000) {
            const ready = encodeReady({
              index,
              have: 1000 * MAX_PARTIAL_CHUNKS,
              chunk: 1000,
              digests,
            });
            if (!await push(scene, conversation, caller, id, ready)) return;
          }
        };
        conversation.streamEvent = (event) => {
          if (event.type !== "stream-opened") return;
          offers++;
          const work = tolerated(() => flood(event.stream)).finally(() => flooding.delete(work));
          flooding.add(work);
        };
        while (!scene.over() && conversation.closeInfo === undefined) await pause(20);
        await Promise.all(flooding);
      })
    );
  }
  if (offers === 0) throw new Error("nobody sent a file here");
}

/** Attack → what it does until the scene is over. */
const ATTACKS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  /** Offers, each of which asks for a decision. */
  offers: (scene) =>
    floodStreams(scene, StreamKind.transfer, () => {
      let once = true;
      return () => once ? (once = false, encodeOffer(OFFER)) : undefined;
    }),
  /** Entries without end, none of which is ever filled. */
  entries: (scene) => floodStreams(scene, StreamKind.transfer, () => entries((i) => `f${i}`)),
  /** Names that all clean to one, and roots that are never finished. */
  names: (scene) =>
    floodStreams(
      scene,
      StreamKind.transfer,
      () => entries((i) => `same${"\u200b".repeat(i % 200)}`, true),
    ),
  /** Names that are refused, long ones. */
  refused: (scene) =>
    floodStreams(
      scene,
      StreamKind.transfer,
      () => entries((i) => `../${"x".repeat(3900)}${i}`),
    ),
  /** Answers to questions that nobody asked. */
  ready: (scene) =>
    floodStreams(scene, StreamKind.transfer, () => {
      let index = -1;
      const digests = new Uint8Array(16 * 32);
      return () => {
        index++;
        if (index === 0) return encodeOffer(OFFER);
        return encodeReady({ index, have: 16 * 1000, chunk: 1000, digests });
      };
    }),
  messages: floodMessages,
  /** The same by a peer that acknowledges a third of what it is sent, so that everything is sent again and again. */
  gaps: (scene) => {
    acknowledgeSelectively((number) => number % 3 !== 0);
    return floodMessages(scene);
  },
  /** … and by one that after a while acknowledges nothing, but goes on. */
  deaf: (scene) => {
    acknowledgeSelectively((number) => number > 50);
    return floodMessages(scene);
  },
  /** Floods whoever sends files to it: needs a listener that does. */
  answers: answerWithReady,
  /** Streams and records that nobody knows. */
  unknown: (scene) =>
    floodStreams(scene, StreamKind.conversation, () => {
      let left = 3;
      return () => left-- > 0 ? encodeRecord(RecordType.delivered, new Uint8Array(8)) : undefined;
    }),
  /** Strangers that come and stay, each with a key of its own. */
  connections: async (scene) => {
    const callers: Node[] = [];
    try {
      while (!scene.over()) {
        await tolerated(async () => {
          const caller = node({ config: { accept: false, handshakeTimeoutMs: 500 } });
          callers.push(caller);
          await caller.connect({ hostname: "127.0.0.1", port: scene.port });
        });
        if (callers.length > 400) await callers.shift()!.close();
      }
    } finally {
      await Promise.all(callers.map((caller) => caller.close()));
    }
  },
};

/** The names of all attacks. */
export const ATTACK_NAMES = Object.keys(ATTACKS);

if (import.meta.main) {
  const [name = "", port, seconds] = Deno.args;
  const until = performance.now() + 1000 * Number(seconds);
  await ATTACKS[name]!({ port: Number(port), over: () => performance.now() > until });
}
