/** Who of a group has what we wrote: receipts of each member, noted together where they come together. */
import { type Bytes, fromHex, hex } from "../bytes.ts";
import { settle } from "../settle.ts";
import { text } from "../text/catalogue.ts";
import { nextTurn } from "../transfer/turn.ts";
import { problemOf } from "./events.ts";
import type { GroupsHost } from "./group-news.ts";
import { personOf } from "./person.ts";

interface MemberReceipt {
  readonly group: string;
  readonly id: string;
  readonly peer: string;
}

/** The receipts of one application. */
export class GroupReceipts {
  readonly #host: GroupsHost;
  /** Messages that members do not have, by member. */
  readonly #owed = new Map<string, Set<string>>();
  #receipts: MemberReceipt[] = [];

  constructor(host: GroupsHost) {
    this.#host = host;
  }

  /** A member has to get a message. */
  owe(peer: string, id: string): void {
    const owed = this.#owed.get(peer) ?? new Set();
    owed.add(id);
    this.#owed.set(peer, owed);
  }

  /** What waits in the outbox for somebody who is there now. */
  load(key: Bytes): void {
    for (const { id, to, talk } of this.#host.state.outbox.pending(key)) {
      if (hex(talk) !== hex(to)) this.owe(hex(key), id);
    }
  }

  /** Members who do not have a message. */
  lacking(id: string): string[] {
    return [...this.#owed].filter(([, owed]) => owed.has(id)).map(([key]) => key);
  }

  /** Members who do not have all of it. */
  get debtors(): string[] {
    return [...this.#owed].filter(([, owed]) => owed.size > 0).map(([key]) => key);
  }

  /** A member has a message, or all those for which the function answers true. */
  came(group: string, peer: string, has: string | ((id: string) => boolean)): void {
    const owed = this.#owed.get(peer);
    if (owed === undefined) return;
    for (const id of typeof has === "string" ? [has] : [...owed].filter(has)) {
      if (!owed.delete(id)) continue;
      this.#receipts.push({ group, id, peer });
      if (this.#receipts.length > 1) continue;
      settle(this.#note(), (cause) => {
        this.#host.tell({ type: "error", error: problemOf(text("group.use"), cause) });
      });
    }
  }

  async #note(): Promise<void> {
    await nextTurn();
    const all = this.#receipts.splice(0);
    const { state, tell } = this.#host;
    state.transaction(() => {
      for (const { id, peer } of all) {
        const key = fromHex(peer);
        // Files are delivered when they have come, not when they are announced.
        if (state.outbox.get(id, key)?.kind === "text") state.outbox.advance(id, key, "delivered");
      }
    });
    for (const { group: id, id: message, peer } of all) {
      const person = personOf(state, fromHex(peer));
      const group = { id, name: state.groups.byId(id)!.name };
      tell({ type: "delivered", peer: person, id: message, what: "message", stored: true, group });
    }
  }
}
