/** Delivery of files and voice notes to a peer, with progress. */
import { FailureError, type P2PError, UnreachableError } from "../errors.ts";
import type { Outgoing, OutgoingEntry } from "../files/outgoing.ts";
import { bareReason } from "../net/close.ts";
import type { Conversation } from "../net/conversation.ts";
import { newMessageId } from "../net/message-stream.ts";
import { text } from "../text/catalogue.ts";
import type { SendReport } from "../transfer/send.ts";
import { TransferCode, verdictText } from "../transfer/verdict.ts";
import type { Cargo, ProgressEvent, Tell } from "./events.ts";
import type { Person } from "./person.ts";
import { failureError, wordsOf } from "./words.ts";

/** A voice note to send. */
export interface VoiceNote {
  readonly path: string;
  /** 0 where nothing here can tell. */
  readonly seconds: number;
  readonly mediaType: string;
}

/** How a transfer is told. */
export interface TransferOptions {
  readonly tell: Tell;
  /** The same for every attempt at one transfer; made where there is none. */
  readonly id?: string | undefined;
  /** Is told of each file that the receiver has whole. */
  readonly onFile?: ((entry: OutgoingEntry, sm3: Uint8Array | undefined) => void) | undefined;
  /** Whether that comes with the SM3 of what was sent, which takes as long as the sending. */
  readonly digests?: boolean;
  readonly ref?: unknown;
  /** Given once it is not wanted any more. */
  readonly signal?: AbortSignal | undefined;
  /** Of files that belong to a group (group/files.ts). */
  readonly mediaType?: string;
}

/** Somebody, or their settings, said no; anything else is a refusal by the program. */
const DECLINED: readonly number[] = [
  TransferCode.declined,
  TransferCode.contactsOnly,
  TransferCode.nobodyToAsk,
  TransferCode.takesNone,
];

/** A peer that has not accepted by then has asked a person, in milliseconds. */
const ACCEPTANCE_MS = 1000;

/** Names of what is sent, as a person would list them: each path that was named, folders with a slash behind. */
export function rootNames({ entries }: Outgoing): string {
  const names: string[] = [];
  for (let i = 0; i < entries.length; i++) {
    const { root, path, folder } = entries.at(i)!;
    if (root === names.length) names.push(folder ? `${path}/` : path);
  }
  return names.join(", ");
}

/**
 * Sends the files and folders that `walkOutgoing` found. Throws when any of it did not arrive; what did arrive stays.
 */
export async function deliverFiles(
  conversation: Conversation,
  peer: Person,
  outgoing: Outgoing,
  options: TransferOptions,
): Promise<void> {
  const { tell, onFile, ref } = options;
  for (const { path, reason } of outgoing.skipped) {
    const skipped = text("talk.not-sent", { path, reason });
    tell({ type: "notice", level: "info", text: skipped });
  }
  const id = options.id ?? newMessageId();
  const name = rootNames(outgoing);
  const { bytes } = outgoing;
  const report = await withProgress(
    { id, peer, what: "files", name, total: bytes },
    tell,
    (progress) =>
      conversation.sendFiles(outgoing, {
        ...{ id, progress, signal: options.signal },
        ...(onFile === undefined ? {} : {
          digests: options.digests ?? false,
          file: (_, index, sm3) => onFile(outgoing.entries.at(index)!, sm3),
        }),
      }, options.mediaType),
  );
  const { resumed } = report;
  if (resumed > 0) {
    const already = text("talk.resumed", { resumed, bytes });
    tell({ type: "notice", level: "info", text: already });
  }
  checkReport(report, name);
  const { length: count } = outgoing.skipped;
  if (count > 0) {
    throw new FailureError("talk.some-not-sent", { count }, {
      hint: text("talk.some-not-sent.hint"),
    });
  }
  tell({ type: "delivered", peer, id, what: "files", stored: true, name, bytes, resumed, ref });
}

/** Sends a voice note. */
export async function deliverVoice(
  conversation: Conversation,
  peer: Person,
  { path, seconds, mediaType }: VoiceNote,
  options: TransferOptions,
): Promise<void> {
  const { tell, ref } = options;
  const { size: bytes } = await Deno.stat(path);
  const id = options.id ?? newMessageId();
  const report = await withProgress(
    { id, peer, what: "voice", name: "", total: bytes },
    tell,
    (progress) => {
      const handlers = { id, progress, signal: options.signal };
      return conversation.sendVoice(path, seconds, { mediaType, handlers });
    },
  );
  checkReport(report, path.slice(path.search(/[^/\\]*$/)));
  tell({ type: "delivered", peer, id, what: "voice", stored: true, bytes, ref });
}

async function withProgress(
  of: { id: string; peer: Person; what: Cargo; name: string; total: number },
  tell: Tell,
  work: (progress: (bytes: number, resumed: number) => void) => Promise<SendReport>,
): Promise<SendReport> {
  const event: Omit<ProgressEvent, "bytes" | "resumed"> = {
    type: "progress",
    direction: "out",
    ...of,
  };
  const { label } = of.peer;
  const awaiting = of.what === "voice"
    ? text("screen.awaiting-voice", { label })
    : text("screen.awaiting", { label, name: of.name });
  // Nothing moves before somebody has said yes: whoever waits for that should know.
  const waiting = setTimeout(
    () => tell({ type: "notice", level: "info", text: awaiting }),
    ACCEPTANCE_MS,
  );
  try {
    return await work((bytes, resumed) => {
      clearTimeout(waiting);
      tell({ ...event, bytes, resumed });
    });
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw sendBroken(error);
  } finally {
    clearTimeout(waiting);
    tell({ type: "progress-over", id: of.id });
  }
}

function sendBroken(error: P2PError): UnreachableError {
  return new UnreachableError("talk.send-broken", { reason: bareReason(error) }, {
    cause: error,
    hint: text("talk.send-broken.hint"),
  });
}

/** Throws when the receiver did not get all of it. */
function checkReport(report: SendReport, name: string): void {
  if (report.refused !== undefined) {
    if (report.refused.code === TransferCode.already) return;
    const { code, reason: words } = report.refused;
    const declined = DECLINED.includes(code);
    const alone = code === TransferCode.declined;
    const reason = alone ? wordsOf(words) : verdictText(report.refused);
    throw new FailureError("talk.send-refused", { name, declined, reason });
  }
  const [first] = report.failures;
  if (first !== undefined) throw failureError("talk.send-failed", first, report.failed - 1);
}
