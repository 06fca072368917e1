/** Our own PNG reader and writer: every kind of picture, the limits, and hostile files. */
import assert from "node:assert/strict";
import { english, says } from "../support/english.ts";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { concat } from "../../lib/bytes.ts";
import { FormatError, LimitError, P2PError } from "../../lib/errors.ts";
import { chooseFilters } from "../../lib/stego/png/filter.ts";
import {
  DEFAULT_PICTURE_LIMITS,
  filterDistance,
  passesOf,
  type PngHeader,
} from "../../lib/stego/png/header.ts";
import { PNG_SIGNATURE, readPng } from "../../lib/stego/png/read.ts";
import { chunk, headerData } from "../../lib/stego/png/write.ts";
import {
  chunksOf,
  decode,
  encode,
  header,
  otherChunks,
  photoFile,
  photoScanlines,
  pngFile,
} from "./support.ts";

/** Every kind of picture there is (ISO/IEC 15948 table 11.1), plain and interlaced. */
const KINDS: readonly PngHeader[] = [
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
].flatMap(([colourType, depths]) =>
  (depths as number[]).flatMap((bitDepth) =>
    [false, true].map((interlaced) =>
      header(33, 21, { colourType: colourType as number, bitDepth, interlaced })
    )
  )
);

const PALETTE = {
  type: "PLTE",
  data: Uint8Array.from({ length: 6 }, (_, i) => 40 * i),
};

function fileOf(head: PngHeader): Uint8Array {
  const before = head.colourType === 3 ? [PALETTE] : [];
  return pngFile(head, photoScanlines(head), { before });
}

Deno.test("every kind of picture is read and written back with all its scanlines and filters", async () => {
  for (const head of KINDS) {
    const png = await decode(fileOf(head));
    assert.deepEqual(png.header, head);
    assert.deepEqual(png.scanlines, photoScanlines(head));
    assert.deepEqual((await decode(await encode(png))).scanlines, png.scanlines);
  }
});

Deno.test("tiny interlaced pictures, where passes are empty", async () => {
  for (const width of [1, 2, 3, 5, 8, 9]) {
    for (const height of [1, 2, 4, 5, 9]) {
      const head = header(width, height, { interlaced: true });
      const png = await decode(photoFile(head));
      assert.equal(
        png.passes.reduce((sum, pass) => sum + pass.width * pass.height, 0),
        width * height,
      );
      assert.deepEqual((await decode(await encode(png))).scanlines, photoScanlines(head));
    }
  }
});

Deno.test("all other chunks stay where they are, byte for byte, and so does what follows IEND", async () => {
  const head = header(40, 30);
  const text = { type: "tEXt", data: new TextEncoder().encode("Comment\0hello") };
  const before = [
    { type: "gAMA", data: Uint8Array.of(0, 0, 177, 143) },
    { type: "pHYs", data: new Uint8Array(9) },
    { type: "vpAg", data: Uint8Array.of(1, 2, 3) },
    text,
  ];
  const after = [{ type: "tIME", data: new Uint8Array(7) }, text];
  const file = concat(
    pngFile(head, photoScanlines(head), { before, after }),
    new TextEncoder().encode("appended"),
  );
  const copy = await encode(await decode(file));
  assert.deepEqual(otherChunks(copy.subarray(0, -8)), otherChunks(file.subarray(0, -8)));
  assert.deepEqual(copy.subarray(-8), new TextEncoder().encode("appended"));
});

Deno.test("IDAT chunks keep their length, and a single one stays single", async () => {
  const head = header(60, 50);
  for (const cut of [100, 1_000_000]) {
    const file = pngFile(head, photoScanlines(head), { cut });
    const lengths = (bytes: Uint8Array) =>
      chunksOf(bytes).filter(({ type }) => type === "IDAT").map(({ data }) => data.length);
    const copy = lengths(await encode(await decode(file)));
    assert.equal(copy[0], cut === 100 ? 100 : copy[0]);
    assert.equal(copy.length === 1, cut !== 100);
  }
});

Deno.test("an uncompressed picture stays uncompressed, and the level stated stays", async () => {
  const head = header(64, 64);
  const stored = pngFile(head, photoScanlines(head), { level: 0, cut: 1e6 });
  const copy = await encode(await decode(stored));
  assert.equal(copy.length, stored.length);
  for (const level of [1, 6, 9]) {
    const file = pngFile(head, photoScanlines(head), { level, cut: 1e6 });
    const zlib = (bytes: Uint8Array) => chunksOf(bytes).find(({ type }) => type === "IDAT")!.data;
    assert.deepEqual(
      zlib(await encode(await decode(file))).subarray(0, 2),
      zlib(file).subarray(0, 2),
    );
  }
});

