/** Invitations to groups: those of contacts are taken, anybody else's only when the owner says yes. */
import { fromHex } from "../../bytes.ts";
import type { GroupLog } from "../../group/log.ts";
import { settle } from "../../system/settle.ts";
import { text } from "../../text/catalogue.ts";
import { problemOf } from "../events.ts";
import type { GroupsHost } from "./news.ts";
import { type Person, personOf } from "../person.ts";

/** The invitations of one application. */
export class GroupInvitations {
  readonly #host: GroupsHost;
  readonly #join: (log: GroupLog) => void;
  /** Groups whose invitations were judged, or are being asked about. */
  readonly #judged = new Set<string>();

  constructor(host: GroupsHost, join: (log: GroupLog) => void) {
    this.#host = host;
    this.#join = join;
  }

  /** Somebody says that we are in a group that is not known here. */
  offer(log: GroupLog, peer: string): void {
    const { accept, state, tell } = this.#host;
    if (accept === undefined || this.#judged.has(log.group)) return;
    const person = personOf(state, fromHex(peer));
    // Only what a member says is an invitation.
    if (!log.membership.members.includes(peer)) return;
    this.#judged.add(log.group);
    if (person.name !== undefined || accept === "all") return this.#take(log);
    if (accept === "ask" || accept === "contacts-or-ask") {
      return settle(this.#ask(log, person), (cause) => {
        tell({ type: "error", error: problemOf(text("group.use"), cause), peer: person });
      });
    }
    const refused = text("group.refused-stranger", {
      label: person.label,
      name: log.membership.name,
    });
    tell({ type: "notice", level: "info", text: refused });
  }

  async #ask(log: GroupLog, person: Person): Promise<void> {
    const { questions, state, conversationWith } = this.#host;
    const over = conversationWith(person.key)?.closed ?? Promise.resolve();
    const { name } = log.membership;
    const answer = await questions.askGroup(log.group, person, name, over);
    if (answer === "yes") return this.#take(log);
    if (answer === "gone") return void this.#judged.delete(log.group);
    state.groups.save({ id: log.group, name: state.groups.freeName(name), state: "declined" });
  }

  #take(log: GroupLog): void {
    this.#judged.delete(log.group);
    this.#join(log);
  }
}
