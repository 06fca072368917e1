/** Keyed orders and the syndrome-trellis code. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { LimitError } from "../../lib/errors.ts";
import { builtTrellis } from "../../scripts/trellis.ts";
import { BitSet, Permutation, Walk } from "../../lib/stego/order.ts";
import { bitsOf, blockBits, bytesOf, columnsOf, extractBits } from "../../lib/stego/code.ts";
import { Trellis } from "../../lib/stego/trellis.ts";
import { referenceSearch } from "../reference/trellis.ts";
import { placesOf, seeded } from "./support.ts";

Deno.test("a key orders all numbers below any size, each once, and another key orders them differently", () => {
  for (const size of [1, 2, 3, 4, 5, 10, 99, 1000, 65_537]) {
    const order = (key: number) => {
      const out = new Uint32Array(size);
      new Permutation(size, placesOf(key)).fill(0, out);
      return out;
    };
    const one = order(1);
    assert.deepEqual([...one].sort((a, b) => a - b), Array.from({ length: size }, (_, i) => i));
    assert.deepEqual(one, order(1));
    if (size >= 99) assert.notDeepEqual(one, order(2));
    const rest = new Uint32Array(size - (size >> 1));
    new Permutation(size, placesOf(1)).fill(size >> 1, rest);
    assert.deepEqual(rest, one.subarray(size >> 1));
  }
});

Deno.test("an order spreads evenly: the first numbers are as many in every part, and do not follow each other", () => {
  const size = 1_000_000;
  const first = new Uint32Array(20_000);
  new Permutation(size, placesOf(3)).fill(0, first);
  const parts = new Array<number>(20).fill(0);
  let neighbours = 0;
  first.forEach((value, i) => {
    parts[Math.floor(20 * value / size)]!++;
    if (i > 0 && Math.abs(value - first[i - 1]!) < 500) neighbours++;
  });
  // 1000 on average, standard deviation 31; 20 of 20,000 would be neighbours by chance.
  for (const count of parts) assert.ok(Math.abs(count - 1000) < 200, `${parts}`);
  assert.ok(neighbours < 60, `${neighbours} neighbours`);
});

Deno.test("a walk leaves out what is taken, and ends when nothing is left", () => {
  const taken = new BitSet(100);
  for (let i = 0; i < 100; i += 3) taken.add(i);
  const walk = new Walk(new Permutation(100, placesOf(1)), taken);
  const out = new Uint32Array(66);
  walk.fill(out.subarray(0, 10));
  walk.fill(out.subarray(10));
  assert.deepEqual(
    [...out].sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i).filter((i) => i % 3 > 0),
  );
  assert.throws(() => walk.fill(new Uint32Array(1)), LimitError);
});

function problem(width: number, bits: number, seed: number, costs: (random: number) => number) {
  const random = seeded(seed);
  const elements = width * bits;
  return {
    carrier: Uint8Array.from({ length: elements }, () => 2 * random()),
    costs: Int32Array.from({ length: elements }, () => costs(random())),
    message: Uint8Array.from({ length: bits }, () => 2 * random()),
    flips: new Uint8Array(elements),
  };
}

Deno.test("the search finds what its readable twin finds, and the reader gets the message", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 6, max: 10 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      fc.constantFrom(1, 30, 4095),
      (height, width, bits, seed, spread) => {
        const { carrier, costs, message, flips } = problem(
          width,
          bits,
          seed,
          (r) => 1 + Math.floor(spread * r),
        );
        const shape = { height, width };
        const total = new Trellis(shape).solve(carrier, costs, message, flips);
        const twin = referenceSearch(shape, carrier, costs, message);
        assert.equal(total, twin.total);
        assert.deepEqual(flips, twin.flips);
        assert.equal(costs.reduce((sum, cost, i) => sum + cost * flips[i]!, 0), total);
        const read = new Uint8Array(bits);
        extractBits(shape, carrier.map((bit, i) => bit ^ flips[i]!), read);
        assert.deepEqual(read, message);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("no other choice of flips is cheaper", () => {
  const { carrier, costs, message, flips } = problem(2, 7, 4, (r) => 1 + Math.floor(9 * r));
  const shape = { height: 6, width: 2 };
  const total = new Trellis(shape).solve(carrier, costs, message, flips);
  let least = Infinity;
  const read = new Uint8Array(message.length);
  for (let choice = 0; choice < 1 << carrier.length; choice++) {
    extractBits(shape, carrier.map((bit, i) => bit ^ ((choice >> i) & 1)), read);
    if (read.some((bit, i) => bit !== message[i])) continue;
    const sum = costs.reduce((all, cost, i) => all + cost * ((choice >> i) & 1), 0);
    least = Math.min(least, sum);
  }
  assert.equal(total, least);
});

Deno.test("few samples change: within a fifth of what is possible at all", () => {
  // Bits carried by one change: this code against the bound 1 / (width · p) with H(p) = 1 / width.
  for (const [width, bits, least] of [[2, 4000, 3.7], [8, 2000, 5.9], [64, 800, 8.3]] as const) {
    const { carrier, costs, message, flips } = problem(width, bits, 11, () => 1);
    new Trellis({ height: 10, width }).solve(carrier, costs, message, flips);
    const changes = flips.reduce((sum, flip) => sum + flip, 0);
    assert.ok(bits / changes > least, `width ${width}: ${(bits / changes).toFixed(2)}`);
  }
});

Deno.test("changes go where they cost least", () => {
  const { carrier, message, flips } = problem(16, 1000, 5, () => 1);
  const costs = Int32Array.from(carrier, (_, i) => i % 4 === 0 ? 1 : 200);
  new Trellis({ height: 10, width: 16 }).solve(carrier, costs, message, flips);
  const dear = flips.reduce((sum, flip, i) => sum + (i % 4 === 0 ? 0 : flip), 0);
  const cheap = flips.reduce((sum, flip, i) => sum + (i % 4 === 0 ? flip : 0), 0);
  assert.ok(cheap > 150 && dear < 5, `${cheap} cheap, ${dear} dear`);
});

Deno.test("shapes and lengths that cannot be are refused", () => {
  for (
    const shape of [{ height: 5, width: 4 }, { height: 11, width: 4 }, { height: 8, width: 0 }, {
      height: 8,
      width: 257,
    }]
  ) {
    assert.throws(() => new Trellis(shape), LimitError);
  }
  const bits = (length: number) => new Uint8Array(length);
  const trellis = new Trellis({ height: 6, width: 4 });
  assert.throws(() => trellis.solve(bits(7), new Int32Array(8), bits(2), bits(8)), LimitError);
  const long = blockBits({ height: 6, width: 4 }) + 1;
  assert.throws(
    () => trellis.solve(bits(4 * long), new Int32Array(4 * long), bits(long), bits(4 * long)),
    LimitError,
  );
});

Deno.test("every column begins and ends with a one", () => {
  for (let height = 6; height <= 10; height++) {
    for (const column of columnsOf({ height, width: 127 })) {
      assert.equal(column & 1, 1);
      assert.equal(column >> (height - 1), 1);
    }
  }
});

Deno.test("bits and bytes, most significant first", () => {
  assert.deepEqual([...bitsOf(Uint8Array.of(0b10110001))], [1, 0, 1, 1, 0, 0, 0, 1]);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => assert.deepEqual(bytesOf(bitsOf(bytes)), bytes)),
  );
});

Deno.test("the module that is committed is what the source compiles to", async () => {
  const committed = await Deno.readTextFile(
    new URL("../../lib/stego/built/trellis.ts", import.meta.url),
  );
  assert.equal(await builtTrellis(), committed);
});
