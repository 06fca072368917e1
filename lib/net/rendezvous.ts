/** Two programs that pair find each other on the LAN (`lib/discovery/rendezvous.ts`), over the sockets of discovery. */
import { decodeRendezvous, encodeRendezvous, RendezvousKind } from "../discovery/rendezvous.ts";
import type { Address } from "./address.ts";
import type { LanScope } from "./lan-group.ts";
import { LanSockets } from "./lan-sockets.ts";

/** When to ask, in milliseconds after the first time; then each `ASK_MS`. */
const ASKS_MS = [0, 80, 240, 700] as const;
const ASK_MS = 1000;
/** How long other answers are waited for after the first. */
const OTHERS_MS = 250;
/** Answers that are sent, a second. */
const ANSWERS_PER_SECOND = 20;

/** How to use the LAN. */
export interface RendezvousOptions {
  readonly scope: LanScope;
  /** The one local address that the program has; all of them when undefined. */
  readonly bound?: string | undefined;
  /** The public digits of the code. */
  readonly place: number;
  /** A socket that failed for a reason of ours. */
  readonly failed: (error: unknown) => void;
}

/** Answers those who look for this place, until the answer is called. */
export async function answerSeekers(
  { scope, bound, place, failed }: RendezvousOptions,
  port: number,
): Promise<() => Promise<void>> {
  let answers = 0;
  const here = encodeRendezvous({ kind: RendezvousKind.here, place, port });
  const sockets = new LanSockets(scope, bound, (datagram, from) => {
    const rendezvous = decodeRendezvous(datagram);
    if (rendezvous?.kind !== RendezvousKind.where || rendezvous.place !== place) return;
    if (++answers > ANSWERS_PER_SECOND) return;
    sockets.send(here, from).catch(failed);
  });
  await sockets.refresh();
  const again = setInterval(() => {
    answers = 0;
    sockets.refresh().catch(failed);
  }, 1000);
  return async () => {
    clearInterval(again);
    await sockets.close();
  };
}

/**
 * Looks for whoever made the code; the addresses of all who say so, IPv4 first: more than one where a host has several, or
 * somebody pretends. None when nobody answers within `milliseconds`.
 */
export async function findPlace(
  { scope, bound, place, failed }: RendezvousOptions,
  milliseconds: number,
): Promise<Address[]> {
  const found = new Map<string, Address>();
  const answered = Promise.withResolvers<void>();
  const sockets = new LanSockets(scope, bound, (datagram, from) => {
    const rendezvous = decodeRendezvous(datagram);
    if (rendezvous?.kind !== RendezvousKind.here || rendezvous.place !== place) return;
    const { hostname } = from;
    const { port } = rendezvous;
    found.set(`${hostname} ${port}`, { hostname, port });
    if (found.size > 0) answered.resolve();
  });
  const where = encodeRendezvous({ kind: RendezvousKind.where, place, port: 0 });
  const begun = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = (count: number): void => {
    sockets.send(where, undefined).catch(failed);
    const next = ASKS_MS[count + 1];
    const wait = next === undefined ? ASK_MS : begun + next - performance.now();
    timer = setTimeout(() => {
      sockets.refresh().then(() => ask(count + 1), failed);
    }, Math.max(1, wait));
  };
  try {
    await sockets.refresh();
    ask(0);
    let limit: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => limit = setTimeout(resolve, milliseconds));
    await Promise.race([answered.promise, late]);
    clearTimeout(limit);
    if (found.size > 0) await new Promise((resolve) => setTimeout(resolve, OTHERS_MS));
  } finally {
    clearTimeout(timer);
    await sockets.close();
  }
  return [...found.values()];
}
