/**
 * PngSuite: every valid picture decodes to its published pixels, and is hidden in and revealed with all chunks and
 * everything but low bits as it was, or is refused in one line; every corrupt one is refused.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { P2PError } from "../../lib/errors.ts";
import { UnsuitablePictureError } from "../../lib/stego/problem.ts";
import { english } from "../support/english.ts";
import { hide, readPrefix } from "../../lib/stego/hidden.ts";
import { TWIN_DISTANCE } from "../../lib/stego/palette.ts";
import { carrierOf } from "../../lib/stego/picture.ts";
import type { Png } from "../../lib/stego/png/read.ts";
import { testWithVectors } from "../support/vectors.ts";
import {
  decode,
  encode,
  otherChunks,
  placesOf,
  rgbaOf,
  samplesOf,
  seededBytes,
} from "./support.ts";

/** Pictures that cannot carry, and why. */
const REFUSED: ReadonlyMap<RegExp, RegExp> = new Map([
  [/g0[124]\.png$/, /in grey of (?:1 bit|[24] bits) every change could be seen$/],
  [/3p0[124]\.png$|^cs[358]n3p08\.png$/, /no two colours of its palette are close enough/],
]);

async function pictures(folder: string, corrupt: boolean): Promise<[string, Uint8Array][]> {
  const found: [string, Uint8Array][] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith("x") === corrupt) {
      found.push([name, await Deno.readFile(join(folder, name))]);
    }
  }
  assert.ok(found.length >= (corrupt ? 14 : 140), `only ${found.length} pictures`);
  return found.sort();
}

testWithVectors(
  "PngSuite: every valid picture has its published pixels",
  "pngsuite",
  async (folder) => {
    let compared = 0;
    for (const [name, file] of await pictures(join(folder, "png"), false)) {
      const path = join(folder, "json", name.replace(".png", ".json"));
      let truth: number[];
      try {
        truth = JSON.parse(await Deno.readTextFile(path));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) continue;
        throw error;
      }
      const png = await decode(file);
      assert.deepEqual(rgbaOf(png).flat(), truth, name);
      compared++;
    }
    assert.ok(compared > 100, `only ${compared} compared`);
  },
);

testWithVectors(
  "PngSuite: writing keeps every chunk, filter and pixel",
  "pngsuite",
  async (folder) => {
    for (const [name, file] of await pictures(join(folder, "png"), false)) {
      const png = await decode(file);
      const copy = await encode(png);
      assert.deepEqual(otherChunks(copy), otherChunks(file), name);
      assert.deepEqual((await decode(copy)).scanlines, png.scanlines, name);
      assert.ok(copy.length <= 1.1 * file.length + 64, `${name}: ${file.length} → ${copy.length}`);
    }
  },
);

/** No sample differs by more than one, palette colours by more than twins may, alpha and the unseen not at all. */
function assertOnlyLowBits(before: Png, after: Png, name: string): number {
  const was = samplesOf(before);
  const rgbaWas = rgbaOf(before);
  const rgbaIs = rgbaOf(after);
  let changed = 0;
  samplesOf(after).forEach((pixel, i) => {
    const differs = pixel.some((value, c) => value !== was[i]![c]);
    if (!differs) return;
    changed++;
    assert.equal(rgbaIs[i]![3], rgbaWas[i]![3], `${name}: alpha of pixel ${i}`);
    assert.notEqual(rgbaWas[i]![3], 0, `${name}: pixel ${i} cannot be seen`);
    const most = before.header.colourType === 3 ? TWIN_DISTANCE : 1;
    const colours = before.header.colourType === 3 ? rgbaWas[i]! : was[i]!;
    const now = before.header.colourType === 3 ? rgbaIs[i]! : pixel;
    colours.forEach((value, c) =>
      assert.ok(Math.abs(value - now[c]!) <= most, `${name}: pixel ${i}`)
    );
  });
  return changed;
}

testWithVectors("PngSuite: hide and reveal, or refuse in one line", "pngsuite", async (folder) => {
  let hidden = 0;
  const secret = seededBytes(5)(8);
  for (const [name, file] of await pictures(join(folder, "png"), false)) {
    const reason = [...REFUSED].find(([pattern]) => pattern.test(name))?.[1];
    const png = await decode(file);
    let carrier;
    try {
      carrier = carrierOf(png);
    } catch (error) {
      assert.ok(error instanceof UnsuitablePictureError, `${name}: ${error}`);
      assert.match(english(error), reason ?? /^$/, name);
      continue;
    }
    assert.equal(reason, undefined, `${name} should be refused`);
    const before = await decode(file);
    const parts = {
      prefix: secret,
      longestPrefix: secret.length,
      head: new Uint8Array(2),
      body: new Uint8Array(2),
      prefixPlaces: placesOf(1),
      bodyPlaces: placesOf(2),
    };
    const changes = hide(carrier, parts, { level: "quick", random: seededBytes(6) });
    const copy = await encode(png);
    assert.deepEqual(otherChunks(copy), otherChunks(file), name);
    const after = await decode(copy);
    assert.deepEqual(readPrefix(carrierOf(after), placesOf(1), secret.length), secret, name);
    assert.ok(assertOnlyLowBits(before, after, name) <= changes, name);
    hidden++;
  }
  assert.ok(hidden >= 89, `only ${hidden} pictures were used`);
});

testWithVectors(
  "PngSuite: every corrupt picture is refused with our own error",
  "pngsuite",
  async (folder) => {
    for (const [name, file] of await pictures(join(folder, "png"), true)) {
      await assert.rejects(decode(file), (error) => {
        assert.ok(error instanceof P2PError, `${name}: ${error}`);
        assert.match(english(error), /^read PNG: [a-z0-9IP][^\n]*[^.]$/, name);
        return true;
      }, name);
    }
  },
);
