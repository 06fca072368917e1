/** What is done about what a peer begins: messages are shown, files and voice notes taken or refused. */
import { hex } from "../bytes.ts";
import { FailureError, P2PError } from "../errors.ts";
import { IncomingFiles } from "../files/incoming.ts";
import { bareReason } from "../net/close.ts";
import type { Conversation } from "../net/conversation.ts";
import type { IncomingTransfer } from "../net/conversation-handlers.ts";
import { join } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import { type Offer, OfferKind } from "../transfer/offers.ts";
import { StreamCode } from "../transfer/stream.ts";
import type { IncomingTarget, ReceivedRoot, ReceiveReport } from "../transfer/target.ts";
import { nextTurn } from "../transfer/turn.ts";
import { TransferCode, type Verdict, verdict } from "../transfer/verdict.ts";
import { begins, comesAgain, type Comings, finish, moves, note } from "./again.ts";
import type { ProgressEvent, TalkEvent, Tell } from "./events.ts";
import type { GroupName, Person } from "./person.ts";
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
export interface ServeHost extends Comings {
  readonly tell: Tell;
  /** Resolves when the event has been shown. */
  readonly show: (event: TalkEvent) => Promise<void>;
  readonly questions: Questions;
  /** A message or file of the peer's has come. */
  heard(): void;
  /** The group that files belong to. */
  groupOf(offer: Offer): GroupName | undefined;
  /** What was stored could not be shown: it counts as new when it comes again. */
  unseen(id: string): void;
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
  const arrivals = new Map<string, ReceivedRoot>();
  conversation.handlers = {
    digests: options.digests,
    message: async ({ id, time, text, after }) => {
      const { fresh, stored } = await host.take({ id, kind: "text", text, written: time, after });
      if (!fresh) return stored;
      host.heard();
      try {
        await host.show({ type: "message", peer, id, time, text, ...clockOf(conversation) });
      } catch (error) {
        host.unseen(id);
        throw error;
      }
      return stored;
    },
    offer: async (transfer) => {
      if (await comesAgain(transfer, peer, host)) return verdict(TransferCode.already);
      const refused = await refusal(conversation, peer, transfer, options, host);
      if (refused !== undefined) return refused;
      begins(transfer, peer, host);
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
    progress: (transfer, bytes, resumed) => {
      moves(transfer, peer, host);
      const known = progress.get(transfer.id);
      if (known !== undefined) tell({ ...known, bytes, resumed });
    },
    received: (transfer, root) => {
      host.heard();
      arrivals.set(transfer.id, root);
      if (transfer.offer.kind === OfferKind.voice) {
        host.voice(root.path, transfer.offer.milliseconds / 1000);
      } else arrived(peer, root, options, host, host.groupOf(transfer.offer));
    },
    silence: (silent) => tell({ type: silent ? "silent" : "answering", peer }),
    failed: (error) => tell({ type: "error", error, peer }),
    ended: (transfer, outcome) => {
      const { id, offer } = transfer;
      const root = arrivals.get(id);
      arrivals.delete(id);
      const whole = !(outcome instanceof P2PError) && outcome.refused === undefined &&
        outcome.failed === 0;
      if (root !== undefined && whole) host.inTurn(() => note(transfer, root, host));
      finish(transfer, whole);
      if (progress.delete(id)) tell({ type: "progress-over", id });
      const error = problemWith(offer.name, outcome);
      if (error !== undefined) tell({ type: "error", error, peer });
    },
  };
}

/** A clock that is off by more than this is marked, in milliseconds. */
const CLOCK_OFF_MS = 120_000;

/** How far a peer's clock is off, where that is worth a word. */
export function clockOf({ clockAhead }: Conversation): { readonly clockAhead?: number } {
  return clockAhead === undefined || Math.abs(clockAhead) < CLOCK_OFF_MS ? {} : { clockAhead };
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
  group: GroupName | undefined,
): void {
  const { path, folder, files } = root;
  const { length, bytes } = files;
  const place = group === undefined ? {} : { group };
  host.tell({ type: "received", peer, path, folder, files: length, bytes, ...place });
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
