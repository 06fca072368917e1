/** What is done about what a peer begins: messages are shown, files and voice notes taken or refused. */
import { hex } from "../bytes.ts";
import { FailureError, P2PError } from "../errors.ts";
import { IncomingFiles } from "../files/incoming.ts";
import { bareReason } from "../net/close.ts";
import type { Conversation } from "../net/conversation.ts";
import type { IncomingTransfer } from "../net/conversation-handlers.ts";
import type { StoredRoot } from "../state/message-rows.ts";
import { join, resolve } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import { type Offer, OfferKind } from "../transfer/offers.ts";
import { StreamCode } from "../transfer/stream.ts";
import type { IncomingTarget, ReceivedRoot, ReceiveReport } from "../transfer/target.ts";
import { nextTurn } from "../transfer/turn.ts";
import { TransferCode, type Verdict, verdict } from "../transfer/verdict.ts";
import { begins, comesAgain, type Comings, note, type UnderWay } from "./again.ts";
import { clockOf } from "./clock.ts";
import type { ProgressEvent, TalkEvent, Tell } from "./events.ts";
import type { AcceptPolicy } from "./accept.ts";
import type { GroupArrival } from "./group/arrivals.ts";
import type { GroupName, Person } from "./person.ts";
import type { Questions } from "./questions.ts";
import { failureError } from "./words.ts";

/** Telling of received files gives other work a turn this often, in milliseconds. */
const TURN_MS = 10;

/** Files told before any of them need have been shown. */
const SHOWN_TOGETHER = 64;
/** Files and folders that came together and are stored with their names: of a million the first. */
const MAX_STORED_ROOTS = 1000;

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
  /** A message or file of the peer's has come, perhaps in a group. */
  heard(group?: GroupName): void;
  /** The message to a group that an offer belongs to; a verdict where it is not taken. */
  placeOf(offer: Offer): GroupArrival | Verdict | undefined;
  /** What was stored could not be shown: it counts as new when it comes again. */
  unseen(id: string): void;
  arrived(path: string): void;
  /** A voice note of `from` has come. */
  voice(from: Person, group: GroupName | undefined, path: string, seconds: number): void;
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
  const arrivals = new Map<string, TakenTransfer>();
  const show = (
    { offer }: IncomingTransfer,
    { from, place }: TakenTransfer,
    root: ReceivedRoot,
  ) => {
    host.heard(place?.group);
    if (offer.kind === OfferKind.voice) {
      host.voice(from, place?.group, root.path, offer.milliseconds / 1000);
    } else arrived(from, root, options, host, place?.group);
  };
  conversation.handlers = {
    digests: options.digests,
    message: async ({ id, time, text, after }) => {
      const { fresh, stored } = await host.take({ id, kind: "text", text, written: time, after });
      if (!fresh) return stored;
      host.heard();
      try {
        await host.show({
          type: "message",
          peer,
          id,
          time,
          text,
          stored,
          ...clockOf(conversation),
        });
      } catch (error) {
        host.unseen(id);
        throw error;
      }
      return stored;
    },
    offer: async (transfer) => {
      const place = host.placeOf(transfer.offer);
      if (place !== undefined && "code" in place) return place;
      const from = place?.author ?? peer;
      if (await comesAgain(transfer, from, host)) return verdict(TransferCode.already);
      const refused = await refusal(conversation, from, transfer, options, host);
      if (refused !== undefined) {
        place?.declined();
        return refused;
      }
      const { id, offer } = transfer;
      arrivals.set(id, {
        ...{ from, place, way: begins(transfer, from, host) },
        ...{ roots: [], stored: [], files: 0, bytes: 0, folders: 0, settled: false },
      });
      await place?.begin();
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
      return incoming(from, transfer, place?.folder ?? options.saveDir);
    },
    progress: (transfer, bytes, resumed) => {
      const way = arrivals.get(transfer.id)?.way;
      if (way !== undefined) way.moved = performance.now();
      const known = progress.get(transfer.id);
      if (known !== undefined) tell({ ...known, bytes, resumed });
    },
    received: async (transfer, root) => {
      const arrival = arrivals.get(transfer.id)!;
      const last = isLast(arrival, root, transfer.offer);
      // The sender's receipt, and what is shown here, mean that it is noted, too.
      if (last) {
        await settled(transfer, arrival, host, (root) => show(transfer, arrival, root));
      }
      // What others pass on is shown when it is found to be the author's.
      if (arrival.place?.folder === undefined) show(transfer, arrival, root);
    },
    failed: (error) => tell({ type: "error", error, peer }),
    ended: (transfer, outcome) => {
      const { id, offer } = transfer;
      const arrival = arrivals.get(id);
      arrivals.delete(id);
      const whole = !(outcome instanceof P2PError) && outcome.refused === undefined &&
        outcome.failed === 0;
      if (arrival !== undefined && !arrival.settled) {
        arrival.place?.broken();
        arrival.way?.end(whole);
      }
      if (progress.delete(id)) tell({ type: "progress-over", id });
      const error = problemWith(offer.name, outcome);
      if (error !== undefined) tell({ type: "error", error, peer });
    },
  };
}

