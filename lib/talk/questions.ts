/** Questions to the person: whether to take what a peer offers. One at a time for each peer; the others wait. */
import type { Offer } from "../transfer/offers.ts";
import { OfferKind } from "../transfer/offers.ts";
import type { Tell } from "./events.ts";
import type { Person } from "./person.ts";

/** Offers of one peer that wait for an answer; more are declined unasked. */
const MAX_WAITING = 4;

interface Waiting {
  readonly peer: string;
  readonly resolve: (yes: boolean) => void;
}

/** The questions of one application. */
export class Questions {
  readonly #tell: Tell;
  readonly #open = new Map<string, Waiting>();
  /** The last question of each peer and how many there are. */
  readonly #queues = new Map<string, { last: Promise<unknown>; length: number }>();

  #closed = false;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Asks; false where the person says no, the peer has asked too often, or the question is withdrawn. */
  async ask(id: string, peer: Person, offer: Offer, over: Promise<unknown>): Promise<boolean> {
    return await this.#inTurn(id, peer, () => this.#tellOffer(id, peer, offer), over) === "yes";
  }

  /** Asks whether to join a group; "gone" where nobody could answer. */
  async askGroup(
    id: string,
    peer: Person,
    name: string,
    over: Promise<unknown>,
  ): Promise<"yes" | "no" | "gone"> {
    const counts = { files: 0, folders: 0, bytes: 0, seconds: 0 };
    const tell = () => this.#tell({ type: "question", id, peer, what: "group", name, ...counts });
    return await this.#inTurn(id, peer, tell, over);
  }

  async #inTurn(
    id: string,
    peer: Person,
    tell: () => void,
    over: Promise<unknown>,
  ): Promise<"yes" | "no" | "gone"> {
    const queue = this.#queues.get(peer.keyText) ?? { last: Promise.resolve(), length: 0 };
    if (queue.length >= MAX_WAITING) return "gone";
    queue.length++;
    this.#queues.set(peer.keyText, queue);
    let gone = false;
    const withdraw = () => {
      gone = true;
      this.answer(id, false);
    };
    over.then(withdraw, withdraw);
    const answer = queue.last.then(() => gone ? false : this.#ask(id, peer, tell));
    queue.last = answer;
    try {
      if (await answer) return "yes";
      return gone || this.#closed ? "gone" : "no";
    } finally {
      if (--queue.length === 0) this.#queues.delete(peer.keyText);
    }
  }

  #ask(id: string, peer: Person, tell: () => void): Promise<boolean> {
    return new Promise((resolve) => {
      this.#open.set(id, { peer: peer.keyText, resolve });
      tell();
    });
  }

  #tellOffer(id: string, peer: Person, offer: Offer): void {
    const { name, files, folders, bytes } = offer;
    const what = offer.kind === OfferKind.voice ? "voice" : "files";
    const seconds = offer.milliseconds / 1000;
    this.#tell({ type: "question", id, peer, what, name, files, folders, bytes, seconds });
  }

  /** The person's answer; false where there is no such question (any more). */
  answer(id: string, yes: boolean): boolean {
    const waiting = this.#open.get(id);
    if (waiting === undefined) return false;
    this.#open.delete(id);
    waiting.resolve(yes);
    this.#tell({ type: "question-over", id });
    return true;
  }

  /** Nobody answers any more: all are a no. */
  close(): void {
    this.#closed = true;
    for (const id of [...this.#open.keys()]) this.answer(id, false);
  }
}
