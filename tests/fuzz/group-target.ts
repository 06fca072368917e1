/** Fuzz targets of groups: what members sign, and a member to whom a hostile one says anything in any order. */
import { hex } from "../../lib/bytes.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { decodeEntry, EntryKind } from "../../lib/group/entry.ts";
import { Group } from "../../lib/group/group.ts";
import { GroupLog } from "../../lib/group/log.ts";
import { Member } from "../../lib/group/member.ts";
import {
  ContentKind,
  decodeGroupMessage,
  type GroupContent,
  type GroupMessage,
} from "../../lib/group/message.ts";
import { decodeHave, decodeName, decodeSigned, encodeHave } from "../../lib/group/records.ts";
import { RECORD_HEADER_BYTES } from "../../lib/transfer/records.ts";
import type { FuzzTarget } from "./fuzz.ts";

const random = (length: number) => new Uint8Array(length).fill(7);
const [A, B] = [1, 2].map((byte) => {
  const secretKey = new Uint8Array(32).fill(byte);
  const publicKey = publicKeyOf(secretKey);
  return { secretKey, publicKey, random, key: hex(publicKey) };
}) as [Keys, Keys];
type Keys = {
  secretKey: Uint8Array;
  publicKey: ReturnType<typeof publicKeyOf>;
  random: typeof random;
  key: string;
};

/** A group of two with three messages. */
function pair(): { group: Group; messages: GroupMessage[] } {
  const log = GroupLog.create("g", new Uint8Array(16), A);
  log.append({ kind: EntryKind.add, subject: B.publicKey }, A);
  const group = new Group(log);
  const cargo = { name: "n", bytes: 1, digest: "0".repeat(64) };
  const contents: GroupContent[] = [
    { kind: ContentKind.text, text: "1" },
    { kind: ContentKind.files, ...cargo },
    { kind: ContentKind.voice, milliseconds: 1000, ...cargo },
  ];
  const messages = contents.map((content, n) =>
    group.write(content, new Uint8Array(16).fill(n), n, A)
  );
  return { group, messages };
}

const { group: known, messages } = pair();
const DECODERS = [decodeEntry, decodeGroupMessage, decodeHave, decodeSigned, decodeName];

export const groupParsers: FuzzTarget = {
  name: "group-parsers",
  run: (bytes) => void DECODERS[(bytes[0] ?? 0) % DECODERS.length]!(bytes.subarray(1)),
  seeds: () => [
    Uint8Array.of(0, ...known.log.entries[0]!.bytes),
    ...messages.map(({ bytes }) => Uint8Array.of(1, ...bytes)),
    Uint8Array.of(2, ...encodeHave(known.have).subarray(RECORD_HEADER_BYTES)),
  ],
};

/** The input: pieces of "type u8, length u16, body"; each is a record of B's to A. */
function pieces(bytes: Uint8Array): Array<{ type: number; body: Uint8Array }> {
  const found = [];
  for (let at = 0; at + 3 <= bytes.length;) {
    const length = bytes[at + 1]! << 8 | bytes[at + 2]!;
    found.push({ type: bytes[at]!, body: bytes.subarray(at + 3, at + 3 + length) });
    at += 3 + length;
  }
  return found;
}

function piece(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = parts.flatMap((part) => [...part]);
  return Uint8Array.of(type, body.length >> 8, body.length & 255, ...body);
}

export const groupMember: FuzzTarget = {
  name: "group-member",
  async run(bytes) {
    const member = new Member({
      self: A.key,
      taken: () => undefined,
      received: () => undefined,
      invited: () => undefined,
      declined: () => false,
      refused: () => undefined,
      wanted: (_, peer) => peer === A.key,
      missing: () => undefined,
    });
    member.joined(pair().group);
    const link = member.connect(B.key, () => undefined);
    for (const { type, body } of pieces(bytes)) {
      link.receive(type, body);
      await link.flush();
      member.tick();
    }
  },
  seeds: () => {
    const id = Uint8Array.fromHex(known.id);
    const [first] = messages as [GroupMessage];
    return [
      Uint8Array.of(
        ...piece(0x20, encodeHave(known.have).subarray(RECORD_HEADER_BYTES)),
        ...piece(0x22, id, first.bytes),
        ...piece(0x23, id, Uint8Array.fromHex(first.id)),
        ...piece(0x24, id, Uint8Array.fromHex(first.id)),
        ...piece(0x25, id, Uint8Array.fromHex(first.id)),
        ...piece(0x26, id, Uint8Array.fromHex(first.id)),
      ),
      piece(0x21, id, known.log.entries[1]!.bytes),
    ];
  },
};
