/**
 * By which conversation texts go to each person: by the one that carries those before them, so that they stay in order.
 * Another one is taken when that is over or silent, or when nothing is on its way by it; whoever asks for that sends what
 * is on its way by the old one again.
 */
import type { Partner, Partners } from "./partners.ts";

interface TextCarrier {
  readonly partner: Partner;
  /** On their way by it. */
  texts: number;
}

/** See above. */
export class TextRoutes {
  readonly #partners: Partners;
  readonly #carriers = new Map<string, TextCarrier>();

  constructor(partners: Partners) {
    this.#partners = partners;
  }

  /** By which a text goes now. */
  to(key: string): Partner | undefined {
    const carrier = this.#carriers.get(key);
    const kept = carrier !== undefined && this.#partners.isAnswering(carrier.partner);
    return kept ? carrier.partner : this.#partners.route(key);
  }

  /** Texts go by the conversation heard last from now on, whatever is on its way. */
  renew(key: string): void {
    const carrier = this.#carriers.get(key);
    if (carrier?.partner !== this.#partners.route(key)) this.#carriers.delete(key);
  }

  /** A text goes by the partner; the answer is called when it is over. */
  carry(partner: Partner): () => void {
    const { keyText } = partner.person;
    const known = this.#carriers.get(keyText);
    const carrier = known?.partner === partner ? known : { partner, texts: 0 };
    this.#carriers.set(keyText, carrier);
    carrier.texts++;
    return () => {
      if (--carrier.texts === 0 && this.#carriers.get(keyText) === carrier) {
        this.#carriers.delete(keyText);
      }
    };
  }
}
