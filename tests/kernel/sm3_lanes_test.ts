/** Four SM3 messages at once against one after the other, in every engine. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { sm3OfEach } from "../../lib/crypto/sm3-lanes.ts";
import { sm3 } from "../reference/sm3.ts";
import { pattern } from "../transfer/support.ts";

Deno.test("the values of many messages are those of each by itself", () => {
  for (const length of [1, 63, 64, 100, 128, 4096, 16_384]) {
    for (const count of [1, 3, 4, 5, 9]) {
      const data = pattern(length * count, length + count);
      const out = new Uint8Array(32 * count);
      sm3OfEach(data, length, out);
      for (let i = 0; i < count; i++) {
        const expected = sm3(data.subarray(i * length, (i + 1) * length));
        const got = out.subarray(32 * i, 32 * (i + 1));
        assert.equal(hex(got), hex(expected), `${i + 1} of ${count} × ${length} bytes`);
      }
    }
  }
});
