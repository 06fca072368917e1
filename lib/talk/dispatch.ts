/**
 * What goes out to peers: texts, files and voice notes. Each is put in the outbox before it is sent, and leaves it when
 * the peer has it; what waits goes out in the order it was written, as soon as the peer is there. States only move
 * forward, and each is told: waiting, sent, delivered, failed, cancelled (docs/protocol.md, "Conversation streams").
 */
import { type Bytes, utf8 } from "../bytes.ts";
import { FailureError, LimitError, type P2PError } from "../errors.ts";
import { settle } from "../settle.ts";
import { type Outgoing, walkOutgoing } from "../files/outgoing.ts";
import { newMessageId } from "../net/message-stream.ts";
import { movedPaths } from "../state/copies.ts";
import { basename, resolve } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import { MAX_TEXT_BYTES } from "../transfer/records.ts";
import { deliverFiles, deliverVoice, rootNames, type VoiceNote } from "./delivery.ts";
import { problemOf } from "./events.ts";
import type { DispatchHost, SendOptions } from "./dispatch-host.ts";
import { type HeldItem, HeldItems } from "./held.ts";
import { canWait, cargoOf, excerpt, notConnected, refOf } from "./outgoing-item.ts";
import { OutboxWriter } from "./outbox-writer.ts";
import type { Partner } from "./partners.ts";
import type { Person } from "./person.ts";

/** What waits behind a file or voice note goes on without it after this long: a large one holds up no text. */
const LEAD_MS = 2000;

/** Texts on their way at once to one peer. */
const WINDOW = 1024;

/** One attempt at an item. */
interface DeliveryAttempt {
  readonly partner: Partner | undefined;
  /** Whether any attempt at it succeeded. */
  readonly delivered: { yes: boolean };
  work: Promise<P2PError | undefined>;
}

/** See above. */
export class Dispatch {
  readonly #host: DispatchHost;
  /** Puts in the outbox what goes out when the peer appears. */
  readonly later: OutboxWriter;
  readonly #held = new HeldItems();
  /** What is being sent, by id: the latest attempt. */
  readonly #onTheWay = new Map<string, DeliveryAttempt>();
  /** Who is being served what waited, by key; whether somebody has connected meanwhile. */
  readonly #flushing = new Map<string, { again: boolean; work: Promise<unknown> }>();
  /** Items that are put behind what waits, and who wants to know what becomes of them. */
  readonly #behind = new Map<string, (error: P2PError | undefined) => void>();
  /** References of callers, for what goes out later. */
  readonly #refs = new Map<string, unknown>();

  #leaving = false;

  constructor(host: DispatchHost) {
    this.#host = host;
    this.later = new OutboxWriter(host);
  }

  /** Sends a text and tells what becomes of it. Answers why it was not delivered; undefined when it was. */
  async sendText(
    peer: Person,
    words: string,
    { ref, id = newMessageId(), time = Date.now(), call, stored }: SendOptions = {},
  ): Promise<P2PError | undefined> {
    const item = this.later.item(peer.key, { id, kind: "text", text: words, written: time, ref });
    const bytes = utf8(words).length;
    if (bytes > MAX_TEXT_BYTES) {
      const error = new LimitError("transfer.text-length", { bytes, most: MAX_TEXT_BYTES }, {
        hint: text("transfer.text-length.hint"),
      });
      return this.#fail(peer, item, error);
    }
    return await this.#begin(peer, item, call, stored);
  }

  /** Sends files and folders likewise. */
  async sendFiles(
    peer: Person,
    paths: readonly string[],
    { ref, id = newMessageId(), call }: SendOptions = {},
  ): Promise<P2PError | undefined> {
    const outgoing = await walkOutgoing(paths);
    const item = this.later.item(peer.key, {
      ...{ id, kind: "file", text: rootNames(outgoing), written: Date.now(), ref, outgoing },
      paths: paths.map((path) => resolve(path)),
    });
    return await this.#begin(peer, item, call);
  }

