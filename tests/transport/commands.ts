/** Random sequences of calls against a slow twin (fast-check commands): how they are made, run, and repeated. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { runSeed } from "../lab/random.ts";

/** One call with its number: made on the twin and on what is tested, and compared. */
class Step<Twin extends object> implements fc.Command<Twin, null> {
  constructor(
    readonly name: string,
    readonly n: number,
    readonly make: (twin: Twin, n: number) => void,
    readonly when: (twin: Twin) => boolean,
  ) {}
  check(twin: Readonly<Twin>): boolean {
    return this.when(twin);
  }
  run(twin: Twin): void {
    this.make(twin, this.n);
  }
  toString(): string {
    return `${this.name} ${this.n}`;
  }
}

type Steps<Twin extends object> = fc.Arbitrary<Step<Twin>>;

/** A call with one number as its argument; left out where `when` says that nobody would make it. */
export function step<Twin extends object>(
  name: string,
  make: (twin: Twin, n: number) => void,
  when: (twin: Twin) => boolean = () => true,
): Steps<Twin> {
  return fc.nat(0xffff).map((n) => new Step(name, n, make, when));
}

/** What a run of steps is made of. */
export interface StepRun<Twin extends object> {
  readonly make: () => Twin;
  /** After each step. */
  readonly compare?: (twin: Twin) => void;
  /** After the last. */
  readonly end?: (twin: Twin) => void;
  readonly runs?: number;
}

/** Runs many sequences of `steps`; fast-check prints the seed and the shortest sequence of one that fails. */
export function assertSteps<Twin extends object>(
  steps: readonly Steps<Twin>[],
  { make, compare = () => {}, end = () => {}, runs = 400 }: StepRun<Twin>,
): void {
  const compared = steps.map((each) =>
    each.map((one) =>
      new Step<Twin>(one.name, one.n, (twin, n) => (one.make(twin, n), compare(twin)), one.when)
    )
  );
  const commands = fc.commands<Twin, null>(compared, { maxCommands: 80, size: "max" });
  fc.assert(
    fc.property(commands, (sequence) => {
      const twin = make();
      fc.modelRun(() => ({ model: twin, real: null }), sequence);
      end(twin);
    }),
    { seed: runSeed() | 0, numRuns: runs },
  );
}

const CANARY = 0xa5;

/** A buffer that notices what is written outside of [at, limit). */
export class GuardedBuffer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  constructor(readonly at: number, readonly limit: number, readonly margin = 128) {
    this.bytes = new Uint8Array(limit + margin).fill(CANARY);
  }
  check(end: number): void {
    assert.ok(end >= this.at && end <= this.limit, `ends at ${end} of [${this.at}, ${this.limit})`);
    const outside = this.bytes.findIndex((byte, i) =>
      (i < this.at || i >= this.limit) && byte !== CANARY
    );
    assert.equal(outside, -1, `byte ${outside} lies outside [${this.at}, ${this.limit})`);
  }
}
