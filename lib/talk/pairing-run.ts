/** A pairing from its beginning to its end: a code is made and told, or used; the other side is waited for, or looked for. */
import { UnreachableError, UsageError } from "../errors.ts";
import { type Address, formatAddress } from "../net/address.ts";
import { parseLanScope } from "../net/lan-group.ts";
import { answerSeekers, findPlace, type RendezvousOptions } from "../net/rendezvous.ts";
import { onInterrupt } from "../system/cleanup.ts";
import { text } from "../text/catalogue.ts";
import { type Paired, type PairOptions, PairWaiter, pairWith } from "./pair.ts";
import { lanIsOff } from "./presence.ts";

/** How long a code waits for the other side, in milliseconds. */
const CODE_MS = 10 * 60_000;
/** How long the other side is looked for. */
const FIND_MS = 60_000;

function rendezvousOf(
  { hostname, code }: PairOptions,
  failed: (error: unknown) => void,
): RendezvousOptions {
  const scope = parseLanScope(Deno.env.get("P2P_LAN"));
  return { scope, bound: hostname, place: code.place, failed };
}

/**
 * Waits for whoever knows the code.
 *
 * @param tell is told where the other side can call, once it can
 */
export async function awaitPair(
  options: PairOptions,
  tell: (where: Address) => Promise<void> | void,
): Promise<Paired> {
  const waiter = new PairWaiter(options);
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const leave = lanIsOff()
    ? undefined
    : await answerSeekers(rendezvousOf(options, broken.reject), waiter.address.port);
  const forget = onInterrupt(async () => {
    await leave?.();
    await waiter.close();
  });
  let late: ReturnType<typeof setTimeout> | undefined;
  try {
    await tell(waiter.address);
    const timeout = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new UnreachableError("pair.nobody", {})), CODE_MS);
    });
    return await Promise.race([waiter.paired, broken.promise, timeout]);
  } finally {
    clearTimeout(late);
    forget();
    await leave?.();
    await waiter.close();
  }
}

/**
 * Calls whoever made the code, at `where` or wherever they are found on the LAN.
 *
 * @param looking called before the LAN is asked
 */
export async function joinPair(
  options: PairOptions,
  where: Address | undefined,
  looking: () => void = () => undefined,
): Promise<Paired> {
  if (where !== undefined) return await pairWith(options, where);
  if (lanIsOff()) throw new UsageError("pair.where", {});
  looking();
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const rendezvous = rendezvousOf(options, broken.reject);
  const places = await Promise.race([findPlace(rendezvous, FIND_MS), broken.promise]);
  const ports = new Set(places.map(({ port }) => port));
  if (places.length === 0) {
    throw new UnreachableError("pair.not-found", {}, { hint: text("pair.not-found.hint") });
  }
  // A host has several addresses, and one port; of two hosts one pretends, and each costs a guess.
  if (ports.size > 1) {
    const addresses = places.map(formatAddress);
    throw new UsageError("pair.several", { addresses }, { hint: text("pair.several.hint") });
  }
  return await pairWith(options, places[0]!);
}
