/**
 * The recorded vectors of groups: `deno run -A tests/group/vectors.ts` writes `fixtures/group/vectors.json`. Keys,
 * nonces and signatures follow from a seed, so that everything in it can be made again.
 */
import { type Bytes, hex, utf8 } from "../../lib/bytes.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { digestOfEntries } from "../../lib/files/digest.ts";
import { EntryKind } from "../../lib/group/entry.ts";
import { Group } from "../../lib/group/group.ts";
import { GroupLog } from "../../lib/group/log.ts";
import { ContentKind, type GroupMessage } from "../../lib/group/message.ts";
import { encodeHave, encodeName } from "../../lib/group/records.ts";
import { RecordType } from "../../lib/transfer/records.ts";

/** Where they lie. */
export const VECTORS = new URL("../../fixtures/group/vectors.json", import.meta.url);

/** Bytes that follow from a name. */
function stream(name: string): (length: number) => Bytes {
  let counter = 0;
  return (length) => {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at += 32) {
      out.set(sm3(utf8(`${name} ${counter++}`)).subarray(0, Math.min(32, length - at)), at);
    }
    return out;
  };
}

/** What is announced: files with their contents, and a folder. */
const FILES = [
  { path: "照片", content: undefined },
  { path: "照片/1.txt", content: "hello" },
  { path: "notes.txt", content: "notes" },
] as const;

const NAMES = ["alice", "bob", "carol"] as const;

/** Makes them. */
export function makeVectors() {
  const [alice, bob, carol] = NAMES.map((name) => {
    const secretKey = sm3(utf8(`p2p group vectors ${name}`));
    return { name, secretKey, publicKey: publicKeyOf(secretKey), random: stream(name) };
  }) as [Someone, Someone, Someone];
  const group = new Group(GroupLog.create("朋友", alice.random(16), alice));
  const add = ({ publicKey: subject }: Someone, by: Someone) =>
    group.entriesTaken([group.log.append({ kind: EntryKind.add, subject }, by)]);
  const write = (by: Someone, text: string, time: number) =>
    group.write({ kind: ContentKind.text, text }, by.random(16), time, by);
  add(bob, alice);
  add(carol, alice);
  const first = write(alice, "你好", 1_767_323_045_000);
  const second = write(carol, "before", 1_767_323_046_000);

  // Bob has all so far, and does not hear what follows on the other side.
  const other = copy(group);
  const removal = { kind: EntryKind.remove, subject: carol.publicKey, seen: group.seen } as const;
  group.entriesTaken([group.log.append(removal, alice)]);
  const late = other.write(
    { kind: ContentKind.text, text: "late" },
    carol.random(16),
    1_767_323_047_000,
    carol,
  );
  const out = { ...removal, seen: other.seen };
  other.entriesTaken([other.log.append(out, bob)]);
  other.entriesTaken([other.log.append({ kind: EntryKind.add, subject: carol.publicKey }, bob)]);
  const digest = digestOfEntries(FILES.map(({ path, content }) => ({
    path,
    folder: content === undefined,
    size: content?.length ?? 0,
    sm3: content === undefined ? new Uint8Array(32) : sm3(utf8(content)),
  })));
  const files = other.write(
    { kind: ContentKind.files, name: "照片/, notes.txt", bytes: 10, digest },
    bob.random(16),
    1_767_323_048_000,
    bob,
  );
  const voice = other.write(
    { kind: ContentKind.voice, name: "voice.opus", bytes: 4096, digest, milliseconds: 2500 },
    bob.random(16),
    1_767_323_049_000,
    bob,
  );
  for (const { bytes } of other.log.entries) group.receiveEntry(bytes);
  for (const { bytes } of other.kept) group.receiveMessage(bytes);

  const nameOf = (key: string) =>
    [alice, bob, carol].find(({ publicKey }) => hex(publicKey) === key)!.name;
  return {
    people: [alice, bob, carol].map(({ name, secretKey, publicKey }) => ({
      name,
      secretKey: hex(secretKey),
      publicKey: hex(publicKey),
    })),
    group: group.id,
    entries: group.log.entries.map(({ id, bytes, author, parents, action }) => ({
      kind: action.kind,
      author: nameOf(author),
      parents,
      id,
      bytes: hex(bytes),
      members: group.log.viewAt([id])!.members.map(nameOf),
    })),
    members: group.log.membership.members.map(nameOf),
    messages: [first, second, late, files, voice].map((
      { id, author, bytes, heads, after, content }: GroupMessage,
    ) => ({
      author: nameOf(author),
      heads,
      after,
      content,
      id,
      bytes: hex(bytes),
      counts: group.counts(id),
    })),
    files: { entries: FILES, digest },
    have: hex(encodeHave(group.have)),
    wanted: hex(encodeName(RecordType.groupWanted, { group: group.id, id: files.id })),
    missing: hex(encodeName(RecordType.groupMissing, { group: group.id, id: files.id })),
  };
}

interface Someone {
  readonly name: string;
  readonly secretKey: Bytes;
  readonly publicKey: Bytes;
  readonly random: (length: number) => Bytes;
}

function copy(group: Group): Group {
  const log = new GroupLog(group.id);
  for (const { bytes } of group.log.entries) log.receive(bytes);
  const other = new Group(log);
  for (const { bytes } of group.kept) other.receiveMessage(bytes);
  return other;
}

if (import.meta.main) {
  await Deno.mkdir(new URL(".", VECTORS), { recursive: true });
  await Deno.writeTextFile(VECTORS, `${JSON.stringify(makeVectors(), undefined, 2)}\n`);
}
