/** The streams of groups in conversations with their members: one each way, for as long as a conversation lasts. */
import { hex } from "../../bytes.ts";
import type { Member } from "../../group/member.ts";
import { text } from "../../text/catalogue.ts";
import { StreamKind } from "../../transfer/preface.ts";
import { StreamCode } from "../../transfer/stream.ts";
import type { GroupFiles } from "./files.ts";
import type { GroupsHost } from "./news.ts";
import type { GroupPassing } from "./passing.ts";
import type { GroupReceipts } from "./receipts.ts";
import { GroupOutput, knowsGroups, readGroupStream, withoutMessages } from "./stream.ts";
import type { Partner } from "../partners.ts";
import type { Person } from "../person.ts";

/** What the streams need of groups. */
export interface GroupLinksHost extends Pick<GroupsHost, "tell" | "accept"> {
  readonly member: Member;
  readonly files: GroupFiles;
  readonly receipts: GroupReceipts;
  readonly passing: GroupPassing;
}

/** The streams of one application. */
export class GroupLinks {
  readonly #host: GroupLinksHost;
  readonly #outputs = new Set<GroupOutput>();
  /** Those whose programs know no groups, and of whom that was told. */
  readonly #old = new Set<string>();

  constructor(host: GroupLinksHost) {
    this.#host = host;
  }

  /** Sets a conversation up, before anything of it is read. */
  join({ conversation, person }: Partner): void {
    const { member, files, receipts, passing, accept } = this.#host;
    const { handlers } = conversation;
    if (!knowsGroups(conversation)) return this.#tellOld(person);
    const output = new GroupOutput(conversation);
    this.#outputs.add(output);
    const peer = hex(person.key);
    receipts.load(person.key);
    const link = member.connect(peer, (record) => output.send(record));
    let reading = false;
    conversation.handlers = {
      ...handlers,
      stream: async (kind, stream) => {
        if (kind === StreamKind.group && !reading) {
          reading = true;
          return await readGroupStream(
            stream,
            accept === undefined ? withoutMessages(link) : link,
          );
        }
        stream.abort(StreamCode.unsupported);
      },
    };
    files.flush(person.key);
    passing.there(peer);
    const over = () => {
      this.#outputs.delete(output);
      link.close();
    };
    conversation.closed.then(over, over);
  }

  /** A member whose program knows no groups: said once. */
  #tellOld(person: Person): void {
    const peer = hex(person.key);
    const groups = [...this.#host.member.groups.values()].filter((group) => group.isMember(peer));
    if (groups.length === 0 || this.#old.has(peer)) return;
    this.#old.add(peer);
    const old = text("group.old-program", { label: person.label });
    this.#host.tell({ type: "notice", level: "warning", text: old });
  }

  /** Resolves when all that was to be sent is with the transports. */
  async written(): Promise<void> {
    await Promise.all([...this.#outputs].map(({ written }) => written));
  }
}