Deno.test("the filter with the least sum is chosen", () => {
  const head = header(50, 40);
  const scanlines = photoScanlines(head);
  const pass = passesOf(head)[0]!;
  const before = scanlines.slice();
  chooseFilters(scanlines, pass, filterDistance(head));
  const chosen = new Set<number>();
  for (let row = 0; row < pass.height; row++) chosen.add(scanlines[row * pass.stride]!);
  assert.ok(chosen.size > 1, `only filters ${[...chosen]}`);
  for (let i = 0; i < scanlines.length; i++) {
    if (i % pass.stride !== 0) assert.equal(scanlines[i], before[i]);
  }
});

/** Replaces a chunk's data (its CRC made right) or drops it. */
function withChunk(file: Uint8Array, type: string, data: Uint8Array | undefined): Uint8Array {
  return concat(
    PNG_SIGNATURE,
    ...chunksOf(file).flatMap((one) => {
      if (one.type !== type) return [chunk(one.type, one.data)];
      return data === undefined ? [] : [chunk(type, data)];
    }),
  );
}

const SMALL = photoFile(header(16, 12));

Deno.test("malformed files are refused, each for its reason", async () => {
  const head = headerData(header(16, 12));
  const spoil = (at: number, value: number) => {
    const data = head.slice();
    data[at] = value;
    return withChunk(SMALL, "IHDR", data);
  };
  const parts = chunksOf(SMALL);
  const put = (...list: readonly (readonly [string, Uint8Array])[]) =>
    concat(PNG_SIGNATURE, ...list.map(([type, data]) => chunk(type, data)));
  const idat = parts.filter(({ type }) => type === "IDAT").map(({ data }) => data);
  const all = concat(...idat);
  const none = new Uint8Array(0);
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["empty", none, /truncated|not a PNG/],
    ["short text", new TextEncoder().encode("hi"), /not a PNG/],
    ["text", new TextEncoder().encode("hello, this is no picture"), /not a PNG/],
    ["no width", spoil(3, 0), /impossible width/],
    ["huge width", spoil(0, 0x80), /impossible width/],
    ["depth 3", spoil(8, 3), /3 bits does not go with colour type 2/],
    ["colour type 5", spoil(9, 5), /unknown colour type 5/],
    ["compression 1", spoil(10, 1), /compression method/],
    ["filter 1", spoil(11, 1), /filter method/],
    ["interlace 2", spoil(12, 2), /interlace method/],
    ["short IHDR", withChunk(SMALL, "IHDR", head.slice(0, 12)), /13 bytes/],
    ["no IHDR", withChunk(SMALL, "IHDR", undefined), /IHDR/],
    ["no IDAT", withChunk(SMALL, "IDAT", undefined), /no image data/],
    ["IHDR twice", put(["IHDR", head], ["IHDR", head]), /IHDR twice/],
    ["IDAT apart", put(["IHDR", head], ["IDAT", all], ["tEXt", none], ["IDAT", none]), /together/],
    ["IEND with data", put(["IHDR", head], ["IDAT", all], ["IEND", head]), /IEND has data/],
    ["unknown critical", put(["IHDR", head], ["ABcD", none], ["IDAT", all]), /critical chunk ABcD/],
    ["bad type", put(["IHDR", head], ["1234", none]), /chunk type/],
    ["empty palette", put(["IHDR", head], ["PLTE", none], ["IDAT", all]), /PLTE/],
    ["odd palette", put(["IHDR", head], ["PLTE", new Uint8Array(4)], ["IDAT", all]), /PLTE/],
    ["tRNS of 5", put(["IHDR", head], ["tRNS", new Uint8Array(5)], ["IDAT", all]), /tRNS/],
    [
      "no palette",
      withChunk(photoFile(header(16, 12, { colourType: 3 })), "none", none),
      /no palette/,
    ],
    [
      "short data",
      put(["IHDR", head], ["IDAT", deflateSync(new Uint8Array(100))], ["IEND", none]),
      /less image data/,
    ],
    [
      "long data",
      put(["IHDR", head], ["IDAT", deflateSync(new Uint8Array(9999))], ["IEND", none]),
      /more image data/,
    ],
    [
      "filter type 9",
      put(["IHDR", head], ["IDAT", deflateSync(new Uint8Array(588).fill(9))], ["IEND", none]),
      /filter type 9/,
    ],
  ];
  for (const [name, file, reason] of cases) {
    await assert.rejects(decode(file), (error) => {
      assert.ok(error instanceof FormatError, `${name}: ${error}`);
      assert.match(english(error), reason, name);
      return true;
    }, name);
  }
});

