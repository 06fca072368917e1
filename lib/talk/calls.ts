/** Calls to those who are not there: one at a time for each, whoever wants it. */
import type { Bytes } from "../bytes.ts";
import { encodePublicKeyText } from "../crypto/keys/text.ts";
import type { State } from "../state/state.ts";
import type { Archive } from "./archive.ts";
import type { Partner, Partners } from "./partners.ts";

/** What calls need of the application. */
export interface ContactCallsHost {
  readonly state: State;
  readonly partners: Partners;
  readonly archive: Archive;
  /** Whether anybody is called at all unless the owner says so. */
  readonly calls: boolean;
  /** Whether somebody is in a group with us. */
  concerns(key: Bytes): boolean;
  reach(peer: string): Promise<Partner>;
}

/** See above. */
export class ContactCalls {
  readonly #host: ContactCallsHost;
  /** Those who are being called, by key. */
  readonly #calls = new Map<string, Promise<Partner>>();

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
    const { calls, partners, archive } = this.#host;
    const keyText = encodePublicKeyText(key);
    if (!calls || partners.anyOf(keyText) !== undefined) return;
    if (this.#host.concerns(key) || archive.pending(key).length > 0) this.#try(keyText);
  }

  /** Calls those whom something waits for, as far as an address of them is known. */
  waiting(): void {
    const { calls, state: { contacts, outbox } } = this.#host;
    if (!calls || outbox.isEmpty) return;
    for (const { address, key } of contacts.list()) if (address !== undefined) this.wanted(key);
  }

  /** A contact does not answer any more, and may have begun anew: what is on its way goes by another connection then. */
  silent(partner: Partner): void {
    const { calls, partners } = this.#host;
    const { name, keyText } = partner.person;
    if (calls && name !== undefined && partners.route(keyText) === partner) this.#try(keyText);
  }

  #try(keyText: string): void {
    this.to(keyText).catch(() => undefined);
  }
}
