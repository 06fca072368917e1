/** Sealed payloads in carriers of every kind: what goes in comes out, and only for its key. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { LimitError } from "../../lib/errors.ts";
import { BodyReader, hide, readPrefix, type SealedParts } from "../../lib/stego/hidden.ts";
import { carrierOf } from "../../lib/stego/picture.ts";
import { bodyShape, LEAST_WIDTH, leftForBody, longestBody } from "../../lib/stego/shape.ts";
import {
  decode,
  encode,
  header,
  photoFile,
  placesOf,
  pngFile,
  seeded,
  seededBytes,
} from "./support.ts";

const HEAD = 20;
const PREFIX = 16;

function partsOf(body: Uint8Array, key = 1): SealedParts {
  const random = seededBytes(key);
  return {
    prefix: random(PREFIX),
    longestPrefix: PREFIX,
    head: random(HEAD),
    body,
    prefixPlaces: placesOf(key),
    bodyPlaces: placesOf(key + 100),
  };
}

const LAYOUT = { prefix: PREFIX, longestPrefix: PREFIX, head: HEAD };

Deno.test("any body at either level in any kind of picture, through the file and back", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom([0, 8], [0, 16], [2, 8], [2, 16], [4, 8], [4, 16], [6, 8], [6, 16]),
      fc.boolean(),
      fc.integer({ min: 40, max: 90 }),
      fc.integer({ min: 40, max: 90 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom("quick" as const, "stealth" as const),
      async ([colourType = 0, bitDepth = 8], interlaced, width, height, part, level) => {
        const head = header(width, height, { colourType, bitDepth, interlaced });
        const file = photoFile(head, width);
        const png = await decode(file);
        const carrier = carrierOf(png);
        const room = longestBody(carrier.available, LAYOUT, level);
        const body = seededBytes(height)(Math.floor(part * room));
        const parts = partsOf(body);
        hide(carrier, parts, { level, random: seededBytes(7) });
        const found = carrierOf(await decode(await encode(png)));
        assert.deepEqual(readPrefix(found, parts.prefixPlaces, PREFIX), parts.prefix);
        const reader = new BodyReader(found, LAYOUT, parts);
        assert.deepEqual(reader.head(), parts.head);
        assert.deepEqual(reader.body(body.length), body);
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("the longest body fits, one byte more does not", async () => {
  const head = header(50, 50);
  for (const level of ["quick", "stealth"] as const) {
    const carrier = carrierOf(await decode(photoFile(head)));
    const most = longestBody(carrier.available, LAYOUT, level);
    hide(carrier, partsOf(seededBytes(1)(most)), { level, random: seededBytes(2) });
    assert.throws(
      () => hide(carrier, partsOf(new Uint8Array(most + 1)), { level, random: seededBytes(2) }),
      LimitError,
    );
    const left = leftForBody(carrier.available, LAYOUT);
    assert.ok(bodyShape(left, most).width >= LEAST_WIDTH[level]);
  }
});

Deno.test("another key reads noise, and a picture that is too small has nothing", async () => {
  const png = await decode(photoFile(header(60, 60)));
  const carrier = carrierOf(png);
  const parts = partsOf(seededBytes(3)(50));
  hide(carrier, parts, { level: "stealth", random: seededBytes(4) });
  assert.notDeepEqual(readPrefix(carrier, placesOf(9), PREFIX), parts.prefix);
  const reader = new BodyReader(carrier, LAYOUT, { ...parts, bodyPlaces: placesOf(9) });
  assert.notDeepEqual(reader.head(), parts.head);
  const tiny = carrierOf(await decode(photoFile(header(5, 5))));
  assert.equal(readPrefix(tiny, placesOf(1), PREFIX).length, Math.floor(75 / 8));
  assert.equal(new BodyReader(tiny, LAYOUT, parts).head(), undefined);
  assert.throws(
    () => hide(tiny, partsOf(new Uint8Array(0)), { level: "quick", random: seededBytes(1) }),
    LimitError,
  );
});

Deno.test("a reader never reads past the picture, whatever length it is told", async () => {
  const carrier = carrierOf(await decode(photoFile(header(40, 40))));
  const reader = new BodyReader(carrier, LAYOUT, {
    prefixPlaces: placesOf(1),
    bodyPlaces: placesOf(2),
  });
  reader.head();
  for (const length of [2 ** 32, 2 ** 31, 10_000]) assert.equal(reader.body(length), undefined);
});

Deno.test("stealth changes textured places, quick changes any", async () => {
  // The left half is nearly flat, the right half noisy.
  const head = header(200, 200, { colourType: 0 });
  const random = seeded(1);
  const scanlines = Uint8Array.from({ length: 200 * 201 }, (_, i) => {
    const column = i % 201;
    return column === 0 ? 0 : 120 + Math.floor((column <= 100 ? 2 : 30) * random());
  });
  const flatShare = async (level: "quick" | "stealth") => {
    const png = await decode(pngFile(head, scanlines));
    hide(carrierOf(png), partsOf(seededBytes(5)(100)), { level, random: seededBytes(6) });
    const changed = [...png.scanlines.keys()].filter((i) => png.scanlines[i] !== scanlines[i]);
    return changed.filter((i) => i % 201 <= 100).length / changed.length;
  };
  const [stealth, quick] = [await flatShare("stealth"), await flatShare("quick")];
  assert.ok(stealth < 0.03, `stealth: ${stealth} in the flat half`);
  assert.ok(quick > 0.35 && quick < 0.65, `quick: ${quick} in the flat half`);
});
