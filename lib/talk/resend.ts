/** Texts of ours that failed, sent once more. */
import { FailureError, type P2PError } from "../errors.ts";
import type { SendOptions } from "./dispatch-host.ts";
import type { Person } from "./person.ts";
import type { Talk } from "./talk.ts";

/**
 * Sends a text of ours once more that failed, under the id that it has: it stands where it stood, and whoever has it all the
 * same is shown it once. Answers why it was not delivered; undefined when it was, or goes to a group.
 */
export async function resend(
  { archive, groups, outgoing, state }: Talk,
  peer: Person,
  id: string,
  options: Pick<SendOptions, "ref" | "call">,
): Promise<P2PError | undefined> {
  archive.settle();
  const message = state.history.get(peer.key, id);
  const failed = message?.author === undefined && message?.kind === "text" &&
    message.state === "failed";
  if (!failed) throw new FailureError("outbox.not-failed", { id });
  const { text, written: time, after } = message;
  if (peer.group === undefined) {
    return await outgoing.sendText(peer, text, { ...options, id, time, again: { after } });
  }
  if (!groups.again(message)) throw new FailureError("outbox.not-failed", { id });
  return undefined;
}
