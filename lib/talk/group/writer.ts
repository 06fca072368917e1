/**
 * What we write to groups: texts, files and voice notes. Each is signed, stored, and put in the outbox for every member;
 * whoever is there gets it at once (docs/protocol.md, "Groups").
 */
import { type Bytes, fromHex, hex } from "../../bytes.ts";
import { randomBytes } from "../../crypto/random.ts";
import { FailureError } from "../../errors.ts";
import { filesDigest } from "../../files/digest.ts";
import { type Outgoing, walkOutgoing } from "../../files/outgoing.ts";
import type { Group } from "../../group/group.ts";
import type { Member } from "../../group/member.ts";
import { ContentKind, type GroupContent, type GroupMessage } from "../../group/message.ts";
import type { Signer } from "../../group/signed.ts";
import { movedPaths } from "../../state/copies.ts";
import { isFinal } from "../../state/delivery.ts";
import type { StoredMessage, StoredRoot } from "../../state/message-rows.ts";
import { basename, resolve } from "../../system/path.ts";
import { text } from "../../text/catalogue.ts";
import { rootNames, type VoiceNote } from "../delivery.ts";
import type { GroupFiles } from "./files.ts";
import type { GroupsHost } from "./news.ts";
import type { GroupReceipts } from "./receipts.ts";
import { cargoOfContent, type GroupStore, wordsOfMessage } from "./store.ts";
import { staysHere } from "../own-copies.ts";
import { notKept, refOf } from "../outgoing-item.ts";
import { type Person, personOf } from "../person.ts";

/** Characters of the names of files that a message announces. */
const MAX_NAME = 200;

/** What a caller may say of a message. */
export interface GroupSendOptions {
  readonly ref?: unknown;
  /** 32 hex digits by which the caller knows it: noted as `Seen` notes ids, in the same transaction. */
  readonly once?: string | undefined;
}

/** What it needs of the groups. */
export interface GroupWriterHost extends GroupsHost {
  readonly self: string;
  readonly signer: Signer;
  readonly store: GroupStore;
  readonly member: Member;
  readonly files: GroupFiles;
  readonly receipts: GroupReceipts;
  /** The group of an addressee, in which we are. */
  writable(to: Person): Group;
  /** Something was written. */
  wrote(): void;
}

/** Writes to the groups of one application. */
export class GroupWriter {
  readonly #host: GroupWriterHost;

  constructor(host: GroupWriterHost) {
    this.#host = host;
  }

  /** Writes a text. Answers its id. */
  text(to: Person, words: string, options: GroupSendOptions = {}): string {
    return this.#write(to, { kind: ContentKind.text, text: words }, [], options);
  }

  /** Announces files, which follow. */
  async files(
    to: Person,
    paths: readonly string[],
    options: GroupSendOptions = {},
  ): Promise<string> {
    this.#host.writable(to);
    const outgoing = await walkOutgoing(paths);
    const { bytes } = outgoing;
    const name = Array.from(rootNames(outgoing)).slice(0, MAX_NAME).join("");
    const digest = await digestOf(outgoing, name);
    const roots = paths.map((path) => ({ path: resolve(path), name: basename(resolve(path)) }));
    return this.#write(to, { kind: ContentKind.files, name, bytes, digest }, roots, options);
  }

  /** Announces a voice note likewise; the file may be gone afterwards. */
  async voice(to: Person, note: VoiceNote, options: GroupSendOptions = {}): Promise<string> {
    const { cargo, state } = this.#host;
    this.#host.writable(to);
    if (state.kind !== "disk") throw notKept();
    const outgoing = await walkOutgoing([note.path]);
    const { bytes } = outgoing;
    const name = basename(note.path);
    const digest = await digestOf(outgoing, name);
    const path = await cargo.keep(note.path, hex(randomBytes(16)));
    const milliseconds = Math.round(note.seconds * 1000);
    const content = { kind: ContentKind.voice, name, bytes, digest, milliseconds } as const;
    try {
      return this.#write(to, content, [{ path, name }], options);
    } catch (error) {
      cargo.forget([path]);
      throw error;
    }
  }

