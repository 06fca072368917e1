/** Our inflate against the runtime's zlib: everything zlib writes, in any cut; nothing past the target. */
import assert from "node:assert/strict";
import { says } from "../support/english.ts";
import { constants, deflateSync } from "node:zlib";
import fc from "fast-check";
import { FormatError } from "../../lib/errors.ts";
import { adler32, BoundedInflate } from "../../lib/stego/png/inflate.ts";
import { seeded } from "./support.ts";

function inflate(stream: Uint8Array, size: number, cut: number): Uint8Array {
  const target = new Uint8Array(size);
  const codec = new BoundedInflate(target);
  for (let at = 0; at < stream.length; at += cut) codec.write(stream.subarray(at, at + cut));
  codec.finish();
  return target;
}

/** Bytes of different character: noise, few symbols, long repeats, runs. */
function sample(kind: number, length: number, seed: number): Uint8Array {
  const random = seeded(seed);
  return Uint8Array.from({ length }, (_, i) => {
    switch (kind) {
      case 0:
        return 256 * random();
      case 1:
        return 5 * random() * random();
      case 2:
        return (i % 1009) * (random() < 0.999 ? 1 : 3);
      default:
        return i >> 9;
    }
  });
}

Deno.test("inflates what zlib deflates, whole and in pieces", () => {
  const { Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED } = constants;
  fc.assert(
    fc.property(
      fc.nat(3),
      fc.nat(150_000),
      fc.nat(),
      fc.constantFrom(0, 1, 6, 9),
      fc.constantFrom(Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED),
      fc.constantFrom(9, 12, 15),
      fc.constantFrom(1, 77, 70_000),
      (kind, length, seed, level, strategy, windowBits, cut) => {
        const data = sample(kind, length, seed);
        const stream = deflateSync(data, { level, strategy, windowBits });
        assert.deepEqual(inflate(stream, length, cut), data);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a stream of the wrong length is refused, and nothing is written past the target", () => {
  const stream = deflateSync(sample(1, 5000, 1));
  assert.throws(() => inflate(stream, 4999, 100), says(/more image data than the header says/));
  assert.throws(() => inflate(stream, 5001, 100), says(/less image data than the header says/));
  const bomb = deflateSync(new Uint8Array(50_000_000));
  const guarded = new Uint8Array(2000);
  const codec = new BoundedInflate(guarded.subarray(500, 1500));
  assert.throws(() => {
    codec.write(bomb);
    codec.finish();
  }, FormatError);
});

Deno.test("every truncation and every changed byte is refused, or the data is the same", () => {
  for (const level of [0, 6]) {
    const data = sample(1, 3000, 2);
    const stream = deflateSync(data, { level });
    for (let length = 0; length < stream.length; length += 3) {
      assert.throws(() => inflate(stream.subarray(0, length), data.length, 512), FormatError);
    }
    for (let at = 0; at < stream.length; at++) {
      const changed = stream.slice();
      changed[at]! ^= 1 << (at % 8);
      try {
        assert.deepEqual(inflate(changed, data.length, 512), data);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
  }
});

Deno.test("random bytes never crash it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(2), (bytes, kind) => {
      const head = [[], [0x78, 0x9c], [0x78, 0x9c, 5]][kind]!;
      try {
        inflate(Uint8Array.of(...head, ...bytes), 1000, 50);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("codes that are over-subscribed, incomplete or have no end are refused", () => {
  // A dynamic block (RFC 1951 §3.2.7) of 19 code lengths; each case spoils the tree in its own way.
  const cases: readonly (readonly [bits: string, reason: RegExp])[] = [
    ["1 01 00000 00000 1111" + "111".repeat(19), /too few codes|too many codes/],
    ["1 01 00000 00000 1111" + "100".repeat(19), /too many codes/],
    ["1 01 11111 00000 0000", /too many codes/],
    ["1 01 00000 01111 0000", /too many codes/],
    ["1 11", /unknown kind of block/],
  ];
  for (const [bits, reason] of cases) {
    // Written as they are packed: the first bit of each field is its lowest.
    const packed = bits.replaceAll(" ", "");
    const bytes = [0x78, 0x9c];
    for (let at = 0; at < packed.length; at += 8) {
      bytes.push(parseInt([...packed.slice(at, at + 8).padEnd(8, "0")].reverse().join(""), 2));
    }
    assert.throws(() => inflate(Uint8Array.from(bytes), 100, 50), says(reason), bits);
  }
});

Deno.test("Adler-32 of a known text and of long input", () => {
  assert.equal(adler32(new TextEncoder().encode("Wikipedia")), 0x11e60398);
  assert.equal(adler32(new Uint8Array(100_000).fill(255)), referenceAdler(100_000));
});

function referenceAdler(length: number): number {
  let a = 1n;
  let b = 0n;
  for (let i = 0; i < length; i++) {
    a = (a + 255n) % 65521n;
    b = (b + a) % 65521n;
  }
  return Number(b * 65536n + a);
}
