/**
 * What goes out to peers: texts, files and voice notes. Each is put in the outbox before it is sent, and leaves it when
 * the peer has it; what waits goes out in the order it was written, as soon as the peer is there. States only move
 * forward, and each is told: waiting, sent, delivered, failed, cancelled (docs/protocol.md, "Conversation streams").
 */
import type { Bytes } from "../bytes.ts";
import { encodePublicKeyText } from "../crypto/keys/text.ts";
import { FailureError, type P2PError } from "../errors.ts";
import { settle } from "../system/settle.ts";
import { walkOutgoing } from "../files/outgoing.ts";
import { newMessageId } from "../net/message-stream.ts";
import { movedPaths } from "../state/copies.ts";
import type { OutboxEntry } from "../state/outbox.ts";
import { basename, resolve } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import { Signal } from "../transfer/signal.ts";
import { rootNames, type VoiceNote } from "./delivery.ts";
import { problemOf, type Undelivered } from "./events.ts";
import type { DispatchHost, Flushing, SendOptions } from "./dispatch-host.ts";
import { attemptCargo, attemptText, type DeliveryAttempt, Successes } from "./attempt.ts";
import { type HeldItem, HeldItems } from "./held.ts";
import { canWait, cargoOf, excerpt, notConnected, refOf, textTooLong } from "./outgoing-item.ts";
import { OutboxWriter } from "./outbox-writer.ts";
import type { Partner } from "./partners.ts";
import type { Person } from "./person.ts";
import { TextRoutes } from "./text-routes.ts";

/** What waits behind a file or voice note goes on without it after this long: a large one holds up no text. */
const LEAD_MS = 2000;

/** Texts on their way at once to one peer. */
const WINDOW = 1024;

/** See above. */
export class Dispatch {
  readonly #host: DispatchHost;
  /** Puts in the outbox what goes out when the peer appears. */
  readonly later: OutboxWriter;
  readonly #held = new HeldItems();
  readonly #routes: TextRoutes;
  /** What is being sent, by id: the latest attempt. */
  readonly #onTheWay = new Map<string, DeliveryAttempt>();
  readonly #successes = new Successes();
  /** Who is being served what waited, by key. */
  readonly #flushing = new Map<string, Flushing>();
  /** Items that are put behind what waits, and who wants to know what becomes of them. */
  readonly #behind = new Map<string, (error: P2PError | undefined) => void>();
  /** References of callers, for what goes out later. */
  readonly #refs = new Map<string, unknown>();

  #leaving = false;

  constructor(host: DispatchHost) {
    this.#host = host;
    this.later = new OutboxWriter(host);
    this.#routes = new TextRoutes(host.partners);
  }

  /** Sends a text and tells what becomes of it. Answers why it was not delivered; undefined when it was. */
  async sendText(
    peer: Person,
    words: string,
    { ref, id = newMessageId(), time: written = Date.now(), again, ...options }: SendOptions = {},
  ): Promise<P2PError | undefined> {
    const own = { id, kind: "text", text: words, written, ref, ...again } as const;
    const item = this.later.item(peer.key, own);
    const tooLong = textTooLong(words);
    if (tooLong !== undefined) return this.#fail(peer, item, tooLong);
    return await this.#begin(peer, item, options, again !== undefined);
  }

  /** Sends files and folders likewise. */
  async sendFiles(
    peer: Person,
    paths: readonly string[],
    { ref, id = newMessageId(), ...options }: SendOptions = {},
  ): Promise<P2PError | undefined> {
    const outgoing = await walkOutgoing(paths);
    const item = this.later.item(peer.key, {
      ...{ id, kind: "file", text: rootNames(outgoing), written: Date.now(), ref, outgoing },
      paths: paths.map((path) => resolve(path)),
    });
    return await this.#begin(peer, item, options);
  }

  /** Sends a voice note likewise; the file may be gone afterwards. */
  async sendVoice(
    peer: Person,
    { path, seconds, mediaType }: VoiceNote,
    { ref, id = newMessageId(), ...options }: SendOptions = {},
  ): Promise<P2PError | undefined> {
    const { archive, cargo, keep } = this.#host;
    const kept = archive.lasts && keep !== false ? await cargo.keep(path, id) : path;
    const item = this.later.item(peer.key, {
      ...{ id, kind: "voice", text: basename(path), written: Date.now(), ref },
      ...{ seconds, mediaType, paths: [kept] },
    });
    return await this.#begin(peer, item, options);
  }

