/** What the classical detectors see: replaced bits they find, ours they do not. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { chooseFilters } from "../../lib/stego/png/filter.ts";
import { filterDistance, passesOf } from "../../lib/stego/png/header.ts";
import { estimate } from "../../lib/stego/analysis/check.ts";
import { logGamma, upperGamma } from "../../lib/stego/analysis/chi-square.ts";
import { PairEstimator } from "../../lib/stego/analysis/pairs.ts";
import { RsEstimator } from "../../lib/stego/analysis/rs.ts";
import { verdictOf } from "../../lib/stego/analysis/verdict.ts";
import { compare } from "../../lib/stego/analysis/compare.ts";
import { hide } from "../../lib/stego/hidden.ts";
import { encodePayload } from "../../lib/stego/payload.ts";
import { carrierOf } from "../../lib/stego/picture.ts";
import type { Png } from "../../lib/stego/png/read.ts";
import {
  decode,
  header,
  photoFile,
  photoScanlines,
  placesOf,
  seeded,
  seededBytes,
} from "./support.ts";

const HEAD = header(1000, 1000);
const SCANLINES = photoScanlines(HEAD, 20);

/** A picture of the scanlines, as if just read. */
function picture(scanlines: Uint8Array): Png {
  const none = new Uint8Array(0);
  return {
    header: HEAD,
    passes: passesOf(HEAD),
    before: [],
    after: [],
    trailing: none,
    palette: undefined,
    transparency: undefined,
    scanlines: Uint8Array.from(scanlines),
    layout: undefined,
  };
}

/** A thousand different Chinese characters: 3,000 bytes that do not compress well. */
function message(): Promise<Uint8Array> {
  const random = seeded(77);
  const text = Array.from(
    { length: 1000 },
    () => String.fromCodePoint(0x4e00 + Math.floor(8000 * random())),
  );
  return encodePayload({ name: undefined, content: new TextEncoder().encode(text.join("")) });
}

/** What the estimates of the clean picture scatter by, from its 16 tiles. */
function noiseOf(png: Png): { rs: number[]; samplePairs: number[] } {
  const size = 250;
  const tiles = Array.from({ length: 16 }, (_, i) => {
    const head = header(size, size);
    const pass = passesOf(head)[0]!;
    const scanlines = new Uint8Array(size * pass.stride);
    for (let y = 0; y < size; y++) {
      const from = (size * (i >> 2) + y) * 3001 + 1 + 3 * size * (i & 3);
      scanlines.set(png.scanlines.subarray(from, from + 3 * size), y * pass.stride + 1);
    }
    return estimate({ ...png, header: head, passes: [pass], scanlines });
  });
  const error = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value / 16, 0);
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 15 / 16);
  };
  const of = (read: "rs" | "samplePairs") =>
    [0, 1, 2].map((channel) => error(tiles.map((tile) => tile[channel]![read]!)));
  return { rs: of("rs"), samplePairs: of("samplePairs") };
}

Deno.test("1,000 characters in a megapixel at stealth: RS and sample pairs within the noise, PSNR over 70 dB", async () => {
  const clean = picture(SCANLINES);
  const noise = noiseOf(clean);
  const before = estimate(clean);
  const body = await message();
  assert.ok(body.length > 1000, `${body.length} bytes`);
  const png = picture(SCANLINES);
  hide(carrierOf(png), {
    prefix: seededBytes(1)(16),
    longestPrefix: 16,
    head: seededBytes(2)(20),
    body,
    prefixPlaces: placesOf(1),
    bodyPlaces: placesOf(2),
  }, { level: "stealth", random: seededBytes(3) });
  const after = estimate(png);
  before.forEach((one, channel) => {
    const rs = Math.abs(after[channel]!.rs! - one.rs!);
    const pairs = Math.abs(after[channel]!.samplePairs! - one.samplePairs!);
    assert.ok(rs < noise.rs[channel]!, `RS ${rs} of ${noise.rs[channel]}`);
    assert.ok(
      pairs < noise.samplePairs[channel]!,
      `pairs ${pairs} of ${noise.samplePairs[channel]}`,
    );
    assert.ok(Math.abs(after[channel]!.chiSquare - one.chiSquare) < 0.01);
  });
  const { psnr, largest, changed } = compare(png, clean);
  assert.ok(psnr > 75, `${psnr} dB`);
  assert.equal(largest, 1);
  assert.ok(changed < 0.005 * 3_000_000, `${changed} changed`);
});

Deno.test("even a full picture passes the estimators that find replaced bits", () => {
  const png = picture(SCANLINES);
  hide(carrierOf(png), {
    prefix: seededBytes(1)(16),
    longestPrefix: 16,
    head: seededBytes(2)(20),
    body: seededBytes(4)(45_000),
    prefixPlaces: placesOf(1),
    bodyPlaces: placesOf(2),
  }, { level: "stealth", random: seededBytes(3) });
  for (const { rs, samplePairs, chiSquare } of estimate(png)) {
    assert.ok(Math.abs(rs!) < 0.03 && Math.abs(samplePairs!) < 0.03, `${rs} ${samplePairs}`);
    assert.ok(chiSquare < 0.5);
  }
});

