/** A transfer that outlives its connection: a peer that was lost on the way is called again, and sending goes on. */
import { hex } from "../bytes.ts";
import { UnreachableError } from "../errors.ts";
import { fileSm3 } from "../files/file-sm3.ts";
import type { Outgoing, OutgoingEntry } from "../files/outgoing.ts";
import { text } from "../text/catalogue.ts";
import { newTransferId } from "./delivery.ts";
import type { Partner } from "./partners.ts";
import type { Person } from "./person.ts";
import type { Talk } from "./talk.ts";

/** Pauses between two calls: each twice as long as the one before, in milliseconds. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** How long to try. */
export interface Patience {
  /** Since the peer was lost, by a clock that stands while the machine sleeps, in milliseconds. */
  readonly giveUpMs: number;
  /** Is told of each file that the receiver has whole, once. */
  readonly onFile: (entry: OutgoingEntry) => void;
}

/**
 * Sends to `peer`. Nobody there at first is an error at once; one who is lost later is called again, unless they left
 * of their own accord.
 */
export async function sendPatiently(
  talk: Talk,
  peer: string,
  outgoing: Outgoing,
  { giveUpMs, onFile }: Patience,
): Promise<Partner> {
  const id = newTransferId();
  const told = new Set<OutgoingEntry>();
  let partner = await talk.reach(peer);
  for (;;) {
    try {
      await talk.sendWalked(partner.person, withoutDone(outgoing, told), {
        id,
        onFile: (entry) => {
          told.add(originalOf(entry));
          onFile(originalOf(entry));
        },
      });
      return partner;
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      const by = partner.conversation.closeInfo?.by;
      if (giveUpMs === 0 || by === "peer" || by === "local") throw error;
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
function withoutDone(outgoing: Outgoing, done: ReadonlySet<OutgoingEntry>): Outgoing {
  if (done.size === 0) return outgoing;
  const doneRoots = new Set(Array.from(done, ({ root }) => root));
  const roots = new Map<number, number>();
  const entries = outgoing.entries.filter(({ root }) => !doneRoots.has(root)).map((entry) => {
    if (!roots.has(entry.root)) roots.set(entry.root, roots.size);
    const value = roots.get(entry.root)!;
    return Object.create(entry, {
      root: { value, enumerable: true },
      [originals]: { value: entry },
    }) as OutgoingEntry;
  });
  const files = entries.filter(({ folder }) => !folder);
  return {
    ...outgoing,
    entries,
    files: files.length,
    folders: entries.length - files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
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

/** A `file` event for each file that arrived; its SM3 is null where the file is no longer the one that was sent. */
export async function tellSentFiles(
  talk: Talk,
  peer: Person,
  sent: readonly OutgoingEntry[],
): Promise<void> {
  for (const entry of sent) {
    const { path, size, place } = entry;
    const name = path.slice(path.lastIndexOf("/") + 1);
    await talk.show({ type: "file", peer, name, path: place, size, sm3: await digestOf(entry) });
  }
}

async function digestOf({ place, size, modified }: OutgoingEntry): Promise<string | null> {
  try {
    const sm3 = hex(await fileSm3(place));
    const info = await Deno.lstat(place);
    const same = info.size === size && Math.floor(info.mtime?.getTime() ?? 0) === modified;
    return same ? sm3 : null;
  } catch (error) {
    // It arrived: what became of it here since is no failure of the transfer.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return null;
    }
    throw error;
  }
}
