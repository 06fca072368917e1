/** Sending for a command: texts, files and voice notes, with progress, and with errors in words for a person. */
import { FailureError, UnreachableError } from "../../lib/errors.ts";
import { bareReason } from "../../lib/net/close.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import type { Outgoing, OutgoingEntry } from "../../lib/files/outgoing.ts";
import { hex } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { formatSize } from "../../lib/text/format.ts";
import { safeText } from "../../lib/text/safe.ts";
import type { SendReport } from "../../lib/transfer/send.ts";
import { TransferCode } from "../../lib/transfer/offers.ts";
import type { Face, Movement } from "./face.ts";
import type { Person } from "./person.ts";

/** Sends a text, tells when it is delivered; the promise rejects when it cannot be. */
export function deliverText(
  conversation: Conversation,
  person: Person,
  text: string,
  face: Face,
): Promise<void> {
  const message = conversation.sendMessage(text);
  face.sent(person, message);
  return message.delivered.then(() => face.delivered(message.id));
}

/** What came of sending files. */
export interface Delivered {
  readonly report: SendReport;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Sends the files and folders that `walkOutgoing` found. Throws when any of it did not arrive; what did arrive stays.
 *
 * @param onFile is told of each file that the receiver has whole
 */
export async function deliverFiles(
  conversation: Conversation,
  person: Person,
  outgoing: Outgoing,
  face: Face,
  onFile?: (entry: OutgoingEntry) => void,
): Promise<Delivered> {
  for (const { path, reason } of outgoing.skipped) {
    face.say(`not sent: ${safeText(path)}: ${safeText(reason)}`);
  }
  const id = hex(randomBytes(8));
  const name = outgoing.entries[0]?.path ?? "";
  const movement = { id, label: `sending ${safeText(name)}`, total: outgoing.bytes };
  const report = await withProgress(face, movement, (progress) =>
    conversation.sendFiles(outgoing, {
      progress,
      ...(onFile === undefined ? {} : { file: (_, index) => onFile(outgoing.entries[index]!) }),
    }));
  if (report.resumed > 0) {
    face.say(
      `resumed: ${formatSize(report.resumed)} of ${formatSize(outgoing.bytes)} were there already`,
    );
  }
  checkReport(report, name);
  if (outgoing.skipped.length > 0) {
    const { length } = outgoing.skipped;
    throw new FailureError(`send files: ${length} of them could not be sent`, {
      hint: "symbolic links and special files are never sent; see the lines above",
    });
  }
  face.say(`sent to ${person.label}: ${safeText(name)} (${formatSize(outgoing.bytes)})`);
  face.delivered(id);
  return { report, files: outgoing.files, bytes: outgoing.bytes };
}

/** Sends a voice note. */
export async function deliverVoice(
  conversation: Conversation,
  person: Person,
  recording: { readonly path: string; readonly seconds: number; readonly mediaType: string },
  face: Face,
): Promise<void> {
  const { path, seconds, mediaType } = recording;
  const { size } = await Deno.stat(path);
  const id = hex(randomBytes(8));
  const movement = { id, label: "sending the voice note", total: size };
  const report = await withProgress(
    face,
    movement,
    (progress) => conversation.sendVoice(path, seconds, { mediaType, handlers: { progress } }),
  );
  checkReport(report, "the voice note");
  face.say(`voice note sent to ${person.label} (${formatSize(size)})`);
  face.delivered(id);
}

async function withProgress(
  face: Face,
  movement: Movement,
  work: (progress: (bytes: number, resumed: number) => void) => Promise<SendReport>,
): Promise<SendReport> {
  try {
    return await work((bytes, resumed) => face.progress(movement, bytes, resumed));
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new UnreachableError(`send files: ${bareReason(error)}`, {
      cause: error,
      hint: "what arrived is kept there: the same command goes on from there",
    });
  } finally {
    face.progressEnd(movement);
  }
}

/** Throws when the receiver did not get all of it. */
function checkReport(report: SendReport, name: string): void {
  if (report.refused !== undefined) {
    const { code, reason } = report.refused;
    const words = reason === "" ? "" : `: ${safeText(reason)}`;
    const refused = code === TransferCode.declined ? "the peer declined" : "the peer refused";
    throw new FailureError(`send ${safeText(name)}: ${refused}${words}`);
  }
  const [first, ...more] = report.failures;
  if (first === undefined) return;
  const others = more.length === 0 ? "" : `, and ${more.length} more`;
  throw new FailureError(`send ${safeText(first.path)}: ${safeText(first.reason)}${others}`);
}
