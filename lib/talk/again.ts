/** Transfers that come again: their receipt got lost, or two programs of the sender's send the same one. */
import type { IncomingTransfer } from "../net/conversation-handlers.ts";
import { OfferKind } from "../transfer/offers.ts";
import type { StoredRoot } from "../state/message-rows.ts";
import type { Person } from "./person.ts";
import type { IncomingItem, Taken } from "./archive.ts";

/** What is known of transfers. */
export interface Comings {
  /** Stores what has come; whether it is new, and stored. */
  take(arrival: IncomingItem): Promise<Taken>;
  /** Whether something of somebody's was taken before. */
  has(id: string, from: Person): boolean;
  /** Transfers of all peers that are under way. */
  readonly underWay: Map<string, UnderWay>;
}

function keyOf({ lasting }: IncomingTransfer, { keyText }: Person): string | undefined {
  return lasting === undefined ? undefined : `${keyText} ${lasting}`;
}

/** A transfer of which nothing has come for so long is taken for dead, in milliseconds. */
const STALLED_MS = 1000;

/** A transfer that is under way. */
export interface UnderWay {
  /** Resolves when it is over: whether all of it came. */
  readonly over: Promise<boolean>;
  /** When bytes came last. */
  moved: number;
  /** It is over. */
  end(whole: boolean): void;
}

/** Whether the transfer has come whole before; waits for one that is under way, as long as bytes of it come. */
export async function comesAgain(
  transfer: IncomingTransfer,
  peer: Person,
  { has, underWay }: Comings,
): Promise<boolean> {
  const key = keyOf(transfer, peer);
  if (key === undefined) return false;
  for (let other = underWay.get(key); other !== undefined; other = underWay.get(key)) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pause = new Promise<"stalled">((go) => timer = setTimeout(go, STALLED_MS, "stalled"));
    const whole = await Promise.race([other.over, pause]);
    clearTimeout(timer);
    if (whole === true) return true;
    if (whole === "stalled" && performance.now() - other.moved >= STALLED_MS) break;
  }
  return has(transfer.lasting!, peer);
}

/** The transfer is taken: it is under way from now on, until it is ended. Undefined where it would not be known again. */
export function begins(
  transfer: IncomingTransfer,
  peer: Person,
  { underWay }: Comings,
): UnderWay | undefined {
  const key = keyOf(transfer, peer);
  if (key === undefined) return undefined;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const way: UnderWay = {
    over: promise,
    moved: performance.now(),
    end: (whole) => {
      if (underWay.get(key) === way) underWay.delete(key);
      resolve(whole);
    },
  };
  underWay.set(key, way);
  return way;
}

/** Stores that the transfer has come, and where each lies that was sent together. */
export async function note(
  { lasting, id, offer }: IncomingTransfer,
  roots: readonly StoredRoot[],
  { take }: Comings,
): Promise<void> {
  const voice = offer.kind === OfferKind.voice;
  const first = roots.find(({ name }) => name === offer.name) ?? roots[0];
  await take({
    id: lasting ?? id.padStart(32, "0"),
    kind: voice ? "voice" : "file",
    text: offer.name,
    path: first?.path,
    ...(roots.length > 1 ? { roots } : {}),
    bytes: offer.bytes,
    seconds: voice ? offer.milliseconds / 1000 : undefined,
    written: Date.now(),
    after: [],
  });
}
