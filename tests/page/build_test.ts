/** The page that is in the program is the one that its sources make, and it is small. */
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { BUILT_PAGE } from "../../lib/page/built/page.ts";
import { buildPage } from "../../scripts/web.ts";
import { en } from "../../web/texts/en.ts";
import { zh } from "../../web/texts/zh.ts";
import { chineseFault } from "../support/chinese.ts";

/** The goal, in bytes, compressed. */
const MOST_BYTES = 40_000;

Deno.test("the page is what web/ makes, and has at most 40 kB", async () => {
  const page = await buildPage();
  const packed = BUILT_PAGE.gzip();
  assert.equal(new TextDecoder().decode(gunzipSync(packed)), page.html, "run deno task web");
  assert.equal(BUILT_PAGE.script, page.script);
  assert.equal(BUILT_PAGE.style, page.style);
  assert.ok(packed.length <= MOST_BYTES, `${packed.length} bytes`);
  // It loads nothing: no address but those of namespaces stands in it.
  const addresses = [...page.html.matchAll(/\b(?:https?|wss?):\/\/(?!\$)[^\s"'`\\]+/g)]
    .map(([address]) => address).filter((address) => !address.startsWith("http://www.w3.org/"));
  assert.deepEqual(addresses, []);
});

Deno.test("the page's Chinese has the punctuation of Chinese", () => {
  assert.deepEqual(Object.keys(zh), Object.keys(en));
  for (const [name, entry] of Object.entries(zh)) {
    const words = typeof entry === "string"
      ? entry
      : (entry as (...given: string[]) => string)("a", "b", "c", "d");
    const fault = chineseFault(words);
    if (fault === "not Chinese" && /^(?:title|days)$/.test(name)) continue;
    assert.equal(fault, undefined, `${name}: ${words}`);
  }
});