Deno.test("the estimators find how many bits were replaced", () => {
  const clean = estimate(picture(SCANLINES));
  for (const rate of [0.05, 0.3, 0.6]) {
    const random = seeded(5);
    const png = picture(SCANLINES);
    for (let i = 0; i < png.scanlines.length; i++) {
      if (i % 3001 > 0 && random() < rate) {
        png.scanlines[i] = (png.scanlines[i]! & 254) | (2 * random());
      }
    }
    estimate(png).forEach(({ rs, samplePairs }, channel) => {
      assert.ok(Math.abs(rs! - clean[channel]!.rs! - rate) < 0.05, `RS ${rs} at ${rate}`);
      assert.ok(
        Math.abs(samplePairs! - clean[channel]!.samplePairs! - rate) < 0.05,
        `pairs ${samplePairs} at ${rate}`,
      );
    });
  }
  const random = seeded(6);
  const full = picture(SCANLINES);
  for (let i = 0; i < full.scanlines.length; i++) {
    if (i % 3001 > 0) full.scanlines[i] = (full.scanlines[i]! & 254) | (2 * random());
  }
  for (const { chiSquare } of estimate(full)) assert.ok(chiSquare > 0.01, `${chiSquare}`);
  for (const { chiSquare } of clean) assert.ok(chiSquare < 1e-3, `${chiSquare}`);
});

Deno.test("palettes, 16 bits, interlacing and tiny pictures are looked at without complaint", async () => {
  for (
    const head of [
      header(40, 40, { bitDepth: 16, colourType: 6 }),
      header(40, 40, { interlaced: true, colourType: 0 }),
      header(2, 2),
      header(1, 1, { colourType: 0, bitDepth: 1 }),
    ]
  ) {
    for (const { chiSquare, rs, samplePairs } of estimate(await decode(photoFile(head)))) {
      for (const value of [chiSquare, rs ?? 0, samplePairs ?? 0]) {
        assert.ok(Number.isFinite(value));
      }
    }
  }
});

Deno.test("the verdict: clean photos and ours show no sign, replaced bits do, and no estimate is no verdict", () => {
  const clean = picture(SCANLINES);
  assert.equal(verdictOf(estimate(clean)).sign, "none");
  const replaced = picture(SCANLINES);
  const random = seeded(5);
  const { stride } = passesOf(HEAD)[0]!;
  for (let i = 0; i < replaced.scanlines.length; i++) {
    const filterByte = i % stride === 0;
    if (filterByte || random() > 0.4) continue;
    replaced.scanlines[i] = (replaced.scanlines[i]! & ~1) | (random() < 0.5 ? 1 : 0);
  }
  const { sign, part } = verdictOf(estimate(replaced));
  assert.equal(sign, "replaced");
  assert.ok(part! > 0.25 && part! < 0.55, `${part}`);
  const unknown = {
    channel: "index",
    chiSquare: 0.2,
    rs: undefined,
    samplePairs: undefined,
    alone: undefined,
    stepped: false,
  };
  assert.equal(verdictOf([unknown]).sign, "unknown");
  assert.equal(verdictOf([{ ...unknown, chiSquare: 0.99 }]).sign, "replaced");
});

Deno.test("an estimate that can be no part of anything is none", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ minLength: 12, maxLength: 12 })), (rows) => {
    for (const estimator of [new RsEstimator(), new PairEstimator()]) {
      for (const row of rows) estimator.add(Int32Array.from(row));
      const part = estimator.estimate();
      assert.ok(part === undefined || part >= -0.5 && part <= 1.5, `${part}`);
    }
  }));
});

Deno.test("the comparison counts what differs, and refuses another shape", async () => {
  const file = photoFile(header(20, 10));
  const one = await decode(file);
  const other = await decode(file);
  assert.equal(compare(one, other).psnr, Infinity);
  const pass = one.passes[0]!;
  other.scanlines[1]! ^= 1;
  other.scanlines[pass.stride + 7]! ^= 3;
  const { changed, samples, psnr } = compare(one, other);
  assert.deepEqual([changed, samples], [2, 600]);
  assert.ok(psnr > 60 && psnr < 80);
  chooseFilters(other.scanlines, pass, filterDistance(other.header));
  assert.equal(compare(one, other).changed, 2, "filters do not count");
  const wide = await decode(photoFile(header(21, 10)));
  assert.throws(() => compare(one, wide), { code: "stego.different-shapes" });
});

Deno.test("the gamma functions give known values", () => {
  const near = (value: number, expected: number) =>
    assert.ok(Math.abs(value - expected) <= 1e-10 * Math.max(1, Math.abs(expected)), `${value}`);
  near(logGamma(1), 0);
  near(logGamma(0.5), Math.log(Math.PI) / 2);
  near(logGamma(101), 363.73937555556349);
  near(upperGamma(1, 2), Math.exp(-2));
  near(upperGamma(0.5, 1e-9), 1 - 2 * Math.sqrt(1e-9 / Math.PI));
  near(upperGamma(3, 10), Math.exp(-10) * (1 + 10 + 50));
  near(upperGamma(50, 0), 1);
});
