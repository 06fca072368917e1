/**
 * Calls to those who are not there: one at a time for each, whoever wants it. A contact who does not answer is called
 * again as long as something waits for them.
 */
import type { Bytes } from "../bytes.ts";
import { encodePublicKeyText } from "../crypto/keys/text.ts";
import { UnreachableError } from "../errors.ts";
import { settle } from "../system/settle.ts";
import type { State } from "../state/state.ts";
import type { Partner, Partners } from "./partners.ts";
import type { Person } from "./person.ts";

/** Pauses between two calls that nobody answers: each twice as long as the one before, in milliseconds. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** What calls need of the application. */
export interface ContactCallsHost {
  readonly state: {
    readonly contacts: Pick<State["contacts"], "list">;
    readonly outbox: Pick<State["outbox"], "isEmpty">;
  };
  readonly partners: Partners;
  /** Whether anybody is called at all unless the owner says so. */
  readonly calls: boolean;
  /** Whether somebody is in a group with us. */
  concerns(key: Bytes): boolean;
  /** Whether anything of ours waits for somebody. */
  waitsFor(key: Bytes): boolean;
  reach(peer: string): Promise<Partner>;
  /** Resolves after so long, or once the signal is given. */
  pause(milliseconds: number, over: AbortSignal): Promise<void>;
  /** A call went wrong in a way that is a bug. */
  failed(error: unknown): void;
}

/** See above. */
export class ContactCalls {
  readonly #host: ContactCallsHost;
  /** Those who are being called, by key. */
  readonly #calls = new Map<string, Promise<Partner>>();
  /** Those who are called until they answer, by key: what ends the pause before the next call. */
  readonly #again = new Map<string, AbortController>();
  /** How long to wait before the next of those calls, by key: whoever takes nothing is called less and less often. */
  readonly #pauses = new Map<string, number>();
  #closed = false;

  constructor(host: ContactCallsHost) {
    this.#host = host;
  }

  /** Calls somebody: an address, a contact's name, a key. */
  to(peer: string): Promise<Partner> {
    const call = this.#calls.get(peer) ??
      this.#host.reach(peer).finally(() => this.#calls.delete(peer));
    this.#calls.set(peer, call);
    return call;
  }

  /** Somebody could be reached: gets what waits for them. What cannot go out waits on. */
  wanted(key: Bytes): void {
    const { calls, partners, concerns, waitsFor } = this.#host;
    const keyText = encodePublicKeyText(key);
    if (!calls || partners.answers(keyText)) return;
    if (concerns(key) || waitsFor(key)) this.#try(keyText);
  }

  /** Calls those whom something waits for, as far as an address of them is known. */
  waiting(): void {
    const { calls, state: { contacts, outbox }, concerns, waitsFor } = this.#host;
    if (!calls || outbox.isEmpty) return;
    for (const { address, key } of contacts.list()) {
      if (address === undefined) continue;
      if (waitsFor(key)) this.#insist(key);
      else if (concerns(key)) this.wanted(key);
    }
  }

  /** Something of ours could not go out to a contact: they are called until they answer. */
  missed({ name, key, keyText }: Pick<Person, "name" | "key" | "keyText">): void {
    if (name !== undefined && !this.#host.partners.answers(keyText)) this.#insist(key);
  }

  /** A contact was lost and may have begun anew: what is on its way goes by another connection then. */
  lost(person: Pick<Person, "name" | "key" | "keyText">): void {
    this.reached(person);
    this.missed(person);
  }

  /** Somebody took something of ours. */
  reached({ keyText }: Pick<Person, "keyText">): void {
    this.#pauses.delete(keyText);
  }

  /** Calls nobody again. */
  close(): void {
    this.#closed = true;
    for (const over of this.#again.values()) over.abort();
  }

  #insist(key: Bytes): void {
    const keyText = encodePublicKeyText(key);
    if (!this.#host.calls || this.#closed || this.#again.has(keyText)) return;
    const over = new AbortController();
    this.#again.set(keyText, over);
    const work = this.#untilAnswered(key, keyText, over.signal)
      .finally(() => this.#again.delete(keyText));
    settle(work, (error) => this.#host.failed(error));
  }

  async #untilAnswered(key: Bytes, keyText: string, over: AbortSignal): Promise<void> {
    const { partners, waitsFor, pause } = this.#host;
    // A connection that is silent may carry what waits in memory alone.
    const wanted = () => partners.anyOf(keyText) !== undefined || waitsFor(key);
    for (;;) {
      const ms = this.#pauses.get(keyText) ?? 0;
      this.#pauses.set(keyText, Math.max(FIRST_PAUSE_MS, Math.min(2 * ms, LONGEST_PAUSE_MS)));
      if (ms > 0) await pause(ms, over);
      if (over.aborted || partners.answers(keyText) || !wanted()) return;
      try {
        await this.to(keyText);
        return;
      } catch (error) {
        // Another key, or one that is blocked: calling again changes nothing, and was told by whoever called first.
        if (!(error instanceof UnreachableError)) return;
      }
    }
  }

  #try(keyText: string): void {
    this.to(keyText).catch(() => undefined);
  }
}
