/** What a command does about what a peer begins: shows messages, takes or refuses files, plays voice. */
import { FailureError, P2PError } from "../../lib/errors.ts";
import { bareReason } from "../../lib/net/close.ts";
import type { Conversation, IncomingTransfer } from "../../lib/net/conversation.ts";
import { IncomingFiles } from "../../lib/files/incoming.ts";
import { formatDuration, formatSize } from "../../lib/text/format.ts";
import { safeText } from "../../lib/text/safe.ts";
import { OfferKind, TransferCode, type Verdict } from "../../lib/transfer/offers.ts";
import { StreamCode } from "../../lib/transfer/stream.ts";
import type { IncomingTarget, ReceiveReport } from "../../lib/transfer/target.ts";
import type { Face, Movement } from "./face.ts";
import type { Person } from "./person.ts";
import { tellSilence } from "./silence.ts";

/** Whose files are taken. */
export type AcceptPolicy = "ask" | "contacts" | "all";

/** How to receive. */
export interface AttendOptions {
  readonly face: Face;
  readonly accept: AcceptPolicy;
  readonly saveDir: string;
  readonly play: boolean;
  /** Keep received voice notes encrypted to this key, the own one. */
  readonly keepFor?: Uint8Array | undefined;
  /** A peer was heard: it connected, or wrote. */
  readonly heard?: (conversation: Conversation, person: Person) => void;
  /** A file has come (for `/reveal`). */
  readonly arrived?: (path: string) => void;
}

/** Sets the handlers of a conversation. */
export function attend(conversation: Conversation, person: Person, options: AttendOptions): void {
  const { face } = options;
  const movements = new Map<string, Movement>();
  conversation.handlers = {
    message: async (message) => {
      options.heard?.(conversation, person);
      await face.message(person, message);
    },
    offer: async (transfer) => {
      const decision = await decide(conversation, person, transfer, options);
      if (!("code" in decision)) {
        const label = `receiving ${safeText(transfer.offer.name)}`;
        movements.set(transfer.id, { id: transfer.id, label, total: transfer.offer.bytes });
      }
      return decision;
    },
    progress: ({ id }, bytes, resumed) => {
      const movement = movements.get(id);
      if (movement !== undefined) face.progress(movement, bytes, resumed);
    },
    received: (transfer, root) => {
      options.heard?.(conversation, person);
      if (transfer.offer.kind === OfferKind.voice) {
        takeVoice(person, root.path, transfer.offer.milliseconds / 1000, options);
        return;
      }
      void face.received(person, root);
      options.arrived?.(root.path);
    },
    silence: tellSilence(person, face),
    ended: ({ id, offer }, outcome) => {
      const movement = movements.get(id);
      movements.delete(id);
      if (movement !== undefined) face.progressEnd(movement);
      const problem = problemOf(offer.name, outcome);
      if (problem !== undefined) face.problem(problem);
    },
  };
}

async function decide(
  conversation: Conversation,
  person: Person,
  transfer: IncomingTransfer,
  options: AttendOptions,
): Promise<IncomingTarget | Verdict> {
  const refused = await refusal(person, transfer, options);
  if (refused !== undefined) {
    return { code: TransferCode.declined, reason: refused };
  }
  return new IncomingFiles(
    options.saveDir,
    conversation.key,
    () => transfer.cancel(StreamCode.superseded),
  );
}

/** Why the files are not taken, in words for the sender; undefined when they are. */
async function refusal(
  person: Person,
  { offer }: IncomingTransfer,
  { face, accept }: AttendOptions,
): Promise<string | undefined> {
  if (accept === "all") return undefined;
  const what = offer.kind === OfferKind.voice
    ? `a voice note of ${formatDuration(offer.milliseconds / 1000)}`
    : offerText(offer.name, offer.files, offer.folders);
  const size = formatSize(offer.bytes);
  if (accept === "contacts") {
    if (person.name !== undefined) return undefined;
    face.say(`refused ${what} (${size}) from ${person.label}, who is not a contact`);
    face.say("  to take files from everybody: --accept all");
    return "files are taken from contacts only here";
  }
  const answer = face.ask(`take ${what} (${size}) from ${person.label}?`);
  if (answer === undefined) return "there is nobody to ask here";
  return await answer ? undefined : "declined";
}

function offerText(name: string, files: number, folders: number): string {
  const shown = safeText(name);
  if (files + folders === 1) return shown;
  return `${shown}${folders > 0 ? "/" : ""} (${files} files in all)`;
}

function problemOf(name: string, outcome: ReceiveReport | P2PError): P2PError | undefined {
  if (outcome instanceof P2PError) {
    const reason = safeText(bareReason(outcome));
    return new FailureError(`receive ${safeText(name)}: ${reason}`, {
      hint: "what came so far is kept: sending it again goes on from there",
    });
  }
  const [first, ...more] = outcome.failures;
  if (first === undefined) return undefined;
  const others = more.length === 0 ? "" : `, and ${more.length} more`;
  return new FailureError(
    `receive ${safeText(first.path)}: ${safeText(first.reason)}${others}`,
  );
}

/** Voice notes that are being looked into, shown or played. */
const voices = new Set<Promise<void>>();

function takeVoice(person: Person, path: string, seconds: number, options: AttendOptions): void {
  const { face, play, keepFor } = options;
  const shown = !face.pictures && keepFor === undefined;
  if (shown) void face.voice(person, { path, seconds, waveform: undefined });
  const work = import("./received-voice.ts")
    .then(({ receiveVoice }) => receiveVoice(person, path, seconds, { face, play, keepFor, shown }))
    .finally(() => voices.delete(work));
  voices.add(work);
}

/** Resolves when nothing is being played any more. */
export async function playedOut(): Promise<void> {
  while (voices.size > 0) await Promise.all(voices);
}
