/** What of a picture carries, and what a change does to it. */
import assert from "node:assert/strict";
import { UnsuitablePictureError } from "../../lib/stego/problem.ts";
import { paritiesOf } from "../../lib/stego/palette.ts";
import { carrierOf } from "../../lib/stego/picture.ts";
import { passesOf, type PngHeader } from "../../lib/stego/png/header.ts";
import { TextureMap, wholeCosts } from "../../lib/stego/texture.ts";
import { english, says } from "../support/english.ts";
import {
  decode,
  header,
  photoFile,
  photoScanlines,
  pngFile,
  rgbaOf,
  samplesOf,
  seeded,
  seededBytes,
} from "./support.ts";

function all(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

/** Flips every position that may carry; answers the pixels before and after. */
async function flipAll(file: Uint8Array) {
  const png = await decode(file);
  const before = samplesOf(png);
  const rgbaBefore = rgbaOf(png);
  const carrier = carrierOf(png);
  const taken = carrier.unavailable();
  const positions = all(carrier.size).filter((position) => !taken.has(position));
  assert.equal(positions.length, carrier.available);
  const bits = new Uint8Array(positions.length);
  carrier.readBits(positions, bits);
  carrier.change(positions, new Uint8Array(positions.length).fill(1), seededBytes(3));
  const flipped = new Uint8Array(positions.length);
  carrier.readBits(positions, flipped);
  bits.forEach((bit, i) => assert.equal(flipped[i], 1 - bit));
  const again = carrierOf(png);
  assert.equal(again.available, carrier.available, "the same positions carry afterwards");
  const left = again.unavailable();
  for (const position of positions) assert.ok(!left.has(position));
  return { png, before, rgbaBefore, after: samplesOf(png), rgbaAfter: rgbaOf(png) };
}

Deno.test("8 and 16 bits, with and without alpha, interlaced too: every colour sample moves by one, alpha not", async () => {
  for (const colourType of [0, 2, 4, 6]) {
    for (const bitDepth of [8, 16]) {
      for (const interlaced of [false, true]) {
        const head = header(29, 17, { colourType, bitDepth, interlaced });
        const { before, after } = await flipAll(photoFile(head));
        const alpha = colourType >= 4 ? before[0]!.length - 1 : -1;
        before.forEach((pixel, i) => {
          pixel.forEach((value, c) => {
            const unseen = alpha >= 0 && pixel[alpha] === 0;
            const step = c === alpha || unseen ? 0 : 1;
            assert.equal(Math.abs(after[i]![c]! - value), step, `type ${colourType}, pixel ${i}`);
          });
        });
      }
    }
  }
});

Deno.test("0 goes up and the maximum goes down; in between both ways are as frequent", async () => {
  for (const bitDepth of [8, 16]) {
    const max = 2 ** bitDepth - 1;
    const head = header(64, 64, { colourType: 0, bitDepth });
    const scanlines = photoScanlines(head);
    for (let i = 0; i < scanlines.length; i++) {
      const inRow = i % (1 + 64 * bitDepth / 8);
      if (inRow > 0) scanlines[i] = inRow <= 8 ? 0 : inRow <= 16 ? 255 : scanlines[i]!;
    }
    const { before, after } = await flipAll(pngFile(head, scanlines));
    let up = 0;
    let down = 0;
    before.forEach(([value], i) => {
      const step = after[i]![0]! - value!;
      if (value === 0) assert.equal(step, 1);
      else if (value === max) assert.equal(step, -1);
      else if (step === 1) up++;
      else down++;
    });
    assert.ok(Math.abs(up - down) < 0.1 * (up + down), `${up} up, ${down} down`);
  }
});

Deno.test("a transparent colour: its pixels stay, and none becomes one", async () => {
  for (const [colourType, bitDepth] of [[0, 8], [0, 16], [2, 8], [2, 16]] as const) {
    const max = 2 ** bitDepth - 1;
    for (const key of [0, 1, 5, max]) {
      const head = header(16, 16, { colourType, bitDepth });
      const random = seeded(key + colourType);
      const scanlines = photoScanlines(head);
      const bytes = bitDepth / 8;
      const stride = scanlines.length / 16;
      // All values within two of the key: every second step would run into it.
      for (let i = 0; i < scanlines.length; i++) {
        const inRow = i % stride - 1;
        if (inRow < 0) continue;
        const value = Math.min(max, Math.max(0, key - 2 + Math.floor(5 * random())));
        if (bytes === 1) scanlines[i] = value;
        else if (inRow % 2 === 0) {
          scanlines[i] = value >> 8;
          scanlines[i + 1] = value & 255;
          i++;
        }
      }
      const channels = colourType === 2 ? 3 : 1;
      const data = new Uint8Array(2 * channels);
      for (let c = 0; c < channels; c++) data.set([key >> 8, key & 255], 2 * c);
      const file = pngFile(head, scanlines, { before: [{ type: "tRNS", data }] });
      const { before, after } = await flipAll(file);
      before.forEach((pixel, i) => {
        const was = pixel.every((value) => value === key);
        assert.equal(after[i]!.every((value) => value === key), was, `key ${key}, pixel ${i}`);
        if (was) assert.deepEqual(after[i], pixel);
      });
    }
  }
});

Deno.test("a grey picture stored as RGB stays grey; one coloured pixel makes it an ordinary one", async () => {
  for (const [colourType, bitDepth] of [[2, 8], [2, 16], [6, 8], [6, 16]] as const) {
    for (const interlaced of [false, true]) {
      const head = header(23, 14, { colourType, bitDepth, interlaced });
      const bytes = bitDepth / 8;
      const pixelBytes = bytes * (colourType === 6 ? 4 : 3);
      const scanlines = photoScanlines(head);
      for (const pass of passesOf(head)) {
        for (let y = 0; y < pass.height; y++) {
          for (let x = 0; x < pass.width; x++) {
            const at = pass.offset + y * pass.stride + 1 + x * pixelBytes;
            scanlines.copyWithin(at + bytes, at, at + bytes);
            scanlines.copyWithin(at + 2 * bytes, at, at + bytes);
          }
        }
      }
      const { before, after } = await flipAll(pngFile(head, scanlines));
      let changed = 0;
      before.forEach(([red, , , alpha], i) => {
        const [r, g, b] = after[i]!;
        assert.ok(r === g && g === b);
        if (alpha !== 0) assert.equal(Math.abs(r! - red!), 1);
        else assert.equal(r, red);
        changed += Number(r !== red);
      });
      assert.ok(changed > 200);
      scanlines[scanlines.length - pixelBytes]! ^= 16;
      assert.equal(carrierOf(await decode(pngFile(head, scanlines))).size, 3 * 23 * 14);
    }
  }
});

/** A palette picture with random indices. */
function paletteFile(
  head: PngHeader,
  palette: readonly number[],
  transparency: readonly number[] = [],
): Uint8Array {
  const random = seeded(9);
  const scanlines = photoScanlines({ ...head, colourType: 3 });
  const count = palette.length / 3;
  const perByte = 8 / head.bitDepth;
  const stride = scanlines.length / head.height;
  for (let i = 0; i < scanlines.length; i++) {
    if (i % stride === 0) continue;
    let byte = 0;
    for (let k = 0; k < perByte; k++) byte = (byte << head.bitDepth) | Math.floor(count * random());
    scanlines[i] = byte;
  }
  const before = [{ type: "PLTE", data: Uint8Array.from(palette) }];
  if (transparency.length > 0) before.push({ type: "tRNS", data: Uint8Array.from(transparency) });
  return pngFile({ ...head, colourType: 3 }, scanlines, { before });
}

Deno.test("palette: an index goes to a colour that nobody can tell from it, others stay", async () => {
  // Twins 0-1 (and 5, a chain), a lone colour 2, equal colours 3 and 4 of which 4 is half transparent, 6-7 unseen.
  const palette = [
    [10, 10, 10],
    [12, 9, 10],
    [200, 0, 0],
    [0, 200, 0],
    [0, 200, 0],
    [15, 10, 12],
    [1, 2, 3],
    [1, 2, 4],
  ].flat();
  const transparency = [255, 255, 255, 255, 128, 255, 0, 0];
  for (const bitDepth of [4, 8]) {
    const file = paletteFile(header(40, 30, { bitDepth }), palette, transparency);
    const { before, after, rgbaBefore, rgbaAfter } = await flipAll(file);
    before.forEach(([index], i) => {
      const carries = [0, 1, 5].includes(index!);
      assert.equal(after[i]![0] !== index, carries, `index ${index}`);
      rgbaBefore[i]!.forEach((value, c) => assert.ok(Math.abs(value - rgbaAfter[i]![c]!) <= 4));
    });
  }
});

Deno.test("palette: twins follow from the palette alone, and a grey ramp carries everywhere", () => {
  const ramp = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  const { parity, twin, distance } = paritiesOf(ramp, undefined);
  for (let i = 0; i < 256; i++) {
    assert.ok(parity[i]! < 2);
    assert.equal(parity[twin[i]!], 1 - parity[i]!);
    assert.ok(distance[i]! <= 3 * 16);
  }
});

Deno.test("pictures that cannot carry unseen are refused in one line", async () => {
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [
      photoFile(header(16, 16, { colourType: 0, bitDepth: 4 })),
      /^hide in x.png: .*in grey of 4 bits every change could be seen$/,
    ],
    [paletteFile(header(16, 16), [0, 0, 0, 99, 99, 99]), /no two colours of its palette/],
    [photoFile(header(4, 4, { colourType: 4 })).slice(), /^$/],
  ];
  for (const [file, reason] of cases.slice(0, 2)) {
    const png = await decode(file);
    assert.throws(() => carrierOf(png), (error) => {
      assert.ok(error instanceof UnsuitablePictureError);
      assert.match(english(error.named("x.png")), reason);
      return true;
    });
  }
  const head = header(8, 8, { colourType: 6 });
  const clear = pngFile(head, new Uint8Array(8 * 33));
  const png = await decode(clear);
  assert.throws(() => carrierOf(png), says(/all of it is transparent/));
});

