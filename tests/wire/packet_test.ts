/** The clear part of datagrams: what is written can be read, and nothing else does harm. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, concat, hex } from "../../lib/bytes.ts";
import { FormatError, LocalProtocolError } from "../../lib/errors.ts";
import {
  decodeHandshake,
  encodeCookieReply,
  encodeFinal,
  encodeInitiation,
  encodeResponse,
  encodeVersionReply,
  type HandshakeDatagram,
  INITIATION_BYTES,
  initiationHeader,
  looksLikeHandshake,
  mac1Parts,
  MAC_BYTES,
  MAX_INITIATION_BODY,
} from "../../lib/wire/packet.ts";
import { expandPacketNumber, MAX_PACKET_NUMBER } from "../../lib/wire/packet-number.ts";
import {
  decodeSealedHeader,
  encodeSealedHeader,
  isSealed,
  SEALED_HEADER_BYTES,
  sealedHeader,
} from "../../lib/wire/packet-sealed.ts";

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max });

function checked(datagram: Bytes): Bytes {
  return concat(datagram, new Uint8Array(MAC_BYTES).fill(0xcc));
}

function decode(datagram: Uint8Array): HandshakeDatagram {
  assert.ok(looksLikeHandshake(datagram));
  return decodeHandshake(datagram);
}

Deno.test("initiation: written, read, covered by its mac1", () => {
  fc.assert(fc.property(
    fc.constantFrom("XX" as const, "IK" as const, "resume" as const),
    u32,
    bytes(0, MAX_INITIATION_BODY),
    (kind, sender, body) => {
      const header = initiationHeader(kind, sender);
      const datagram = encodeInitiation(header, body);
      assert.equal(datagram.length, INITIATION_BYTES);
      const message = decode(datagram);
      assert.ok(message.type === "initiation");
      assert.deepEqual([message.kind, message.sender, message.version], [kind, sender, 1]);
      assert.equal(hex(message.header), hex(header));
      assert.equal(hex(message.body), hex(body));
      const { covered, mac1 } = mac1Parts(datagram);
      assert.equal(covered.length + mac1.length + 16, INITIATION_BYTES);
    },
  ));
  assert.throws(
    () => encodeInitiation(initiationHeader("XX", 1), new Uint8Array(MAX_INITIATION_BODY + 1)),
    LocalProtocolError,
  );
});

Deno.test("response, final, cookie reply, version reply: written and read", () => {
  fc.assert(fc.property(
    fc.constantFrom("XX" as const, "IK" as const, "resume" as const, "fallback" as const),
    u32,
    u32,
    bytes(1, 1000),
    bytes(16, 16),
    bytes(16, 16),
    (kind, receiver, sender, body, echo, cookie) => {
      const response = decode(checked(encodeResponse(kind, receiver, sender, body)));
      assert.deepEqual(response, { type: "response", kind, receiver, sender, body });
      const final = decode(checked(encodeFinal(receiver, body)));
      assert.deepEqual(final, { type: "final", receiver, body });
      const reply = decode(checked(encodeCookieReply(receiver, echo, cookie)));
      assert.deepEqual(reply, { type: "cookie", receiver, echo, cookie });
      const versions = [...body.subarray(0, 255)];
      const version = decode(checked(encodeVersionReply(receiver, echo, versions)));
      assert.deepEqual(version, { type: "version", receiver, echo, versions });
    },
  ));
});

Deno.test("an initiation of another version keeps its clear fields, whatever follows", () => {
  const datagram = new Uint8Array(1400).fill(0xab);
  datagram.set([1, 77, 200, 0, 0, 0, 1, 2]);
  const message = decode(datagram);
  assert.ok(message.type === "initiation");
  assert.deepEqual([message.version, message.sender, message.body.length], [77, 258, 0]);
});

Deno.test("any bytes: not a datagram of ours, or parsed, or a FormatError; truncated ones too", () => {
  const first = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 0x40, 0x80, 0xff);
  fc.assert(
    fc.property(first, first, bytes(0, 1300), fc.nat(1300), (type, version, rest, cut) => {
      const datagram = concat(Uint8Array.of(type, version), rest).subarray(0, cut);
      if (!looksLikeHandshake(datagram)) return;
      try {
        decodeHandshake(datagram);
      } catch (error) {
        assert.ok(error instanceof FormatError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
  for (const kind of [0, 4, 5, 255]) {
    const datagram = encodeInitiation(initiationHeader("XX", 1), new Uint8Array(33));
    datagram[2] = kind;
    assert.throws(() => decodeHandshake(datagram), FormatError);
  }
  const tooLong = encodeInitiation(initiationHeader("XX", 1), new Uint8Array(33));
  tooLong.set([0xff, 0xff], 8);
  assert.throws(() => decodeHandshake(tooLong), FormatError);
});

Deno.test("sealed header: written and read; reserved bits and short datagrams refused", () => {
  const header = sealedHeader();
  fc.assert(fc.property(
    fc.constantFrom(0 as const, 1 as const),
    u32,
    fc.nat(MAX_PACKET_NUMBER),
    (phase, receiver, packetNumber) => {
      const datagram = new Uint8Array(SEALED_HEADER_BYTES + 16);
      encodeSealedHeader(datagram, phase, receiver, packetNumber);
      assert.ok(isSealed(datagram));
      assert.ok(decodeSealedHeader(datagram, header));
      assert.deepEqual([header.phase, header.receiver], [phase, receiver]);
      assert.equal(header.truncated, packetNumber % 2 ** 24);
      assert.equal(expandPacketNumber(packetNumber - 1, header.truncated, 3), packetNumber);
    },
  ));
  const datagram = new Uint8Array(SEALED_HEADER_BYTES + 16);
  encodeSealedHeader(datagram, 0, 1, 1);
  assert.ok(!decodeSealedHeader(datagram.subarray(0, -1), header));
  for (const bit of [0x04, 0x08, 0x20, 0x80]) {
    const other = datagram.slice();
    other[0]! |= bit;
    assert.ok(!isSealed(other) || !decodeSealedHeader(other, header));
  }
  assert.ok(!isSealed(new Uint8Array(0)));
});

Deno.test("packet numbers: the example of RFC 9000 appendix A.3, and all within half a window", () => {
  assert.equal(expandPacketNumber(0xa82f30ea, 0x9b32, 2), 0xa82f9b32);
  assert.equal(expandPacketNumber(-1, 0, 3), 0);
  assert.equal(expandPacketNumber(-1, 5, 1), 5);
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 4 }),
    fc.nat(MAX_PACKET_NUMBER - 2 ** 33),
    fc.double({ min: -0.999, max: 0.999, noNaN: true }),
    (length, largest, share) => {
      const half = 2 ** (8 * length - 1);
      const actual = Math.max(0, largest + 1 + Math.trunc(share * (half - 1)));
      const truncated = actual % 2 ** (8 * length);
      assert.equal(expandPacketNumber(largest, truncated, length), actual);
    },
  ));
});
