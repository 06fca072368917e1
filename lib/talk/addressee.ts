/**
 * To whom a typed line goes. Pure: peers are named by their key's text. The rules, in their order:
 *
 * 1. While a line is begun, nothing that arrives or leaves changes the addressee.
 * 2. `choose` (`/to`) does, always; the choice stands until a line has gone to it.
 * 3. While the line is empty and nobody is chosen, whoever is heard (a message, a file) becomes it.
 * 4. A peer that connects becomes it only where there is none, and only when we called it or it is a contact: never a
 *    stranger by himself.
 * 5. One who leaves stays the addressee until somebody else is chosen or heard: a line is never handed on.
 */

/** See above. */
export class Addressee {
  #current: string | undefined;
  #chosen = false;
  #begun = false;

  /** Who it is; not necessarily there. */
  get current(): string | undefined {
    return this.#current;
  }

  /** A peer has connected. */
  joined(peer: string, by: { readonly called: boolean; readonly contact: boolean }): void {
    if (this.#begun || this.#current !== undefined) return;
    if (by.called || by.contact) this.#current = peer;
  }

  /** A message or file of the peer's has come. */
  heard(peer: string): void {
    if (!this.#begun && !this.#chosen) this.#current = peer;
  }

  /** A line is begun, or empty again. */
  draft(begun: boolean): void {
    this.#begun = begun;
  }

  /** The person chose. */
  choose(peer: string): void {
    this.#current = peer;
    this.#chosen = true;
  }

  /** A line has gone to the addressee. */
  spoken(): void {
    this.#chosen = false;
  }
}
