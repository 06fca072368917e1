/** One attempt at something of ours: handed to a conversation, until the peer has it. States and events on the way. */
import type { P2PError } from "../errors.ts";
import { type Outgoing, walkOutgoing } from "../files/outgoing.ts";
import { untilCancelled } from "./cancel.ts";
import { deliverFiles, deliverVoice } from "./delivery.ts";
import type { DispatchHost } from "./dispatch-host.ts";
import type { HeldItem } from "./held.ts";
import { cargoOf, refOf } from "./outgoing-item.ts";
import type { Partner } from "./partners.ts";

/** What all attempts at an item have in common: whether any of them succeeded. */
export interface Success {
  readonly come: Promise<void>;
  readonly resolve: () => void;
  yes: boolean;
  /** Those that are under way. */
  attempts: number;
}

/** One attempt at an item. */
export interface DeliveryAttempt {
  readonly partner: Partner | undefined;
  /** Of all attempts at the item. */
  readonly success: Success;
  work: Promise<P2PError | undefined>;
}

/** What the attempts that are under way have in common, by item: an older one may succeed when the latest has failed. */
export class Successes {
  readonly #byId = new Map<string, Success>();

  /** An attempt begins. */
  begin(id: string): Success {
    let success = this.#byId.get(id);
    if (success === undefined) {
      const { promise: come, resolve } = Promise.withResolvers<void>();
      success = { come, resolve, yes: false, attempts: 0 };
      this.#byId.set(id, success);
    }
    success.attempts++;
    return success;
  }

  /** One of them is over. */
  end(id: string): void {
    if (--this.#byId.get(id)!.attempts === 0) this.#byId.delete(id);
  }
}

/** Sends a text; an attempt at the same by another conversation may end it. */
export async function attemptText(
  { conversation, person: peer }: Partner,
  item: HeldItem,
  success: Success,
  { archive, tell, reached }: DispatchHost,
): Promise<void> {
  const { id, written: time, text: words, after, ref } = item;
  const { delivered } = conversation.sendMessage(words, { id, time, after });
  tell({ type: "sent", peer, id, what: "message", time, text: words, ...refOf(ref) });
  archive.advance(id, peer.key, "sent");
  const receipt = await Promise.race([delivered, success.come]);
  if (success.yes || receipt === undefined) return;
  success.yes = true;
  success.resolve();
  archive.advance(id, peer.key, "delivered");
  reached(peer);
  const { stored } = receipt;
  tell({ type: "delivered", peer, id, what: "message", stored, ...refOf(ref) });
}

/** Sends files or a voice note. */
export async function attemptCargo(
  { conversation, person: peer }: Partner,
  item: HeldItem,
  { archive, cargo, tell, reached }: DispatchHost,
): Promise<void> {
  const { id, ref, paths, seconds = 0, mediaType = "", written: time } = item;
  const what = cargoOf(item);
  tell({ type: "sent", peer, id, what, time, text: item.text, ...refOf(ref) });
  archive.advance(id, peer.key, "sent");
  await untilCancelled(() => archive.cancelled(id, peer.key), async (signal) => {
    const options = { id, tell, signal, ...refOf(ref) };
    if (item.kind === "file") {
      const outgoing: Outgoing = item.outgoing ?? await walkOutgoing(paths);
      return await deliverFiles(conversation, peer, outgoing, options);
    }
    await cargo.open(
      paths[0]!,
      item.text,
      (path) => deliverVoice(conversation, peer, { path, seconds, mediaType }, options),
    );
  });
  archive.advance(id, peer.key, "delivered");
  reached(peer);
}