Deno.test("costs are low in texture, high where it is flat, and highest where it is clipped", async () => {
  const head = header(120, 60, { colourType: 0 });
  const random = seeded(2);
  const scanlines = new Uint8Array(60 * 121);
  for (let y = 0; y < 60; y++) {
    for (let x = 0; x < 120; x++) {
      const flat = x < 60;
      scanlines[y * 121 + 1 + x] = flat ? (y < 30 ? 255 : 100) : 100 + Math.floor(40 * random());
    }
  }
  const carrier = carrierOf(await decode(pngFile(head, scanlines)));
  const cost = (x: number, y: number) => {
    const out = new Int32Array(1);
    carrier.readCosts(Uint32Array.of(120 * y + x), out);
    return out[0]!;
  };
  assert.ok(cost(100, 10) < 100, `texture ${cost(100, 10)}`);
  assert.ok(cost(20, 45) > 20 * cost(100, 10), `flat ${cost(20, 45)}`);
  assert.ok(cost(20, 10) >= cost(20, 45));
});

Deno.test("the map agrees with its definition on a small picture", () => {
  const width = 8;
  const height = 8;
  const random = seeded(8);
  const pixels = Array.from(
    { length: height },
    () => Array.from({ length: width }, () => Math.floor(256 * random())),
  );
  const map = new TextureMap({ width, height }, (row, out) => out.set(pixels[row]!));
  const mirror = (i: number, n: number) => i < 0 ? -i : i >= n ? 2 * n - 2 - i : i;
  const at = (x: number, y: number) => pixels[mirror(y, height)]![mirror(x, width)]!;
  const residual = (x: number, y: number) => {
    let sum = 0;
    for (let j = -1; j <= 1; j++) {
      for (let i = -1; i <= 1; i++) {
        sum += at(x + i, y + j) * [1, -2, 1][i + 1]! * [1, -2, 1][j + 1]!;
      }
    }
    return Math.abs(sum);
  };
  let total = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0.05;
      for (let j = -1; j <= 1; j++) for (let i = -1; i <= 1; i++) sum += residual(x + i, y + j);
      total += 1 / sum;
    }
  }
  // 2 × 2 cells, all within reach of each other: each is the mean of all.
  for (const cell of map.sample(4)) assert.ok(Math.abs(cell - total / 64) < 1e-6 * total);
  assert.equal(wholeCosts([map])[0]!.cells[0], 32);
});
