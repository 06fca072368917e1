/** A transfer that outlives its connection: a peer that was lost on the way is called again, and sending goes on. */
import { UnreachableError } from "../errors.ts";
import type { Outgoing, OutgoingEntry } from "../files/outgoing.ts";
import { isToBeCalled } from "../net/close.ts";
import { text } from "../text/catalogue.ts";
import type { Partner } from "./partners.ts";
import type { Talk } from "./talk.ts";

/** Pauses between two calls: each twice as long as the one before, in milliseconds. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** Times that the peer's programs may hand one transfer to each other. */
const MAX_HAND_OVERS = 16;

/** How long to try. */
export interface Patience {
  /** Of the transfer, the same for every attempt. */
  readonly id: string;
  /** Since the peer was lost, by a clock that stands while the machine sleeps, in milliseconds. */
  readonly giveUpMs: number;
  /** Is told of each file that the receiver has whole, once. */
  readonly onFile: (entry: OutgoingEntry, sm3: Uint8Array | undefined) => void;
  /** Whether with the SM3 of what was sent. */
  readonly digests: boolean;
}

/**
 * Sends to `peer`. Nobody there at first is an error at once; one who is lost later is called again, unless they left
 * of their own accord.
 */
export async function sendPatiently(
  talk: Talk,
  peer: string,
  outgoing: Outgoing,
  { id, giveUpMs, onFile, digests }: Patience,
): Promise<Partner> {
  const done = new Set<number>();
  let handedOver = 0;
  let partner = await talk.reach(peer);
  for (;;) {
    try {
      await talk.sendWalked(partner.person, withoutDone(outgoing, done), {
        id,
        digests,
        onFile: (entry, sm3) => {
          const original = originalOf(entry);
          done.add(original.root);
          onFile(original, sm3);
        },
      });
      return partner;
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      const info = partner.conversation.closeInfo;
      if (giveUpMs === 0 || (info !== undefined && !isToBeCalled(info))) throw error;
      if (info?.by === "peer" && ++handedOver > MAX_HAND_OVERS) throw error;
      partner = await callAgain(talk, peer, giveUpMs, error);
    }
  }
}

/** Entries that stand for others of an earlier attempt → those. */
const originals = Symbol("original");

function originalOf(entry: OutgoingEntry): OutgoingEntry {
  return (entry as { [originals]?: OutgoingEntry })[originals] ?? entry;
}

/** What is left of `outgoing`: without the roots that the receiver has whole, the others counted anew. */
function withoutDone(outgoing: Outgoing, done: ReadonlySet<number>): Outgoing {
  if (done.size === 0) return outgoing;
  const all = outgoing.entries;
  const kept: number[] = [];
  const roots = new Map<number, number>();
  let [files, bytes] = [0, 0];
  for (let i = 0; i < all.length; i++) {
    const { root, folder, size } = all.at(i)!;
    if (done.has(root)) continue;
    kept.push(i);
    if (!roots.has(root)) roots.set(root, roots.size);
    if (!folder) files++;
    bytes += size;
  }
  const entries = {
    length: kept.length,
    at: (index: number) => {
      const entry = kept[index] === undefined ? undefined : all.at(kept[index]);
      return entry && renumbered(entry, roots.get(entry.root)!);
    },
  };
  return { ...outgoing, entries, files, folders: kept.length - files, bytes };
}

/** `entry` with another root. */
function renumbered(entry: OutgoingEntry, root: number): OutgoingEntry {
  return Object.create(entry, {
    root: { value: root, enumerable: true },
    [originals]: { value: entry },
  }) as OutgoingEntry;
}

async function callAgain(
  talk: Talk,
  peer: string,
  giveUpMs: number,
  lost: UnreachableError,
): Promise<Partner> {
  const since = performance.now();
  const seconds = giveUpMs / 1000;
  talk.tell({
    type: "notice",
    level: "warning",
    text: text("talk.calling-again", { peer, seconds }),
  });
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await talk.reach(peer);
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
    }
    if (performance.now() - since + pause > giveUpMs) throw lost;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
