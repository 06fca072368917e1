/** Random sequences of calls against a slow twin (fast-check commands): how they are made, run, and repeated. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { runSeed } from "../lab/random.ts";

/** One call: made on the twin and on what is tested, with one number as its argument, and compared. */
export interface Step<Twin> {
  readonly name: string;
  readonly make: (twin: Twin, n: number) => void;
  /** Whether somebody would make it now. */
  readonly when: (twin: Twin) => boolean;
}

/** A call; left out where `when` says that nobody would make it. */
export function step<Twin extends object>(
  name: string,
  make: (twin: Twin, n: number) => void,
  when: (twin: Twin) => boolean = () => true,
): Step<Twin> {
  return { name, make, when };
}

/** How a machine is made, compared and ended. */
export interface Course<Twin> {
  readonly make: () => Twin;
  /** After each step. */
  readonly compare?: (twin: Twin) => void;
  /** After the last. */
  readonly end?: (twin: Twin) => void;
  readonly runs?: number;
}

/** Something that is held to a twin: by sequences that shrink (`assertSteps`), and by the fuzzer (`playBytes`). */
export interface Machine {
  readonly name: string;
  readonly promise: string;
  readonly assertSteps: () => void;
  readonly playBytes: (bytes: Uint8Array) => void;
}

class StepCommand<Twin extends object> implements fc.Command<Twin, null> {
  constructor(readonly step: Step<Twin>, readonly n: number, readonly compare: (t: Twin) => void) {}
  check(twin: Readonly<Twin>): boolean {
    return this.step.when(twin);
  }
  run(twin: Twin): void {
    this.step.make(twin, this.n);
    this.compare(twin);
  }
  toString(): string {
    return `${this.step.name} ${this.n}`;
  }
}

/** A machine of `steps`, which promises what a test of that name says. */
export function machine<Twin extends object>(
  name: string,
  promise: string,
  steps: readonly Step<Twin>[],
  { make, compare = () => {}, end = () => {}, runs = 400 }: Course<Twin>,
): Machine {
  return {
    name,
    promise,
    /** Many random sequences; fast-check prints the seed and the shortest sequence of one that fails. */
    assertSteps() {
      const each = steps.map((one) =>
        fc.nat(0xffff).map((n) => new StepCommand<Twin>(one, n, compare))
      );
      const commands = fc.commands<Twin, null>(each, { maxCommands: 80, size: "max" });
      fc.assert(
        fc.property(commands, (sequence) => {
          const twin = make();
          fc.modelRun(() => ({ model: twin, real: null }), sequence);
          end(twin);
        }),
        { seed: runSeed() | 0, numRuns: runs },
      );
    },
    /** The sequence that `bytes` spell: one says which step, two its number. */
    playBytes(bytes) {
      const twin = make();
      for (let at = 0; at + 3 <= bytes.length; at += 3) {
        const one = steps[bytes[at]! % steps.length]!;
        if (!one.when(twin)) continue;
        one.make(twin, bytes[at + 1]! * 256 + bytes[at + 2]!);
        compare(twin);
      }
      end(twin);
    },
  };
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
