/** Names that can be taken for each other have one skeleton; those that differ in a number do not. */
import assert from "node:assert/strict";
import { skeleton } from "../../lib/state/contact-name.ts";

Deno.test("numbers of one digit tell names apart", () => {
  const all = Array.from({ length: 10 }, (_, digit) => skeleton(`phone ${digit}`));
  assert.equal(new Set(all).size, 10);
});