  /** Stores an item and sends it, behind what waits already. */
  async #begin(
    peer: Person,
    item: HeldItem,
    { call, stored: whenStored }: SendOptions,
    again = false,
  ): Promise<P2PError | undefined> {
    const { archive } = this.#host;
    const moves = archive.moves(item);
    const stored = again ? archive.again(item) : archive.written(item);
    if (stored && moves.length > 0) {
      item = { ...item, paths: movedPaths(item.paths, moves), outgoing: undefined };
    }
    if (stored) whenStored?.();
    if (stored && item.ref !== undefined) this.#refs.set(item.id, item.ref);
    const away = call !== undefined && this.#route(peer, item) === undefined;
    const waits = stored || item.kind === "text" && this.#hold(peer, item);
    if (waits && (away || item.kind === "text" && this.#flushing.has(peer.keyText))) {
      const { promise, resolve } = Promise.withResolvers<P2PError | undefined>();
      this.#behind.set(item.id, resolve);
      this.#flushing.get(peer.keyText)?.more.notify();
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
    this.#routes.renew(peer.keyText);
    const flushing = this.#flushing.get(peer.keyText);
    // What is on its way by an older connection, which may be dead, goes by the new one too: it is shown once.
    if (flushing !== undefined) {
      flushing.again = true;
      flushing.more.notify();
      for (const item of this.#waitingFor(peer)) {
        if (item.kind === "text") {
          settle(this.#send(peer, item), (error) => this.#problem(peer, error));
        }
      }
      return;
    }
    const begun: Flushing = {
      ...{ again: false, over: new Set(), more: new Signal() },
      work: Promise.resolve(),
    };
    this.#flushing.set(peer.keyText, begun);
    begun.work = this.#flush(peer, begun).finally(() => {
      this.#flushing.delete(peer.keyText);
      this.#giveBack(peer);
    }).catch((error) => this.#problem(peer, error));
  }

  #problem(peer: Person, cause: unknown): void {
    const error = problemOf(text("conversation.send-message"), cause);
    this.#host.tell({ type: "error", error, peer });
  }

  async #flush(peer: Person, flushing: Flushing): Promise<void> {
    const tried = new Set<string>();
    /** The files and notes so far: they go one after the other. */
    let cargo: Promise<"over"> = Promise.resolve("over");
    /** Those that are known to be over. */
    let awaited: Promise<"over"> | undefined;
    const texts = new Set<Promise<unknown>>();
    for (;;) {
      const more = flushing.more.wait();
      const waiting = this.#waitingFor(peer).filter(({ id }) => !tried.has(id));
      if (waiting.length === 0) {
        if (flushing.again) {
          flushing.again = false;
          tried.clear();
        } else if (awaited === cargo) return;
        else if (await Promise.race([cargo, more]) === "over") awaited = cargo;
        continue;
      }
      for (const item of waiting) {
        if (this.#route(peer, item) === undefined) return;
        tried.add(item.id);
        if (flushing.over.has(item.id)) continue;
        if (item.kind === "text") {
          const sent = this.#send(peer, item).finally(() => texts.delete(sent));
          texts.add(sent);
          if (texts.size >= WINDOW) await Promise.race(texts);
          continue;
        }
        const sent = cargo.then(() => this.#sendIfWanted(peer, item));
        cargo = sent.then(() => "over" as const);
        let timer: ReturnType<typeof setTimeout> | undefined;
        const lead = new Promise<void>((go) => timer = setTimeout(go, LEAD_MS));
        await Promise.race([sent, lead]);
        clearTimeout(timer);
      }
      if (texts.size > 0) await Promise.all(texts);
    }
  }

  /** Whether anything waits for somebody, or is on its way; what was written to a group too. */
  waitsFor(key: Bytes): boolean {
    return this.#host.archive.waitsFor(key) ||
      this.#held.of(encodePublicKeyText(key)).length > 0;
  }

  #waitingFor(peer: Person): HeldItem[] {
    const stored = this.#host.archive.pending(peer.key).map((entry) => ({
      ...entry,
      ref: this.#refs.get(entry.id),
    }));
    return [...stored, ...this.#held.of(peer.keyText)]
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
    const waits = archive.lasts
      ? archive.waits(item.id, peer.key)
      : this.#held.has(peer.keyText, item.id);
    if (!waits) return;
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

  /** By which conversation an item goes now. */
  #route(peer: Person, { kind }: Pick<HeldItem, "kind">): Partner | undefined {
    const route = this.#routes.to(peer.keyText);
    return kind === "text" ? route : route ?? this.#host.partners.anyOf(peer.keyText);
  }

  /** Tries to deliver an item; answers why not. One attempt at a time for each connection. */
  #send(peer: Person, item: HeldItem): Promise<P2PError | undefined> {
    const before = this.#onTheWay.get(item.id);
    if (before !== undefined && this.#isOnTheWay(peer, item)) return before.work;
    const attempt: DeliveryAttempt = {
      partner: this.#route(peer, item),
      success: this.#successes.begin(item.id),
      work: Promise.resolve(undefined),
    };
    this.#onTheWay.set(item.id, attempt);
    attempt.work = this.#attempt(peer, item, attempt).then((error) => {
      this.#successes.end(item.id);
      // A newer attempt knows better.
      const latest = this.#onTheWay.get(item.id);
      if (latest !== attempt && latest !== undefined) return latest.work;
      this.#onTheWay.delete(item.id);
      this.#behind.get(item.id)?.(error);
      this.#behind.delete(item.id);
      if (error !== undefined) this.#goRound(peer, item, attempt);
      return error;
    });
    return attempt.work;
  }

  /** What failed by a connection that is over goes by one that came meanwhile. */
  #goRound(peer: Person, item: HeldItem, { partner }: DeliveryAttempt): void {
    const route = this.#route(peer, item);
    if (this.#leaving || route === undefined || route === partner) return;
    if (this.#waitingFor(peer).some(({ id }) => id === item.id)) this.flush(peer);
  }

  async #attempt(
    peer: Person,
    item: HeldItem,
    attempt: DeliveryAttempt,
  ): Promise<P2PError | undefined> {
    const { partner, success } = attempt;
    if (partner === undefined) return this.#tellWaiting(peer, item, notConnected(peer));
    const carried = item.kind === "text" ? this.#routes.carry(partner) : undefined;
    try {
      if (item.kind === "text") await attemptText(partner, item, success, this.#host);
      else await attemptCargo(partner, item, this.#host);
      this.#over(item);
      return undefined;
    } catch (cause) {
      const what = item.kind === "text" ? "conversation.send-message" : "conversation.send-files";
      const error = problemOf(text(what), cause);
      if (success.yes) return undefined;
      if (this.#onTheWay.get(item.id) !== attempt) return error;
      if (this.#host.archive.cancelled(item.id, peer.key)) {
        // Whoever took it back knows.
        this.#over(item);
        return error;
      }
      return canWait(item, error)
        ? this.#tellWaiting(peer, item, error)
        : this.#fail(peer, item, error);
    } finally {
      carried?.();
    }
  }

  /** It was not delivered now: it waits, or there is nowhere to keep it. */
  #tellWaiting(peer: Person, item: HeldItem, error: P2PError): P2PError {
    const { archive, keep, tell } = this.#host;
    if (keep === false) return this.#fail(peer, item, error);
    archive.settle();
    const kept = archive.lasts ? archive.waits(item.id, peer.key) : this.#hold(peer, item);
    if (!kept) return this.#fail(peer, item, error);
    const { id, text: words, ref } = item;
    const what = item.kind === "text" ? "message" : cargoOf(item);
    if (this.#leaving) return error;
    tell({ type: "waiting", peer, id, what, text: excerpt(words), error, ...refOf(ref) });
    this.#host.missed(peer);
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

  /** Keeps an item in memory until it is over, where no disk does; whether that is so. */
  #hold(peer: Person, item: HeldItem): boolean {
    const { archive, keep } = this.#host;
    return !archive.lasts && keep === true && this.#held.keep(peer.keyText, item);
  }

  #over(item: HeldItem): void {
    const keyText = encodePublicKeyText(item.to);
    this.#held.remove(keyText, item.id);
    this.#flushing.get(keyText)?.over.add(item.id);
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

  /** Tells what has waited too long, and was given up; `where` names its recipient, and the group. */
  expire(where: (entry: OutboxEntry) => Pick<Undelivered, "peer" | "group">): void {
    for (const entry of this.#host.archive.expire()) {
      this.#over(entry);
      const { id, text: words } = entry;
      const what = entry.kind === "text" ? "message" : cargoOf(entry);
      const error = new FailureError("talk.expired", {});
      this.#host.tell({
        ...{ type: "failed", ...where(entry), id, what, text: excerpt(words), error },
        ...refOf(this.#refs.get(id)),
      });
    }
  }
}