  #write(
    to: Person,
    content: GroupContent,
    roots: readonly StoredRoot[],
    { ref, once }: GroupSendOptions,
  ): string {
    const { tell, self, signer, member, receipts } = this.#host;
    const group = this.#host.writable(to);
    const time = Date.now();
    const message = group.write(content, randomBytes(16), time, signer);
    const { id } = message;
    const others = group.log.membership.members.filter((key) => key !== self);
    const keys = others.map((key) => fromHex(key));
    this.#store(group, message, keys, { roots, once });
    const what = cargoOfContent(content) ?? "message";
    for (const key of others) receipts.owe(key, id, what);
    tell({ type: "sent", peer: to, id, what, time, text: wordsOfMessage(message), ...refOf(ref) });
    member.made(group, [message]);
    for (const key of keys.filter((_, i) => member.reaches(others[i]!))) {
      if (what === "message") this.#host.state.outbox.advance(id, key, "sent");
      else this.#host.files.flush(key);
    }
    this.#host.wrote();
    return id;
  }

  /** Stores a message, and with it the copies of ours that it owns from now on. */
  #store(
    group: Group,
    message: GroupMessage,
    to: readonly Bytes[],
    { roots, once }: Pick<GroupSendOptions, "once"> & { readonly roots: readonly StoredRoot[] },
  ): void {
    const { state: { copies }, store, expiryMs, showsOwn } = this.#host;
    const kind = message.content.kind === ContentKind.voice ? "voice" : "file";
    const moves = copies.placed(
      roots.map(({ path }) => path),
      message.id,
      (path) => staysHere(kind, path, showsOwn),
    );
    const paths = movedPaths(roots.map(({ path }) => path), moves);
    copies.moving(moves, () =>
      store.wrote(group, message, to, {
        ...{ expires: message.time + expiryMs, once },
        roots: roots.map(({ name }, i) => ({ name, path: paths[i]! })),
      }));
  }

  /** A text that failed goes once more to those who did not get it; false where it did not fail. */
  again({ talk, id }: Pick<StoredMessage, "talk" | "id">): boolean {
    const { state, expiryMs, receipts } = this.#host;
    const failed = state.outbox.withId(id).filter((entry) => entry.state === "failed");
    const expires = Date.now() + expiryMs;
    const items = failed.map(({ state: _, reason: __, ...item }) => ({ ...item, expires }));
    if (!state.outbox.again({ talk, id }, items)) return false;
    for (const { to } of items) receipts.owe(hex(to), id, "message");
    this.#host.wrote();
    return true;
  }

  /** Those who have not taken a message by now never get it. */
  giveUp(id: string): void {
    const { state, cargo } = this.#host;
    for (const { to, kind, paths } of state.outbox.withId(id)) {
      state.outbox.advance(id, to, "cancelled");
      if (kind === "voice") cargo.forget(paths);
    }
  }

  /** Members of a group who do not have a message, or the files that it announces; and whether it still goes to them. */
  lacking(id: string): ReadonlyArray<{ readonly person: Person; readonly waits: boolean }> {
    const { state, receipts } = this.#host;
    const rows = state.outbox.withId(id);
    const cargo = rows.filter(({ kind }) => kind !== "text").map(({ to }) => hex(to));
    const waiting = new Set(rows.filter((row) => !isFinal(row.state)).map(({ to }) => hex(to)));
    return [...new Set([...receipts.lacking(id), ...cargo])].map((key) => ({
      person: personOf(state, fromHex(key)),
      waits: waiting.has(key),
    }));
  }
}

async function digestOf(outgoing: Outgoing, name: string): Promise<string> {
  const digest = await filesDigest(outgoing);
  if (digest !== undefined) return digest;
  throw new FailureError("files.send", { path: name, reason: text("transfer.changed") });
}
