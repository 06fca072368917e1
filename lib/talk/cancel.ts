/** Taking back what waits in the outbox, or is on its way. */
import { FailureError } from "../errors.ts";
import { isFinal } from "../state/delivery.ts";
import type { OutboxEntry } from "../state/outbox.ts";
import type { State } from "../state/state.ts";
import { forgetCargo } from "./cargo.ts";
import { text as words } from "../text/catalogue.ts";

/** Cancels what waits under the id that begins with `given`, for each recipient; answers what. */
export function cancelWaiting({ outbox }: State, given: string): OutboxEntry[] {
  const id = given.toLowerCase();
  const all = outbox.list().filter((entry) => id !== "" && entry.id.startsWith(id));
  if (new Set(all.map((entry) => entry.id)).size > 1) {
    throw new FailureError("outbox.ambiguous", { id: given });
  }
  const waiting = all.filter((entry) => !isFinal(entry.state));
  if (waiting.length === 0) {
    throw new FailureError("outbox.none", { id: given }, { hint: words("outbox.none.hint") });
  }
  return waiting.filter((entry) => {
    if (!outbox.advance(entry.id, entry.to, "cancelled")) return false;
    if (entry.kind === "voice") forgetCargo(entry.paths);
    return true;
  });
}

/** How often is looked whether what is on its way was taken back, in milliseconds: any program of the identity may do it. */
const LOOK_MS = 250;

/** Sends with a signal that is given once `cancelled` holds. */
export async function untilCancelled(
  cancelled: () => boolean,
  send: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const timer = setInterval(() => {
    if (cancelled()) stop.abort();
  }, LOOK_MS);
  try {
    await send(stop.signal);
  } finally {
    clearInterval(timer);
  }
}
