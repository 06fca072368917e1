/** Calls to members of groups who are not there: to those alone of whom a contact's address is known. */
import { fromHex } from "../../bytes.ts";
import type { Member } from "../../group/member.ts";
import { settle } from "../../system/settle.ts";
import type { GroupsHost } from "./news.ts";

/** Calls at once. */
const MOST = 8;

/** The calls of one application. */
export class GroupCalls {
  readonly #host: GroupsHost;
  readonly #self: string;
  readonly #member: Member;
  readonly #calling = new Set<string>();
  /** Those who were removed here, and the entry that says so: they are called too, to hear of it. */
  readonly #removed: Array<
    { readonly group: string; readonly entry: string; readonly peer: string }
  > = [];

  constructor(host: GroupsHost, self: string, member: Member) {
    this.#host = host;
    this.#self = self;
    this.#member = member;
  }

  /** Somebody was removed. */
  removed(group: string, entry: string, peer: string): void {
    this.#removed.push({ group, entry, peer });
  }

  /** Whether somebody is being called, or was reached and has not been told of their removal. */
  get busy(): boolean {
    return this.#calling.size > 0 ||
      this.#removed.some(({ group, entry, peer }) =>
        this.#member.reaches(peer) && !this.#member.gave(group, entry, peer)
      );
  }

  /** Calls all who are not there. Whoever does not answer gets it later. */
  callAll(): void {
    const { contacts } = this.#host.state;
    for (const key of [...this.#removed.map(({ peer }) => peer), ...this.#member.fellows]) {
      if (key === this.#self || this.#member.reaches(key) || this.#calling.has(key)) continue;
      const contact = contacts.byKey(fromHex(key));
      if (contact?.address === undefined || contact.blocked) continue;
      if (this.#calling.size >= MOST) return;
      this.#calling.add(key);
      const over = this.#host.call(contact.key).finally(() => {
        this.#calling.delete(key);
      });
      settle(over, () => undefined);
    }
  }
}