/** A transfer that is taken. */
interface TakenTransfer {
  /** Whose it is, whoever sends it. */
  readonly from: Person;
  readonly place: GroupArrival | undefined;
  /** Undefined where it would not be known if it came again. */
  readonly way: UnderWay | undefined;
  /** To be passed on: of files of a group alone. */
  readonly roots: ReceivedRoot[];
  /** What came together, as it is stored. */
  readonly stored: StoredRoot[];
  files: number;
  bytes: number;
  folders: number;
  /** All of it has come, and is noted. */
  settled: boolean;
}

/** Counts a root that has come; whether that is all that was offered, whatever becomes of the connection now. */
function isLast(taken: TakenTransfer, root: ReceivedRoot, offer: Offer): boolean {
  const { name, path } = root;
  if (taken.place !== undefined) taken.roots.push(root);
  else if (taken.stored.length < MAX_STORED_ROOTS) taken.stored.push({ name, path: resolve(path) });
  taken.files += root.files.length;
  taken.bytes += root.files.bytes;
  taken.folders += root.folders;
  return taken.files === offer.files && taken.bytes === offer.bytes &&
    taken.folders === offer.folders && !taken.settled;
}

/** All of a transfer has come: it is noted, and shown now where it was not before. */
async function settled(
  transfer: IncomingTransfer,
  arrival: TakenTransfer,
  host: ServeHost,
  show: (root: ReceivedRoot) => void,
): Promise<void> {
  const { place, roots, stored, way } = arrival;
  arrival.settled = true;
  let whole = false;
  try {
    if (place === undefined) {
      await note(transfer, stored, host);
      whole = true;
      return;
    }
    const placed = await place.whole(roots);
    whole = placed !== undefined;
    if (place.folder !== undefined) { for (const root of placed ?? []) show(root); }
  } finally {
    if (!whole) place?.broken();
    way?.end(whole);
  }
}

function incoming(
  { key }: Person,
  transfer: IncomingTransfer,
  folder: string,
): IncomingTarget {
  return new IncomingFiles(folder, key, () => transfer.cancel(StreamCode.superseded));
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
      if (peer.name !== undefined && peer.certified === undefined) return undefined;
      const { name, files, folders, bytes } = offer;
      const voice = offer.kind === OfferKind.voice;
      const params = { label: peer.label, name, files, folders, bytes, voice };
      tell({ type: "notice", level: "info", text: text("talk.refused-stranger", params) });
      tell({ type: "notice", level: "info", text: text("talk.refused-stranger.hint") });
      return verdict(TransferCode.contactsOnly);
    }
    case "contacts-or-ask":
    case "ask": {
      if (accept !== "ask" && peer.name !== undefined) return undefined;
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
  const shown: Array<Promise<void>> = [];
  for (const { below, size, sm3 } of root.files) {
    const path = join(root.path, ...below);
    const digest = sm3 === undefined ? null : hex(sm3);
    shown.push(show({ type: "file", peer, name: join(top, ...below), path, size, sm3: digest }));
    if (shown.length >= SHOWN_TOGETHER) await Promise.all(shown.splice(0));
    if (performance.now() - begun < TURN_MS) continue;
    await nextTurn();
    begun = performance.now();
  }
  await Promise.all(shown);
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
