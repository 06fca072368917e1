/**
 * One identity among the members of its groups: what goes over the links to others, and what comes. Sans-I/O: whoever
 * uses it stores, shows, and carries records. docs/protocol.md, "Groups".
 *
 * What was missed comes from whoever is up (link.ts).
 */
import type { Bytes } from "../bytes.ts";
import type { Group } from "./group.ts";
import { type MemberHost, type MemberLink, OpenLink } from "./link.ts";
import type { GroupMessage } from "./message.ts";
import type { MessageName } from "./records.ts";

/** All groups of one identity. */
export class Member {
  readonly groups = new Map<string, Group>();
  readonly #host: MemberHost;
  readonly #links = new Set<OpenLink>();

  constructor(host: MemberHost) {
    this.#host = host;
  }

  /** A peer is there that speaks of groups. */
  connect(peer: string, send: (record: Bytes) => void): MemberLink {
    const link = new OpenLink(
      this.groups,
      this.#host,
      peer,
      send,
      (link) => this.#links.delete(link),
    );
    this.#links.add(link);
    for (const group of this.groups.values()) link.say(group);
    return link;
  }

  /** Says to all whom it concerns what has changed. To be called soon after every change, and not for each. */
  tick(): void {
    for (const link of this.#links) for (const group of this.groups.values()) link.say(group);
  }

  /** Something was made here: it goes out to all who are there. */
  made(group: Group, messages: readonly GroupMessage[]): void {
    for (const link of this.#links) link.push(group, messages);
  }

  /** Asks somebody who is there for the files of a message; false where nobody is. */
  want(peer: string, name: MessageName): boolean {
    const link = [...this.#links].find((link) => link.peer === peer);
    link?.want(name);
    return link !== undefined;
  }

  /** Tells somebody who is there that files which they want are not here. */
  lacksFiles(peer: string, name: MessageName): void {
    [...this.#links].find((link) => link.peer === peer)?.lacksFiles(name);
  }

  /** A group has come in: those who are there are asked for what was said in it. */
  joined(group: Group): void {
    this.groups.set(group.id, group);
    for (const link of this.#links) link.joined(group);
  }

  /** All who are in a group with us, and we. */
  get fellows(): ReadonlySet<string> {
    return new Set(
      [...this.groups.values()].filter((group) => group.isMember(this.#host.self))
        .flatMap((group) => group.log.membership.members),
    );
  }

  /** Whether somebody is there who can take a message. */
  reaches(peer: string): boolean {
    return [...this.#links].some((link) => link.peer === peer);
  }

  /** Whether an entry has gone to somebody who is there. */
  gave(group: string, entry: string, peer: string): boolean {
    return [...this.#links].some((link) => link.peer === peer && link.gave(group, entry));
  }

  /** Whether somebody who is there has not said to have all entries. */
  get behind(): boolean {
    return [...this.groups.values()].some((group) =>
      group.isMember(this.#host.self) &&
      [...this.#links].some(({ peer }) => group.isMember(peer) && !this.upToDate(group, peer))
    );
  }

  /** Whether somebody who is there has said to have all entries of a group. */
  upToDate(group: Group, peer: string): boolean {
    const heads = group.have.entries.join();
    return [...this.#links].some((link) =>
      link.peer === peer && link.saidOf(group.id)?.entries.join() === heads
    );
  }
}
