/**
 * A peer whose programs are killed, begin anew and run beside each other, behind a network that is cut off now and then,
 * under a clock of its own; and what sends to it: everything of lib/talk from the outbox to the conversation.
 */
import type { Bytes } from "../../lib/bytes.ts";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { UnreachableError } from "../../lib/errors.ts";
import type { CloseInfo } from "../../lib/net/close.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { settle } from "../../lib/system/settle.ts";
import { type DeliveryState, mayFollow } from "../../lib/state/delivery.ts";
import type { OutboxEntry } from "../../lib/state/outbox.ts";
import type { State } from "../../lib/state/state.ts";
import { Archive } from "../../lib/talk/archive.ts";
import { ContactCalls } from "../../lib/talk/calls.ts";
import { Changeover } from "../../lib/talk/changeover.ts";
import { Dispatch } from "../../lib/talk/dispatch.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import { type Partner, Partners } from "../../lib/talk/partners.ts";
import type { Person } from "../../lib/talk/person.ts";

/** One way through the network, in milliseconds. */
const LATENCY_MS = 10;
/** Until a program has stored what came. */
const STORE_MS = 40;
/** As of lib/transport and lib/peer: when silence is told, when a connection is lost, when one that was doubted is over. */
export const SILENT_MS = 5_000;
const LOST_MS = 20_000;
const DOUBT_MS = 3_000;
/** A call that nothing refuses is given up after so long. */
const CALL_MS = 10_000;
/** Promises that follow each other upon one event, at most. */
const TURNS = 100;
/** Of these, until the end of a connection is told after that of its streams. */
const END_TURNS = 20;

/** Work at its time, one after the other. */
export class FakeClock {
  now = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly work: () => void }>();
  #made = 0;

  at(time: number, work: () => void): number {
    this.#timers.set(++this.#made, { at: Math.max(time, this.now), work });
    return this.#made;
  }

  /** Does what is due up to `time`, each with all that follows from it at once. */
  async runTo(time: number): Promise<void> {
    for (;;) {
      await this.#follow();
      let next: [number, { readonly at: number; readonly work: () => void }] | undefined;
      for (const timer of this.#timers) {
        if (timer[1].at <= time && (next === undefined || timer[1].at < next[1].at)) next = timer;
      }
      if (next === undefined) break;
      this.#timers.delete(next[0]);
      this.now = next[1].at;
      next[1].work();
    }
    this.now = time;
  }

  async #follow(): Promise<void> {
    await this.turns(TURNS);
  }

  /** Resolves when so many promises have followed each other. */
  async turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await Promise.resolve();
  }

  /** Runs `work` with the timers of the platform standing for these. */
  async instead<T>(work: () => Promise<T>): Promise<T> {
    const { setTimeout, clearTimeout } = globalThis;
    const patched = globalThis as unknown as Record<string, unknown>;
    patched["setTimeout"] = (work: () => void, ms = 0) => this.at(this.now + ms, work);
    patched["clearTimeout"] = (timer: number | undefined) => this.#timers.delete(timer ?? 0);
    try {
      return await work();
    } finally {
      Object.assign(globalThis, { setTimeout, clearTimeout });
    }
  }
}

/** A program of the peer's. */
interface Program {
  alive: boolean;
  /** Programs of one address doubt each other. */
  readonly place: number;
}

/** One conversation with one of them. */
class Link {
  readonly #waiting = new Map<string, PromiseWithResolvers<unknown>>();
  partner: Partner | undefined;
  over = false;
  #askedAt: number | undefined;
  #silent = false;
  /** What is under way to the peer, and from it. */
  readonly #there: Array<() => void> = [];
  readonly #back: Array<() => void> = [];
  heardAt: number;

  constructor(readonly peer: ChangingPeer, readonly program: Program) {
    this.heardAt = peer.clock.now;
  }

