/** What would drive the terminal is found in every text, however it comes in pieces, and nothing else is taken for it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { terminalDriver } from "../../commands/shared/terminal-guard.ts";

/** Whether any of the pieces of `bytes`, cut at `cuts`, is told. */
function found(bytes: Uint8Array, cuts: readonly number[]): boolean {
  const drives = terminalDriver();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.some((end, i) => drives(bytes.subarray(ends[i - 1] ?? 0, end)));
}

Deno.test("a text is judged the same in any pieces", () => {
  const character = fc.constantFrom("é", "Â", "©", "\u00a0", "中", "😀", "a", "\n", "\t", "\r");
  const driving = fc.constantFrom("\x1b", "\x07", "\x7f", "\u0080", "\u009b", "\u009f");
  const texts = (of: fc.Arbitrary<string>) => fc.array(of, { maxLength: 20 });
  fc.assert(
    fc.property(
      texts(character),
      texts(driving),
      texts(character),
      fc.array(fc.nat()),
      (before, within, after, cuts) => {
        const words = [...before, ...within, ...after].join("");
        assert.equal(found(new TextEncoder().encode(words), cuts), within.length > 0);
      },
    ),
  );
});