Deno.test("a changed byte is refused wherever it stands, and so is every truncation", async () => {
  for (let at = 0; at < SMALL.length; at++) {
    const file = SMALL.slice();
    file[at]! ^= 0x20;
    await assert.rejects(decode(file), P2PError, `byte ${at}`);
    await assert.rejects(decode(SMALL.subarray(0, at)), P2PError, `${at} bytes`);
  }
});

Deno.test("pieces of any size give the same picture", async () => {
  const whole = await decode(SMALL);
  for (const size of [1, 7, 64]) {
    const buffer = new Uint8Array(size);
    const pieces = async function* () {
      for (let at = 0; at < SMALL.length; at += size) {
        const part = SMALL.subarray(at, at + size);
        buffer.set(part); // one buffer for all: a piece is valid until the next
        yield await Promise.resolve(buffer.subarray(0, part.length));
      }
    };
    assert.deepEqual(await readPng(pieces(), DEFAULT_PICTURE_LIMITS), whole);
  }
});

Deno.test("a mutated picture is accepted or refused with our own error", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(SMALL.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(2),
      async (changes, mode) => {
        const file = SMALL.slice();
        for (const [at, value] of changes) file[at] = value;
        // With the checksums made right again the changes get past the CRC.
        const hostile = mode === 0 ? file : repaired(file);
        try {
          await encode(await decode(hostile, 100_000));
        } catch (error) {
          if (!(error instanceof P2PError)) throw error;
        }
      },
    ),
    { numRuns: 1500 },
  );
});

/** The chunks of a damaged file, as far as they can be told apart, with right checksums. */
function repaired(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const parts: Uint8Array[] = [PNG_SIGNATURE];
  for (let at = 8; at + 12 <= file.length;) {
    const length = view.getUint32(at);
    if (at + 12 + length > file.length) break;
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (!/^[\x20-\x7e]{4}$/.test(type)) break;
    parts.push(chunk(type, file.subarray(at + 8, at + 8 + length)));
    at += 12 + length;
  }
  return concat(...parts);
}

/** A file that claims a size; its data is zeros that compress a thousandfold. */
function bomb(head: PngHeader, bytes: number): Uint8Array {
  const none = new Uint8Array(0);
  return concat(
    PNG_SIGNATURE,
    chunk("IHDR", headerData(head)),
    chunk("IDAT", deflateSync(new Uint8Array(bytes), { level: 9 })),
    chunk("IEND", none),
  );
}

Deno.test("bombs are answered at once: huge pictures, huge data, huge chunks, endless chunks", async () => {
  const start = performance.now();
  await assert.rejects(decode(bomb(header(16384, 16384), 10)), LimitError);
  await assert.rejects(decode(bomb(header(0x7fffffff, 0x7fffffff), 10)), LimitError);
  await assert.rejects(
    decode(bomb(header(7000, 7000, { bitDepth: 16, colourType: 6 }), 10)),
    LimitError,
  );
  await assert.rejects(decode(bomb(header(100, 100), 100_000_000)), says(/more image data/));
  const head = headerData(header(16, 12));
  const huge = concat(
    PNG_SIGNATURE,
    chunk("IHDR", head),
    Uint8Array.of(0x7f, 0xff, 0xff, 0xff),
    new TextEncoder().encode("tEXt"),
  );
  await assert.rejects(decode(huge), LimitError);
  const endless = async function* (one: Uint8Array) {
    yield await Promise.resolve(concat(PNG_SIGNATURE, chunk("IHDR", head)));
    for (;;) yield one;
  };
  const none = new Uint8Array(0);
  await assert.rejects(readPng(endless(chunk("tEXt", none)), DEFAULT_PICTURE_LIMITS), LimitError);
  await assert.rejects(readPng(endless(chunk("IDAT", none)), DEFAULT_PICTURE_LIMITS), LimitError);
  const trailing = async function* () {
    yield await Promise.resolve(SMALL);
    for (;;) yield new Uint8Array(1 << 20);
  };
  await assert.rejects(readPng(trailing(), DEFAULT_PICTURE_LIMITS), LimitError);
  const took = performance.now() - start;
  assert.ok(took < 4000, `took ${took.toFixed(0)} ms`);
});

Deno.test("the limit on pixels is the caller's", async () => {
  await assert.rejects(decode(SMALL, 16 * 12 - 1), LimitError);
  assert.equal((await decode(SMALL, 16 * 12)).header.width, 16);
});
