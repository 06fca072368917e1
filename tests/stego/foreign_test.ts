/** JPEG and GIF covers: decoded as they look, turned upright, bounded, and refused where they are damaged. */
import assert from "node:assert/strict";
import { english, says } from "../support/english.ts";
import { inflateSync } from "node:zlib";
import { concat } from "../../lib/bytes.ts";
import { FormatError, LimitError, P2PError } from "../../lib/errors.ts";
import { carrierOf } from "../../lib/stego/picture.ts";
import { openForeign } from "../../lib/stego/foreign/open.ts";
import { kindOf } from "../../lib/stego/foreign/size.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../lib/stego/png/header.ts";
import type { Png } from "../../lib/stego/png/read.ts";
import { decode, encode, rgbaOf } from "./support.ts";
import { onePiece } from "./one-piece.ts";

/** Pictures of one procedural scene, written by netpbm. */
function fixture(name: string): Promise<Uint8Array> {
  return Deno.readFile(new URL(`../../fixtures/stego/${name}`, import.meta.url));
}

const COVER = await decode(await fixture("cover.png"));

function open(
  kind: "JPEG" | "GIF",
  bytes: Uint8Array,
  maxPixels = DEFAULT_PICTURE_LIMITS.maxPixels,
): Promise<Png> {
  return openForeign(kind, onePiece(bytes), { maxPixels });
}

/** Mean difference of two pictures' colours. */
function difference(one: Png, other: Png, grey = false): number {
  const a = rgbaOf(one);
  const b = rgbaOf(other);
  assert.equal(a.length, b.length);
  const light = (pixel: readonly number[]) =>
    0.299 * pixel[0]! + 0.587 * pixel[1]! + 0.114 * pixel[2]!;
  const sum = a.reduce((total, pixel, i) => {
    const to = b[i]!;
    if (grey) return total + Math.abs(light(pixel) - light(to));
    return total + [0, 1, 2].reduce((all, c) => all + Math.abs(pixel[c]! - to[c]!), 0) / 3;
  }, 0);
  return sum / a.length;
}

Deno.test("JPEG, baseline, progressive and grey, and GIF look as the original does and can carry", async () => {
  for (
    const [name, kind, colourType, most] of [
      ["colour.jpg", "JPEG", 2, 5],
      ["progressive.jpg", "JPEG", 2, 5],
      ["grey.jpg", "JPEG", 0, 5],
      ["palette.gif", "GIF", 2, 6],
    ] as const
  ) {
    const bytes = await fixture(name);
    assert.equal(kindOf(bytes), kind);
    const png = await open(kind, bytes);
    assert.deepEqual(
      [png.header.width, png.header.height, png.header.bitDepth, png.header.colourType],
      [96, 64, 8, colourType],
    );
    const apart = difference(png, COVER, colourType === 0);
    assert.ok(apart < most, `${name}: ${apart}`);
    assert.ok(carrierOf(png).available >= 96 * 64);
    assert.deepEqual((await decode(await encode(png))).scanlines, png.scanlines);
  }
});

/** The JPEG with a segment put behind its first marker. */
function withSegment(jpeg: Uint8Array, marker: number, data: Uint8Array): Uint8Array {
  const length = data.length + 2;
  return concat(
    jpeg.subarray(0, 2),
    Uint8Array.of(0xff, marker, length >> 8, length & 255),
    data,
    jpeg.subarray(2),
  );
}

function exif(orientation: number, little: boolean): Uint8Array {
  const text = new TextEncoder().encode(little ? "Exif\0\0II" : "Exif\0\0MM");
  const tiff = new Uint8Array(24);
  const view = new DataView(tiff.buffer);
  view.setUint16(0, 42, little);
  view.setUint32(2, 8, little);
  view.setUint16(6, 1, little);
  view.setUint16(8, 0x0112, little);
  view.setUint16(10, 3, little);
  view.setUint32(12, 1, little);
  view.setUint16(16, orientation, little);
  return concat(text, tiff);
}

Deno.test("a JPEG that the camera took sideways stands upright", async () => {
  const jpeg = await fixture("colour.jpg");
  const plain = await open("JPEG", jpeg);
  const pixels = rgbaOf(plain);
  const at = (x: number, y: number) => pixels[y * 96 + x]!;
  // Where the upright pixel (x, y) comes from, for each orientation (Exif 2.3 §4.6.4).
  const source: readonly ((x: number, y: number) => number[])[] = [
    (x, y) => at(x, y),
    (x, y) => at(95 - x, y),
    (x, y) => at(95 - x, 63 - y),
    (x, y) => at(x, 63 - y),
    (x, y) => at(y, x),
    (x, y) => at(y, 63 - x),
    (x, y) => at(95 - y, 63 - x),
    (x, y) => at(95 - y, x),
  ];
  for (const [i, from] of source.entries()) {
    for (const little of [false, true]) {
      const png = await open("JPEG", withSegment(jpeg, 0xe1, exif(i + 1, little)));
      const { width, height } = png.header;
      assert.deepEqual([width, height], i >= 4 ? [64, 96] : [96, 64], `orientation ${i + 1}`);
      rgbaOf(png).forEach((pixel, n) => {
        assert.deepEqual(pixel, from(n % width, Math.floor(n / width)), `orientation ${i + 1}`);
      });
    }
  }
  const odd = await open("JPEG", withSegment(jpeg, 0xe1, exif(9, true)));
  assert.deepEqual(rgbaOf(odd), pixels);
  const short = await open("JPEG", withSegment(jpeg, 0xe1, exif(6, true).subarray(0, 20)));
  assert.deepEqual(rgbaOf(short), pixels);
});

