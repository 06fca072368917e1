/** What is done about what a peer begins: messages are shown, files and voice notes taken or refused. */
import { hex } from "../bytes.ts";
import { FailureError, P2PError } from "../errors.ts";
import { IncomingFiles } from "../files/incoming.ts";
import { bareReason } from "../net/close.ts";
import type { Conversation, IncomingTransfer } from "../net/conversation.ts";
import { join } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import type { Message } from "../transfer/messages.ts";
import { OfferKind } from "../transfer/offers.ts";
import { StreamCode } from "../transfer/stream.ts";
import type { IncomingTarget, ReceivedRoot, ReceiveReport } from "../transfer/target.ts";
import { nextTurn } from "../transfer/turn.ts";
import { TransferCode, type Verdict, verdict } from "../transfer/verdict.ts";
import type { ProgressEvent, TalkEvent, Tell } from "./events.ts";
import type { Person } from "./person.ts";
import type { Questions } from "./questions.ts";
import { failureError } from "./words.ts";

/** Whose files are taken. */
export type AcceptPolicy = "ask" | "contacts" | "all";

/** Telling of received files gives other work a turn this often, in milliseconds. */
const TURN_MS = 10;

/** How to receive. */
export interface ServeOptions {
  readonly accept: AcceptPolicy;
  readonly saveDir: string;
  /** Tell each file with its SM3, as programs want it. */
  readonly digests: boolean;
}

/** What serving needs of the application. */
export interface ServeHost {
  readonly tell: Tell;
  /** Resolves when the event has been shown. */
  readonly show: (event: TalkEvent) => Promise<void>;
  readonly questions: Questions;
  /** A message or file of the peer's has come. */
  heard(): void;
  /** Whether the message is a new one; false when it was taken before and only its receipt got lost. */
  fresh(id: string): boolean;
  /** The message was shown: stores it. Its receipt follows. */
  taken(message: Message): Promise<void>;
  arrived(path: string): void;
  voice(path: string, seconds: number): void;
  /** Work whose events must be out before the conversation's end is told. */
  inTurn(work: () => Promise<void>): void;
}

/** Serves one conversation: sets its handlers. */
export function serve(
  conversation: Conversation,
  peer: Person,
  options: ServeOptions,
  host: ServeHost,
): void {
  const { tell } = host;
  const progress = new Map<string, Omit<ProgressEvent, "bytes" | "resumed">>();
  conversation.handlers = {
    digests: options.digests,
    message: async (message) => {
      const { id, time, text } = message;
      if (!host.fresh(id)) return;
      host.heard();
      await host.show({ type: "message", peer, id, time, text });
      await host.taken(message);
    },
    offer: async (transfer) => {
      const refused = await refusal(conversation, peer, transfer, options, host);
      if (refused !== undefined) return refused;
      const { id, offer } = transfer;
      const what = offer.kind === OfferKind.voice ? "voice" : "files";
      progress.set(id, {
        type: "progress",
        id,
        peer,
        direction: "in",
        what,
        name: offer.name,
        total: offer.bytes,
      });
      return incoming(conversation, transfer, options);
    },
    progress: ({ id }, bytes, resumed) => {
      const known = progress.get(id);
      if (known !== undefined) tell({ ...known, bytes, resumed });
    },
    received: (transfer, root) => {
      host.heard();
      if (transfer.offer.kind === OfferKind.voice) {
        host.voice(root.path, transfer.offer.milliseconds / 1000);
      } else arrived(peer, root, options, host);
    },
    silence: (silent) => tell({ type: silent ? "silent" : "answering", peer }),
    failed: (error) => tell({ type: "error", error, peer }),
    ended: ({ id, offer }, outcome) => {
      if (progress.delete(id)) tell({ type: "progress-over", id });
      const error = problemWith(offer.name, outcome);
      if (error !== undefined) tell({ type: "error", error, peer });
    },
  };
}

function incoming(
  conversation: Conversation,
  transfer: IncomingTransfer,
  { saveDir }: ServeOptions,
): IncomingTarget {
  return new IncomingFiles(
    saveDir,
    conversation.key,
    () => transfer.cancel(StreamCode.superseded),
  );
}

/** Why the files are not taken, for the sender; undefined when they are. */
async function refusal(
  conversation: Conversation,
  peer: Person,
  { id, offer }: IncomingTransfer,
  { accept }: ServeOptions,
  { tell, questions }: ServeHost,
): Promise<Verdict | undefined> {
  switch (accept) {
    case "all":
      return undefined;
    case "contacts": {
      if (peer.name !== undefined) return undefined;
      const { name, files, folders, bytes } = offer;
      const voice = offer.kind === OfferKind.voice;
      const params = { label: peer.label, name, files, folders, bytes, voice };
      tell({ type: "notice", level: "info", text: text("talk.refused-stranger", params) });
      tell({ type: "notice", level: "info", text: text("talk.refused-stranger.hint") });
      return verdict(TransferCode.contactsOnly);
    }
    case "ask": {
      const yes = await questions.ask(id, peer, offer, conversation.closed);
      return yes ? undefined : verdict(TransferCode.declined);
    }
  }
}

/** A file or folder has come. Whatever happens to it afterwards is an event, never an exception. */
function arrived(
  peer: Person,
  root: ReceivedRoot,
  { digests }: ServeOptions,
  host: ServeHost,
): void {
  const { path, folder, files } = root;
  const { length, bytes } = files;
  host.tell({ type: "received", peer, path, folder, files: length, bytes });
  host.arrived(path);
  if (digests) host.inTurn(() => tellFiles(peer, root, host));
}

async function tellFiles(
  peer: Person,
  root: ReceivedRoot,
  { show }: ServeHost,
): Promise<void> {
  const top = root.path.slice(root.path.search(/[^/\\]*$/));
  let begun = performance.now();
  for (const { below, size, sm3 } of root.files) {
    const path = join(root.path, ...below);
    const digest = sm3 === undefined ? null : hex(sm3);
    await show({ type: "file", peer, name: join(top, ...below), path, size, sm3: digest });
    if (performance.now() - begun < TURN_MS) continue;
    await nextTurn();
    begun = performance.now();
  }
}

function problemWith(name: string, outcome: ReceiveReport | P2PError): P2PError | undefined {
  if (outcome instanceof P2PError) {
    return new FailureError("talk.receive-broken", { name, reason: bareReason(outcome) }, {
      hint: text("talk.receive-broken.hint"),
      cause: outcome,
    });
  }
  const [first] = outcome.failures;
  const more = outcome.failed - 1;
  return first === undefined ? undefined : failureError("talk.receive-failed", first, more);
}
