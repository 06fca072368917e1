/** docs/formats.md, "Hidden messages": its example, and what the text says of the code's shape. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import {
  numbersOf,
  placesOfPassphrase,
  placesOfRecipients,
  placesOfSeveral,
} from "../../lib/container/places.ts";
import {
  deriveFromPassphrase,
  sealBody,
  SEALED_MAX_SHARE_BYTES,
} from "../../lib/container/sealed.ts";
import { publicKeyOfRepresentative } from "../../lib/crypto/sm2-uniform.ts";
import { columnsOf } from "../../lib/stego/code.ts";
import { Permutation } from "../../lib/stego/order.ts";
import { bodyShape, smallShape } from "../../lib/stego/shape.ts";

const text = (words: string) => new TextEncoder().encode(words);

Deno.test("the worked example is what the program computes", async () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => i);
  const numbers = new Uint32Array(4);
  numbersOf(key)(numbers);
  const order = new Uint32Array(8);
  new Permutation(1000, numbersOf(key)).fill(0, order);
  const point = publicKeyOfRepresentative(key);
  const keys = deriveFromPassphrase(text("correct horse"), key.subarray(0, 16));
  const lines: readonly (readonly [string, string])[] = [
    ["numbers", [...numbers].map((number) => number.toString(16).padStart(8, "0")).join(" ")],
    ["order of 1000", [...order].join(" ")],
    [
      "columns, h = 10",
      [...columnsOf({ height: 10, width: 6 })].map((column) => column.toString(2)).join(" "),
    ],
    ["point", hex(point)],
    ["places, passphrase", hex(placesOfPassphrase(text("correct horse")))],
    ["places, that point", hex(placesOfRecipients([point]))],
    ["places, several", hex(placesOfSeveral())],
    ["key for places", hex(keys.positionsKey)],
    ["key of the body", hex(keys.sealKey)],
    ["head and body", hex(sealBody(keys, text("\0hi")))],
  ];
  const document = await Deno.readTextFile(new URL("../../docs/formats.md", import.meta.url));
  for (const [name, value] of lines) {
    assert.ok(document.includes(`\n${name.padEnd(20)} ${value}\n`), `${name.padEnd(20)} ${value}`);
  }
});

Deno.test("the code's shape follows the rules of the text", () => {
  assert.equal(SEALED_MAX_SHARE_BYTES, 560);
  assert.deepEqual(smallShape(100_000, 20), { width: 19, height: 10 });
  assert.deepEqual(smallShape(100, 16), { width: 1, height: 10 });
  assert.deepEqual(smallShape(36_000_000, 16), { width: 64, height: 10 });
  assert.deepEqual(bodyShape(3_000_000, 1000), { width: 127, height: 10 });
  assert.deepEqual(bodyShape(3_000_000, 2000), { width: 65, height: 10 });
  assert.deepEqual(bodyShape(3_000_000, 20_000), { width: 16, height: 8 });
  assert.deepEqual(bodyShape(3_000_000, 100_000), { width: 3, height: 8 });
  assert.deepEqual(bodyShape(36_000_000, 4_000_000), { width: 1, height: 7 });
  assert.deepEqual(bodyShape(1_200_000, 8200), { width: 16, height: 9 });
  assert.equal(bodyShape(100, 100).width, 0);
});
