/** Deleting what was said, for good. */
import { type Bytes, hex } from "../bytes.ts";
import { SM3_BYTES } from "../crypto/sm3.ts";
import type { State } from "../state/state.ts";

/** More messages than anybody has, and later than any time. */
const ALL = Number.MAX_SAFE_INTEGER;

/**
 * Deletes a conversation, or what of it was stored before a time: messages, index, what was over in the outbox, and the
 * log of the database. Answers how many messages, and whether nothing of them is left in the files.
 */
export async function deleteTalk(
  state: State,
  talk: Bytes,
  before: number | undefined,
): Promise<{ readonly count: number; readonly erased: boolean }> {
  if (talk.length === SM3_BYTES) forgetForOthers(state, talk, before);
  const count = state.history.delete(talk, before);
  state.outbox.forgetOver(talk);
  return { count, erased: await state.erase() };
}

/** What is deleted of a group is passed on to nobody either. */
function forgetForOthers(state: State, talk: Bytes, before = ALL): void {
  const gone = state.history.find({ talk, until: before - 1, limit: ALL });
  state.groups.dropMessages(hex(talk), gone.map(({ id }) => id));
}
