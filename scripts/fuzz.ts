/**
 * `deno task fuzz [--seconds N] [--inputs N] [--target NAME]… [--seed N]`: feeds every parser and state machine with
 * arbitrary and mutated bytes, in turn, for N seconds (60). A finding ends the run with its seed and exit code 1.
 */
import { parseArgs } from "node:util";
import { runSeed } from "../tests/lab/random.ts";
import { fuzz } from "../tests/fuzz/fuzz.ts";
import { TARGETS } from "../tests/fuzz/targets.ts";

/** One target runs this long before the next has its turn. */
const SLICE_MS = 2_000;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    inputs: { type: "string" },
    target: { type: "string", multiple: true, default: [] },
    seed: { type: "string" },
  },
});
const chosen = TARGETS.filter(({ name }) =>
  values.target.length === 0 || values.target.includes(name)
);
const seconds = Number(values.seconds);
const most = values.inputs === undefined ? Infinity : Number(values.inputs);
if (chosen.length === 0 || !(seconds > 0) || !(most > 0)) {
  console.error(`fuzz: targets are ${TARGETS.map(({ name }) => name).join(", ")}`);
  Deno.exit(2);
}

let seed = values.seed === undefined ? runSeed() : Number(values.seed);
const counts = new Map<string, number>();
const end = performance.now() + 1000 * seconds;
/** Short runs give every target its share, too. */
const slice = Math.min(SLICE_MS, 1000 * seconds / chosen.length);
console.log(`fuzz: seed ${seed}, ${seconds} s, ${chosen.map(({ name }) => name).join(", ")}`);
try {
  for (let turn = 0; turn === 0 || performance.now() < end && most === Infinity; turn++) {
    for (const target of chosen) {
      const sliceEnd = Math.min(end, performance.now() + slice);
      const inputs = await fuzz(
        target,
        seed,
        (n) => n < most && (n === 0 || performance.now() < sliceEnd),
      );
      counts.set(target.name, (counts.get(target.name) ?? 0) + inputs);
      if (most === Infinity) seed += inputs;
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
for (const [name, inputs] of counts) console.log(`${name}: ${inputs} inputs`);