  /** What lib/talk sees of it. */
  get conversation(): Conversation {
    return {
      takesMessages: true,
      address: { hostname: "127.0.0.1", port: 1 },
      sendMessage: (text: string, { id }: { id: string }) => ({
        ...{ id, text, time: 0 },
        delivered: this.#hand(id, () => this.peer.takeText(id, text), { id, stored: true }),
      }),
      sendFiles: (_: unknown, { id }: { id: string }) =>
        this.#hand(id, () => this.peer.takeCargo(id), {
          ...{ refused: undefined, failures: [], failed: 0, roots: [], resumed: 0 },
        }),
    } as unknown as Conversation;
  }

  #hand<T>(id: string, take: () => void, receipt: T): Promise<T> {
    if (this.over) throw unreachable();
    const before = this.#waiting.get(id);
    if (before !== undefined) return before.promise as Promise<T>;
    const waiting = Promise.withResolvers<unknown>();
    waiting.promise.catch(() => undefined);
    this.#waiting.set(id, waiting);
    this.#ask();
    this.#pass(() => {
      this.peer.clock.at(this.peer.clock.now + STORE_MS, () => {
        if (!this.program.alive) return;
        take();
        this.#pass(() => {
          this.#waiting.delete(id);
          waiting.resolve(receipt);
          this.heard();
        }, this.#back);
      });
    });
    return waiting.promise as Promise<T>;
  }

  /** Does `arrive` at the other end, in order, as long as there is a program that asks again for what was lost. */
  #pass(arrive: () => void, way = this.#there): void {
    const { clock } = this.peer;
    way.push(arrive);
    const come = () => {
      if (this.over || !this.program.alive) return;
      if (clock.now < this.peer.cutUntil) clock.at(this.peer.cutUntil + LATENCY_MS, come);
      else way.shift()!();
    };
    clock.at(clock.now + LATENCY_MS, come);
  }

  #ask(): void {
    if (this.#askedAt !== undefined) return;
    const { clock } = this.peer;
    const asked = this.#askedAt = clock.now;
    clock.at(asked + SILENT_MS, () => {
      if (this.over || this.#askedAt !== asked) return;
      this.#silent = true;
      this.peer.changeover.silence(this.partner!, true);
    });
    clock.at(asked + LOST_MS, () => {
      if (this.#askedAt === asked) this.close("lost");
    });
  }

  heard(): void {
    if (this.over) return;
    this.heardAt = this.peer.clock.now;
    this.#askedAt = undefined;
    if (this.#silent) {
      this.#silent = false;
      this.peer.changeover.silence(this.partner!, false);
    }
    if (this.#waiting.size > 0) this.#ask();
  }

  /** Another program has come to the same address. */
  doubt(): void {
    const { clock } = this.peer;
    const since = clock.now;
    this.#pass(() => this.heard());
    clock.at(since + DOUBT_MS, () => {
      if (this.heardAt < since || this.heardAt === since && !this.program.alive) {
        this.close("replaced");
      }
    });
  }

  /** The peer says something here. */
  say(): void {
    this.#pass(() => {
      this.heard();
      this.peer.partners.heard(this.partner!);
    }, this.#back);
  }

  close(by: CloseInfo["by"]): void {
    if (this.over) return;
    this.over = true;
    const fail = () => {
      for (const { reject } of this.#waiting.values()) reject(unreachable());
    };
    // What becomes of its streams and that it is over is told in either order.
    if (!this.peer.toldLate) fail();
    const turns = this.peer.toldLate ? 0 : END_TURNS;
    const left = this.peer.clock.turns(turns)
      .then(() => this.peer.changeover.left(this.partner!, { by, code: 0 }));
    settle(left, (error) => this.peer.bugs.push(error));
    if (this.peer.toldLate) settle(left.then(fail), (error) => this.peer.bugs.push(error));
  }
}

function unreachable(): UnreachableError {
  return new UnreachableError("talk.not-connected", { label: "bob" });
}

const { publicKey } = generateKeyPair();
const KEY = publicKey as Bytes;
const BOB: Person = {
  ...{ key: KEY, keyText: encodePublicKeyText(KEY), fingerprint: "", name: "bob", label: "bob" },
  verified: false,
};

/** What is remembered, in memory. */
function stateOf(kind: "disk" | "memory"): State {
  const rows = new Map<string, OutboxEntry>();
  const outbox = {
    get isEmpty() {
      return rows.size === 0;
    },
    add: (item: OutboxEntry) => rows.set(item.id, { ...item, state: "waiting" }),
    get: (id: string) => rows.get(id),
    pending: () => [...rows.values()].filter(({ state }) => mayFollow(state, "delivered")),
    advance: (id: string, _: Bytes, state: DeliveryState) => {
      const row = rows.get(id)!;
      if (mayFollow(row.state, state)) rows.set(id, { ...row, state });
    },
  };
  return {
    ...{ kind, outbox },
    history: { add: () => true, heads: () => [] },
    copies: { placed: () => [], moving: (_: unknown, work: () => unknown) => work(), forget() {} },
    contacts: { list: () => [{ key: KEY, address: "127.0.0.1:1" }] },
    transaction: (work: () => unknown) => work(),
  } as unknown as State;
}

/** See above. */
export class ChangingPeer {
  readonly clock = new FakeClock();
  readonly partners = new Partners();
  readonly changeover: Changeover;
  readonly outgoing: Dispatch;
  readonly calls: ContactCalls;
  /** What the peer has taken, in the order in which it came first. */
  readonly texts: string[] = [];
  readonly cargo = new Set<string>();
  readonly told: TalkEvent[] = [];
  readonly bugs: unknown[] = [];
  /** Nothing gets through before. */
  cutUntil = 0;
  /** Whether the network says at once that nobody listens. */
  refuses = true;
  /** Whether what is on its way by a connection fails after its end is told. */
  toldLate = false;
  readonly #taken = new Set<string>();
  readonly #programs: Program[] = [];
  #links: Link[] = [];
  #looked: () => void = () => undefined;

  constructor(kind: "disk" | "memory") {
    const state = stateOf(kind);
    const tell = (event: TalkEvent) => void this.told.push(event);
    const { partners } = this;
    const archive = new Archive(state, tell, true);
    const { written } = archive;
    archive.written = (item) => {
      this.#looked();
      return written.call(archive, item);
    };
    this.outgoing = new Dispatch({
      ...{ partners, archive, tell, keep: true, expiryMs: 1e12 },
      cargo: {
        keep: (path) => Promise.resolve(path),
        open: (path, _, use) => use(path),
        forget() {},
      },
      missed: (peer) => this.calls.missed(peer),
      reached: (peer) => this.calls.reached(peer),
    });
    this.calls = new ContactCalls({
      ...{ state, partners, calls: true, concerns: () => false },
      waitsFor: (key) => this.outgoing.waitsFor(key),
      reach: () => this.#reach(),
      pause: (ms) => new Promise((resolve) => this.clock.at(this.clock.now + ms, resolve)),
      failed: (error) => this.bugs.push(error),
    });
    this.changeover = new Changeover({
      ...{ state, archive, partners, outgoing: this.outgoing, calls: this.calls },
      flush: (person) => this.outgoing.flush(person),
    });
  }

  get #living(): Program[] {
    return this.#programs.filter(({ alive }) => alive);
  }

  takeText(id: string, text: string): void {
    if (!this.#taken.has(id)) this.texts.push(text);
    this.#taken.add(id);
  }

  takeCargo(id: string): void {
    this.cargo.add(id);
  }

  /** We send a text, as programs do. */
  sendText(text: string): void {
    const call = () => this.calls.to(BOB.keyText);
    settle(this.outgoing.sendText(BOB, text, { call }), (error) => this.bugs.push(error));
  }

  /** We send a file; resolves when it has been looked at, which takes real time. */
  async sendFile(id: string): Promise<void> {
    const call = () => this.calls.to(BOB.keyText);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#looked = resolve;
    const sent = this.outgoing.sendFiles(BOB, [import.meta.filename!], { id, call });
    settle(sent, (error) => this.bugs.push(error));
    await promise;
  }

  /** A program of the peer's begins, at the address of the one before or elsewhere, and may call. */
  start(elsewhere: boolean, calls: boolean): void {
    const place = (this.#programs.at(-1)?.place ?? 0) + (elsewhere ? 1 : 0);
    const program = { alive: true, place };
    this.#programs.push(program);
    if (!calls) return;
    this.clock.at(Math.max(this.clock.now, this.cutUntil) + LATENCY_MS, () => {
      if (program.alive) this.#connected(program);
    });
  }

  /** All programs of the peer's are killed, or the oldest alone. */
  kill(oldest: boolean): void {
    for (const program of this.#living.slice(0, oldest ? 1 : undefined)) program.alive = false;
  }

  /** All programs of the peer's say goodbye. */
  goodbye(): void {
    this.kill(false);
    if (this.clock.now < this.cutUntil) return;
    for (const link of this.#links) link.close("peer");
  }

  /** The outbox is found to hold something, as it is now and then. */
  look(): void {
    if (this.outgoing.waitsFor(KEY)) this.changeover.waits(BOB);
  }

  /** The peer says something by one of the conversations. */
  say(which: number): void {
    this.#links[which % this.#links.length]?.say();
  }

  /** One program is there for good, and nothing is cut off. */
  mend(): void {
    this.cutUntil = this.clock.now;
    if (this.#living.length === 0) this.start(false, false);
  }

  #reach(): Promise<Partner> {
    const { clock } = this;
    const until = clock.now + CALL_MS;
    return new Promise((resolve, reject) => {
      const attempt = () => {
        const program = this.#living.at(-1);
        const cut = clock.now < this.cutUntil;
        if (program !== undefined && !cut) return resolve(this.#connected(program));
        if (clock.now >= until || this.refuses && !cut) return reject(unreachable());
        clock.at(clock.now + 500, attempt);
      };
      clock.at(clock.now + LATENCY_MS, attempt);
    });
  }

  #connected(program: Program): Partner {
    const before = this.#links.filter(({ over }) => !over);
    const link = new Link(this, program);
    this.#links = [...before, link];
    for (const other of before) {
      if (other.program === program) other.close("replaced");
      else if (other.program.place === program.place) other.doubt();
    }
    const partner = link.partner = this.partners.add(link.conversation, BOB);
    this.changeover.came(partner);
    return partner;
  }
}
