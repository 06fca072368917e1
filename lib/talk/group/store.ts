/**
 * Groups between memory and the database: loaded when the application starts, kept in step with what other programs of
 * the same identity store, changed in one transaction with the history and the ids that were shown.
 */
import { type Bytes, fromHex } from "../../bytes.ts";
import { Group, type GroupChange } from "../../group/group.ts";
import { GroupLog } from "../../group/log.ts";
import { ContentKind, type GroupContent, type GroupMessage } from "../../group/message.ts";
import type { StoredGroup } from "../../state/groups.ts";
import type { MessageKind, StoredRoot } from "../../state/message-rows.ts";
import type { State } from "../../state/state.ts";
import type { Cargo } from "../events.ts";
import { transferIdOf } from "./media.ts";

interface Loaded {
  readonly group: Group;
  entrySeq: number;
  messageSeq: number;
}

/** Files or a voice note that a message announces; undefined for a text. */
export function cargoOfContent({ kind }: GroupContent): Cargo | undefined {
  if (kind === ContentKind.text) return undefined;
  return kind === ContentKind.files ? "files" : "voice";
}

/** What a history and an outbox keep of it besides words. */
function keptOf(content: GroupContent): {
  readonly kind: MessageKind;
  readonly bytes?: number;
  readonly seconds?: number;
} {
  if (content.kind === ContentKind.text) return { kind: "text" };
  const { bytes } = content;
  return content.kind === ContentKind.files
    ? { kind: "file", bytes }
    : { kind: "voice", bytes, seconds: content.milliseconds / 1000 };
}

/** What a message says, in short: a text, or the name of files. */
export function wordsOfMessage({ content }: GroupMessage): string {
  return content.kind === ContentKind.text ? content.text : content.name;
}

/** The public keys in hex of a group's members, most senior first, as far as is known here. */
export function membersOf({ groups }: State, { id }: StoredGroup): readonly string[] {
  const log = new GroupLog(id);
  for (const { bytes } of groups.entries(id)) log.restore(bytes);
  return log.membership.members;
}

/** The groups of one application. */
export class GroupStore {
  readonly #state: State;
  readonly #history: boolean;
  readonly #loaded = new Map<string, Loaded>();
  #latest = -1;

  /** @param history whether what is said is kept */
  constructor(state: State, history: boolean) {
    this.#state = state;
    this.#history = history;
  }

  /** Loads what has been stored since the last look, here or by another program. Answers the groups that changed. */
  refresh(): Group[] {
    const latest = this.#state.groups.latest();
    if (latest === this.#latest) return [];
    this.#latest = latest;
    return this.#state.groups.list().filter(({ state }) => state === "member")
      .filter((stored) => this.#load(stored)).map(({ id }) => this.#loaded.get(id)!.group);
  }

  /** Whether anything of it is new. */
  #load({ id }: StoredGroup): boolean {
    const { groups, seen } = this.#state;
    const talk = fromHex(id);
    let loaded = this.#loaded.get(id);
    if (loaded === undefined) {
      const group = new Group(new GroupLog(id), (message) => seen.has(talk, message));
      loaded = { group, entrySeq: 0, messageSeq: 0 };
      this.#loaded.set(id, loaded);
    }
    const { group } = loaded;
    const entries = groups.entries(id, loaded.entrySeq);
    const messages = groups.messages(id, loaded.messageSeq);
    if (entries.length + messages.length === 0) return false;
    for (const { bytes } of entries) group.log.restore(bytes);
    for (const { bytes } of messages) group.restore(bytes);
    group.restored();
    loaded.entrySeq = entries.at(-1)?.seq ?? loaded.entrySeq;
    loaded.messageSeq = messages.at(-1)?.seq ?? loaded.messageSeq;
    return true;
  }

  /** A group that is new here, made or joined, under a name of its own. */
  begin(log: GroupLog, name: string): Group {
    const { groups, seen } = this.#state;
    this.#state.transaction(() => {
      groups.save({ id: log.group, name, state: "member" });
      groups.addEntries(log.group, log.entries);
    });
    const talk = fromHex(log.group);
    const group = new Group(log, (message) => seen.has(talk, message));
    this.#loaded.set(log.group, { group, entrySeq: 0, messageSeq: 0 });
    return group;
  }

  /** The group is left: nothing of it is loaded any more. */
  end(id: string): void {
    this.#loaded.delete(id);
  }

  /** Stores what others sent; answers the messages that were never shown before. */
  keep(group: Group, changes: readonly GroupChange[]): GroupMessage[] {
    const { groups, history, seen } = this.#state;
    const talk = fromHex(group.id);
    const fresh: GroupMessage[] = [];
    this.#state.transaction(() => {
      for (const { entries, stored, shown, withdrawn, pruned } of changes) {
        groups.addEntries(group.id, entries);
        groups.addMessages(group.id, stored);
        for (const message of shown) {
          if (seen.add(talk, message.id)) fresh.push(message);
          if (this.#history) this.#remember(talk, message);
        }
        for (const { id } of withdrawn) history.remove(talk, id);
        groups.dropMessages(group.id, pruned);
      }
    });
    return fresh;
  }

  #remember(talk: Bytes, message: GroupMessage): void {
    const { id, author, time, after, content } = message;
    this.#state.history.add({
      ...{ id, talk, author: fromHex(author), after, written: time, stored: Date.now() },
      ...keptOf(content),
      text: wordsOfMessage(message),
      state: "received",
    });
  }

  /** Stores a message of ours, and a copy for each recipient in the outbox. */
  wrote(
    group: Group,
    message: GroupMessage,
    to: readonly Bytes[],
    { expires, roots, once }: {
      readonly expires: number;
      readonly roots: readonly StoredRoot[];
      readonly once: string | undefined;
    },
  ): void {
    const { groups, history, outbox, seen } = this.#state;
    const talk = fromHex(group.id);
    const { id, time, after, content } = message;
    const { bytes, ...kept } = keptOf(content);
    const common = { id, talk, ...kept, text: wordsOfMessage(message), written: time, after };
    const paths = roots.map(({ path }) => path);
    this.#state.transaction(() => {
      groups.addMessages(group.id, [message]);
      seen.add(talk, id);
      if (once !== undefined) seen.add(talk, once);
      if (this.#history) {
        const state = to.length === 0 ? "delivered" : "waiting";
        const place = { path: paths[0], given: once };
        history.add({ ...common, ...place, bytes, stored: Date.now(), state });
      }
      for (const key of to) outbox.add({ ...common, to: key, paths, expires });
      groups.dropMessages(group.id, group.prune());
    });
  }

  /** The files of a message have come, or are not wanted: they are asked for no more. */
  filesOver(
    group: string,
    { id, author }: Pick<GroupMessage, "id" | "author">,
    roots: readonly StoredRoot[] | undefined,
  ): void {
    const { history, seen } = this.#state;
    const [talk, transfer] = [fromHex(group), transferIdOf(id)];
    this.#state.transaction(() => {
      if (roots === undefined) return void seen.add(talk, transfer);
      seen.add(fromHex(author), transfer);
      history.setRoots(talk, id, roots);
    });
  }

  /** Whether the files of a message are yet to come. */
  lacksFiles(group: string, { id, author }: GroupMessage): boolean {
    const { seen } = this.#state;
    const transfer = transferIdOf(id);
    return !seen.has(fromHex(author), transfer) && !seen.has(fromHex(group), transfer);
  }

  /** Where the files of a message lie here; none where that is not known. */
  rootsOf(group: string, id: string): readonly StoredRoot[] {
    return this.#state.history.get(fromHex(group), id)?.roots ?? [];
  }
}