Deno.test("a JPEG's colour profile goes along, its other data does not", async () => {
  const profile = crypto.getRandomValues(new Uint8Array(300));
  const part = (n: number, data: Uint8Array) =>
    concat(new TextEncoder().encode("ICC_PROFILE\0"), Uint8Array.of(n, 2), data);
  let jpeg = await fixture("colour.jpg");
  jpeg = withSegment(jpeg, 0xe2, part(2, profile.subarray(100)));
  jpeg = withSegment(jpeg, 0xe2, part(1, profile.subarray(0, 100)));
  jpeg = withSegment(jpeg, 0xfe, new TextEncoder().encode("a comment"));
  const png = await open("JPEG", jpeg);
  assert.deepEqual(png.before.map(({ type }) => type), ["iCCP"]);
  assert.deepEqual(new Uint8Array(inflateSync(png.before[0]!.data.subarray(13))), profile);
});

Deno.test("sizes are read before anything is decoded", async () => {
  const jpeg = await fixture("colour.jpg");
  const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
  const huge = jpeg.slice();
  huge.set([0xff, 0xff, 0xff, 0xff], frame + 5);
  const start = performance.now();
  await assert.rejects(open("JPEG", huge), LimitError);
  await assert.rejects(open("JPEG", jpeg, 96 * 64), LimitError);
  const gif = (await fixture("palette.gif")).slice();
  await assert.rejects(open("GIF", gif, 96 * 64), LimitError);
  gif.set([0xff, 0xff, 0xff, 0xff], 6);
  await assert.rejects(open("GIF", gif), LimitError);
  assert.ok(performance.now() - start < 2000);
});

Deno.test("a GIF whose frame is larger than its screen is measured by the frame", async () => {
  const gif = (await fixture("palette.gif")).slice();
  const at = gif.findIndex((byte, i) => byte === 0x2c && gif[i + 5] === 96 && gif[i + 7] === 64);
  gif.set([0xff, 0xff, 0xff, 0xff], at + 5);
  await assert.rejects(open("GIF", gif), LimitError);
});

Deno.test("very many scans are refused", async () => {
  const jpeg = await fixture("progressive.jpg");
  const scan = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xda);
  const scans = Array.from({ length: 80 }, () => jpeg.subarray(scan, -2));
  await assert.rejects(
    open("JPEG", concat(jpeg.subarray(0, scan), ...scans)),
    says(/more than 64 scans/),
  );
});

Deno.test("damaged JPEG and GIF files are refused with our own error, or look damaged", async () => {
  for (
    const [kind, name] of [["JPEG", "colour.jpg"], ["JPEG", "progressive.jpg"], [
      "GIF",
      "palette.gif",
    ]] as const
  ) {
    const bytes = await fixture(name);
    for (let i = 0; i < 60; i++) {
      const damaged = i % 2 === 0
        ? bytes.slice(0, Math.floor(bytes.length * i / 60))
        : bytes.slice();
      if (i % 2 === 1) damaged[Math.floor(damaged.length * i / 60)]! ^= 0xff;
      try {
        await open(kind, damaged, 1_000_000);
      } catch (error) {
        assert.ok(error instanceof P2PError, `${name} ${i}: ${error}`);
      }
    }
  }
});

Deno.test("other kinds are named and refused", async () => {
  const text = (words: string) => new TextEncoder().encode(words);
  for (
    const [kind, bytes] of [
      ["WebP", text("RIFF1234WEBPVP8 ")],
      ["HEIF or AVIF", text("0123ftypheic")],
      ["HEIF or AVIF", text("0123ftypavif")],
      ["TIFF", Uint8Array.of(0x49, 0x49, 42, 0, 1, 2, 3, 4, 5, 6, 7, 8)],
      ["JPEG XL", Uint8Array.of(0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20, 1, 2, 3, 4)],
    ] as const
  ) {
    assert.equal(kindOf(bytes), kind);
    await assert.rejects(openForeign(kind, onePiece(bytes), DEFAULT_PICTURE_LIMITS), (error) => {
      assert.ok(error instanceof FormatError);
      assert.match(english(error), new RegExp(`${kind} pictures cannot be read`));
      return true;
    });
  }
  assert.equal(kindOf(text("hello")), undefined);
  assert.equal(kindOf(new Uint8Array(0)), undefined);
});
