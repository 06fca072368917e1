/** All conversations of one command: who is there, who was heard last, and what becomes of typed and JSON input. */
import { FailureError, P2PError, UsageError } from "../../lib/errors.ts";
import type { CloseInfo } from "../../lib/net/close.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { formatAddress } from "../../lib/net/address.ts";
import { safeText } from "../../lib/text/safe.ts";
import { Signal } from "../../lib/transfer/signal.ts";
import { attend, type AttendOptions } from "./attend.ts";
import { deliverText } from "./deliver.ts";
import type { Face } from "./face.ts";
import type { Person } from "./person.ts";

/** What may hold a hidden message. */
const PICTURE = /\.png$/i;

/** One who is there. */
export interface Partner {
  readonly conversation: Conversation;
  readonly person: Person;
}

/** The desk. */
export class Desk {
  readonly face: Face;
  readonly #options: Omit<AttendOptions, "face" | "heard" | "arrived">;
  readonly #partners: Partner[] = [];
  readonly #changed = new Signal();
  /** The latest received file. */
  lastFile: string | undefined;

  /** Where received files go. */
  get saveDir(): string {
    return this.#options.saveDir;
  }

  constructor(face: Face, options: Omit<AttendOptions, "face" | "heard" | "arrived">) {
    this.face = face;
    this.#options = options;
  }

  /** Takes a conversation in, before the first byte of it is read. */
  take(conversation: Conversation, person: Person): Partner {
    const partner = { conversation, person };
    this.#partners.push(partner);
    attend(conversation, person, {
      ...this.#options,
      face: this.face,
      heard: () => this.#moveToEnd(partner),
      arrived: (path) => {
        this.lastFile = path;
        if (PICTURE.test(path)) this.face.hint("/reveal shows what is hidden in it, if anything");
      },
    });
    this.face.connected(person, conversation);
    this.#changed.notify();
    void conversation.closed.then((info) => this.#leave(partner, info));
    return partner;
  }

  /** Whoever was heard last and is still there. */
  get last(): Partner | undefined {
    return this.#partners.at(-1);
  }

  /** The same; waits for one where there is none. */
  async someone(): Promise<Partner> {
    for (;;) {
      const { last } = this;
      if (last !== undefined) return last;
      await this.#changed.wait();
    }
  }

  /** The partner that `to` names: a contact's name, p2p1… text, a fingerprint, or an address. */
  find(to: string): Partner | undefined {
    return this.#partners.findLast(({ person, conversation }) =>
      [person.name, person.keyText, person.fingerprint, formatAddress(conversation.address)]
        .includes(to)
    );
  }

  /** Sends a text; a failure is told, not thrown. */
  async send(partner: Partner, text: string): Promise<void> {
    try {
      await deliverText(partner.conversation, partner.person, text, this.face);
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
      this.face.problem(error);
    }
  }

  #moveToEnd(partner: Partner): void {
    const at = this.#partners.indexOf(partner);
    if (at < 0 || at === this.#partners.length - 1) return;
    this.#partners.splice(at, 1);
    this.#partners.push(partner);
  }

  #leave(partner: Partner, info: CloseInfo): void {
    const at = this.#partners.indexOf(partner);
    if (at >= 0) this.#partners.splice(at, 1);
    this.face.disconnected(partner.person, info);
  }
}

/** The error for words without a listener. */
export function nobodyError(to?: string): P2PError {
  return to === undefined
    ? new FailureError("send message: nobody is connected yet")
    : new UsageError(`send message: ${safeText(to)} is not connected`);
}