  /** Sends a voice note likewise; the file may be gone afterwards. */
  async sendVoice(
    peer: Person,
    { path, seconds, mediaType }: VoiceNote,
    { ref, id = newMessageId(), call }: SendOptions = {},
  ): Promise<P2PError | undefined> {
    const { archive, cargo, keep } = this.#host;
    const kept = archive.lasts && keep !== false ? await cargo.keep(path, id) : path;
    const item = this.later.item(peer.key, {
      ...{ id, kind: "voice", text: basename(path), written: Date.now(), ref },
      ...{ seconds, mediaType, paths: [kept] },
    });
    return await this.#begin(peer, item, call);
  }

  /** Stores an item and sends it, behind what waits already. */
  async #begin(
    peer: Person,
    item: HeldItem,
    call?: () => Promise<unknown>,
    whenStored?: () => void,
  ): Promise<P2PError | undefined> {
    const moves = this.#host.archive.moves(item);
    const stored = this.#host.archive.written(item);
    if (stored && moves.length > 0) {
      item = { ...item, paths: movedPaths(item.paths, moves), outgoing: undefined };
    }
    if (stored) whenStored?.();
    if (stored && item.ref !== undefined) this.#refs.set(item.id, item.ref);
    const away = call !== undefined && this.#route(peer, item) === undefined;
    if (stored && (away || item.kind === "text" && this.#flushing.has(peer.keyText))) {
      const { promise, resolve } = Promise.withResolvers<P2PError | undefined>();
      this.#behind.set(item.id, resolve);
      // Once somebody answers, it goes out with all that waits.
      const answered = () => this.#unanswered(peer, item, notConnected(peer));
      if (away) call().then(answered, (error) => this.#unanswered(peer, item, error));
      return await promise;
    }
    if (away) await call().catch(() => undefined);
    return await this.#send(peer, item);
  }

  /** A call is over: what cannot go out waits on. */
  #unanswered(peer: Person, item: HeldItem, cause: unknown): void {
    const resolve = this.#behind.get(item.id);
    if (resolve === undefined || this.#route(peer, item) !== undefined) return;
    this.#behind.delete(item.id);
    const error = problemOf(text("conversation.send-message"), cause);
    resolve(this.#tellWaiting(peer, item, error));
  }

  /** Sends what waits for the peer, in order. It is there, perhaps by another connection than before. */
  flush(peer: Person): void {
    const flushing = this.#flushing.get(peer.keyText);
    // What is on its way by an older connection, which may be dead, goes by the new one too: it is shown once.
    if (flushing !== undefined) {
      flushing.again = true;
      for (const item of this.#waitingFor(peer)) {
        if (item.kind === "text") {
          settle(this.#send(peer, item), (error) => this.#problem(peer, error));
        }
      }
      return;
    }
    const begun = { again: false, work: Promise.resolve() };
    this.#flushing.set(peer.keyText, begun);
    begun.work = this.#flush(peer).finally(() => {
      this.#flushing.delete(peer.keyText);
      this.#giveBack(peer);
    }).catch((error) => this.#problem(peer, error));
  }

  #problem(peer: Person, cause: unknown): void {
    const error = problemOf(text("conversation.send-message"), cause);
    this.#host.tell({ type: "error", error, peer });
  }

  async #flush(peer: Person): Promise<void> {
    const tried = new Set<string>();
    /** The file or note before: they go one after the other. */
    let before: Promise<unknown> = Promise.resolve();
    const texts = new Set<Promise<unknown>>();
    for (;;) {
      const waiting = this.#waitingFor(peer).filter(({ id }) => !tried.has(id));
      if (waiting.length === 0) {
        const flushing = this.#flushing.get(peer.keyText)!;
        if (!flushing.again) break;
        flushing.again = false;
        tried.clear();
        continue;
      }
      for (const item of waiting) {
        if (this.#route(peer, item) === undefined) return;
        tried.add(item.id);
        if (item.kind === "text") {
          const sent = this.#send(peer, item).finally(() => texts.delete(sent));
          texts.add(sent);
          if (texts.size >= WINDOW) await Promise.race(texts);
          continue;
        }
        const sent = before.then(() => this.#sendIfWanted(peer, item));
        before = sent;
        let timer: ReturnType<typeof setTimeout> | undefined;
        const lead = new Promise<void>((go) => timer = setTimeout(go, LEAD_MS));
        await Promise.race([sent, lead]);
        clearTimeout(timer);
      }
      if (texts.size > 0) await Promise.all(texts);
    }
    await before;
  }

  #waitingFor(peer: Person): HeldItem[] {
    const stored = this.#host.archive.pending(peer.key).map((entry) => ({
      ...entry,
      ref: this.#refs.get(entry.id),
    }));
    return [...stored, ...this.#held.take(peer.keyText)]
      .filter((item) => !this.#isOnTheWay(peer, item));
  }

  /** Whether it is being sent by the connection that there is now; files and notes: by any. */
  #isOnTheWay(peer: Person, item: HeldItem): boolean {
    const attempt = this.#onTheWay.get(item.id);
    if (attempt === undefined) return false;
    return item.kind !== "text" || attempt.partner === this.#route(peer, item);
  }

  async #sendIfWanted(peer: Person, item: HeldItem): Promise<void> {
    const { archive } = this.#host;
    archive.settle();
    if (archive.lasts && !archive.waits(item.id, peer.key)) return;
    await this.#send(peer, item);
  }

  /** What was put behind and did not get its turn: it waits on. */
  #giveBack(peer: Person): void {
    for (const item of this.#waitingFor(peer)) {
      const resolve = this.#behind.get(item.id);
      if (resolve === undefined) continue;
      if (this.#route(peer, item) !== undefined) {
        settle(this.#send(peer, item), (error) => this.#problem(peer, error));
      } else {
        this.#behind.delete(item.id);
        resolve(this.#tellWaiting(peer, item, notConnected(peer)));
      }
    }
  }

  #route(peer: Person, { kind }: HeldItem): Partner | undefined {
    const { partners } = this.#host;
    const route = partners.route(peer.keyText);
    return kind === "text" ? route : route ?? partners.anyOf(peer.keyText);
  }

  /** Tries to deliver an item; answers why not. One attempt at a time for each connection. */
  #send(peer: Person, item: HeldItem): Promise<P2PError | undefined> {
    const before = this.#onTheWay.get(item.id);
    if (before !== undefined && this.#isOnTheWay(peer, item)) return before.work;
    const attempt: DeliveryAttempt = {
      partner: this.#route(peer, item),
      delivered: before?.delivered ?? { yes: false },
      work: Promise.resolve(undefined),
    };
    this.#onTheWay.set(item.id, attempt);
    attempt.work = this.#attempt(peer, item, attempt).then((error) => {
      // A newer attempt knows better.
      const latest = this.#onTheWay.get(item.id);
      if (latest !== attempt && latest !== undefined) return latest.work;
      this.#onTheWay.delete(item.id);
      this.#behind.get(item.id)?.(error);
      this.#behind.delete(item.id);
      return error;
    });
    return attempt.work;
  }

  async #attempt(
    peer: Person,
    item: HeldItem,
    attempt: DeliveryAttempt,
  ): Promise<P2PError | undefined> {
    const { partner, delivered } = attempt;
    if (partner === undefined) return this.#tellWaiting(peer, item, notConnected(peer));
    try {
      if (item.kind === "text") await this.#deliverText(partner, item, delivered);
      else await this.#deliverCargo(partner, item);
      this.#over(item);
      return undefined;
    } catch (cause) {
      const what = item.kind === "text" ? "conversation.send-message" : "conversation.send-files";
      const error = problemOf(text(what), cause);
      if (delivered.yes) return undefined;
      if (this.#onTheWay.get(item.id) !== attempt) return error;
      return canWait(item, error)
        ? this.#tellWaiting(peer, item, error)
        : this.#fail(peer, item, error);
    }
  }

  async #deliverText(
    { conversation, person: peer }: Partner,
    item: HeldItem,
    once: { yes: boolean },
  ): Promise<void> {
    const { archive, tell } = this.#host;
    const { id, written: time, text: words, after, ref } = item;
    const { delivered } = conversation.sendMessage(words, { id, time, after });
    const known = ref === undefined ? {} : { ref };
    tell({ type: "sent", peer, id, what: "message", time, text: words, ...known });
    archive.advance(id, peer.key, "sent");
    const { stored } = await delivered;
    if (once.yes) return;
    once.yes = true;
    archive.advance(id, peer.key, "delivered");
    tell({ type: "delivered", peer, id, what: "message", stored, ...known });
  }

  async #deliverCargo({ conversation, person: peer }: Partner, item: HeldItem): Promise<void> {
    const { archive, cargo, tell } = this.#host;
    const { id, ref, paths, seconds = 0, mediaType = "", written: time } = item;
    const what = cargoOf(item);
    tell({ type: "sent", peer, id, what, time, text: item.text, ...refOf(ref) });
    archive.advance(id, peer.key, "sent");
    const options = { id, tell, ...refOf(ref) };
    if (item.kind === "file") {
      const outgoing: Outgoing = item.outgoing ?? await walkOutgoing(paths);
      await deliverFiles(conversation, peer, outgoing, options);
    } else {
      await cargo.open(
        paths[0]!,
        item.text,
        (path) => deliverVoice(conversation, peer, { path, seconds, mediaType }, options),
      );
    }
    archive.advance(id, peer.key, "delivered");
  }

  /** It was not delivered now: it waits, or there is nowhere to keep it. */
  #tellWaiting(peer: Person, item: HeldItem, error: P2PError): P2PError {
    const { archive, keep, tell } = this.#host;
    if (keep === false) return this.#fail(peer, item, error);
    archive.settle();
    const kept = archive.lasts
      ? archive.waits(item.id, peer.key)
      : keep === true && this.#held.keep(peer.keyText, item);
    if (!kept) return this.#fail(peer, item, error);
    const { id, text: words, ref } = item;
    const what = item.kind === "text" ? "message" : cargoOf(item);
    if (this.#leaving) return error;
    tell({ type: "waiting", peer, id, what, text: excerpt(words), error, ...refOf(ref) });
    return error;
  }

  #fail(peer: Person, item: HeldItem, error: P2PError): P2PError {
    const { id, text: words, ref } = item;
    this.#host.archive.advance(id, peer.key, "failed", error.code);
    this.#over(item);
    const what = item.kind === "text" ? "message" : cargoOf(item);
    this.#host.tell({
      ...{ type: "failed", peer, id, what, text: excerpt(words), error },
      ...refOf(ref),
    });
    return error;
  }

  #over(item: HeldItem): void {
    this.#refs.delete(item.id);
    if (item.kind === "voice") this.#host.cargo.forget(item.paths);
    this.#host.archive.forget(item.paths);
  }

  /** The program leaves: what is on its way and waits on is no news any more. */
  leave(): void {
    this.#leaving = true;
  }

  /** The conversations are over: resolves when nothing that was under way uses what is remembered any more. */
  async over(): Promise<void> {
    const flushing = [...this.#flushing.values()].map(({ work }) => work);
    const sending = [...this.#onTheWay.values()].map(({ work }) => work);
    await Promise.allSettled([...flushing, ...sending]);
  }

  /** Resolves when nothing that waited is being sent any more, at most `milliseconds` later. */
  async settled(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (this.#flushing.size > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Tells what has waited too long, and was given up; `who` names the recipients. */
  expire(who: (key: Bytes) => Person): void {
    for (const entry of this.#host.archive.expire()) {
      this.#over(entry);
      const { id, text: words } = entry;
      const what = entry.kind === "text" ? "message" : cargoOf(entry);
      const error = new FailureError("talk.expired", {});
      this.#host.tell({
        ...{ type: "failed", peer: who(entry.to), id, what, text: excerpt(words), error },
        ...refOf(this.#refs.get(id)),
      });
    }
  }
}
