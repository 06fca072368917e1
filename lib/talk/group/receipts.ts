/** Who of a group has what we wrote: receipts of each member, noted together where they come together. */
import { type Bytes, fromHex, hex } from "../../bytes.ts";
import { settle } from "../../system/settle.ts";
import { text } from "../../text/catalogue.ts";
import { nextTurn } from "../../transfer/turn.ts";
import { type Cargo, problemOf } from "../events.ts";
import type { GroupsHost } from "./news.ts";
import { cargoOf } from "../outgoing-item.ts";
import { personOf } from "../person.ts";

/** What is told of as delivered when its message is; files and notes, when they have come themselves. */
type Owed = "message" | Cargo;

interface MemberReceipt {
  readonly group: string;
  readonly id: string;
  readonly peer: string;
}

/** The receipts of one application. */
export class GroupReceipts {
  readonly #host: GroupsHost;
  /** Messages that members do not have, by member: what they announce. */
  readonly #owed = new Map<string, Map<string, Owed>>();
  #receipts: MemberReceipt[] = [];

  constructor(host: GroupsHost) {
    this.#host = host;
  }

  /** A member has to get a message. */
  owe(peer: string, id: string, what: Owed): void {
    const owed = this.#owed.get(peer) ?? new Map<string, Owed>();
    owed.set(id, what);
    this.#owed.set(peer, owed);
  }

  /** What waits in the outbox for somebody who is there now. */
  load(key: Bytes): void {
    for (const entry of this.#host.state.outbox.pending(key)) {
      const { id, to, talk, kind } = entry;
      if (hex(talk) === hex(to)) continue;
      this.owe(hex(key), id, kind === "text" ? "message" : cargoOf(entry));
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
    for (const id of typeof has === "string" ? [has] : [...owed.keys()].filter(has)) {
      const what = owed.get(id);
      owed.delete(id);
      if (what !== "message") continue;
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
        state.outbox.advance(id, key, "delivered");
      }
    });
    for (const { group: id, id: message, peer } of all) {
      const person = personOf(state, fromHex(peer));
      const group = { id, name: state.groups.byId(id)!.name };
      tell({ type: "delivered", peer: person, id: message, what: "message", stored: true, group });
    }
  }
}
