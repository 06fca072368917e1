/**
 * Boolean circuits of AND and XOR gates over numbered wires: evaluation, and straight-line programs for linear
 * maps by the greedy heuristic of Boyar and Peralta ("A new combinational logic minimization technique with
 * applications to cryptology", SEA 2010).
 */

/** One gate: `out` becomes a AND b, or a XOR b. */
export interface Gate {
  readonly and: boolean;
  readonly a: number;
  readonly b: number;
  readonly out: number;
}

/** Wires 0…inputs−1 are the inputs; every gate drives a new wire; `outputs` name the result's wires. */
export interface Circuit {
  readonly inputs: number;
  readonly gates: readonly Gate[];
  readonly outputs: readonly number[];
}

/** Evaluates all wires of `circuit` bit-parallel over 32-bit words. */
export function evaluate(circuit: Circuit, inputs: readonly number[]): number[] {
  const wires = [...inputs];
  for (const { and, a, b, out } of circuit.gates) {
    wires[out] = and ? wires[a]! & wires[b]! : wires[a]! ^ wires[b]!;
  }
  return wires;
}

/** A linear program: XOR gates over `inputs` wires; `targets[i]` is the wire that holds target i. */
export interface LinearProgram {
  readonly inputs: number;
  readonly gates: readonly { a: number; b: number }[];
  readonly targets: readonly number[];
}

/** A small deterministic generator (xorshift32), so that a search can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/**
 * Finds a short linear program for `targets` (bit masks over at most 8 inputs): again and again the sum of two
 * wires is added that brings all targets nearest, ties broken by the Euclidean norm and then by `random`. Gives
 * up, with undefined, when it needs more than `limit` gates.
 */
export function linearProgram(
  targets: readonly number[],
  inputs: number,
  limit: number,
  random: () => number,
): LinearProgram | undefined {
  const wires = Array.from({ length: inputs }, (_, bit) => 1 << bit);
  const gates: { a: number; b: number }[] = [];
  const size = 1 << inputs;
  // distance[v]: how few wires sum to v, less one (the gates still needed for v alone).
  const distance = new Uint8Array(size).fill(inputs);
  for (let v = 1; v < size; v++) {
    let ones = 0;
    for (let bits = v; bits; bits &= bits - 1) ones++;
    distance[v] = ones;
  }
  distance[0] = 0;
  const open = new Set(targets.filter((t) => distance[t]! > 1));
  const next = new Uint8Array(size);
  while (open.size > 0) {
    if (gates.length + open.size > limit) return undefined;
    let best = { sum: Infinity, norm: -1, a: 0, b: 0, value: 0 };
    let ties = 0;
    const seen = new Uint8Array(size);
    for (const w of wires) seen[w] = 1;
    for (let i = 0; i < wires.length; i++) {
      for (let j = 0; j < i; j++) {
        const value = wires[i]! ^ wires[j]!;
        if (seen[value]) continue;
        seen[value] = 1;
        let sum = 0;
        let norm = 0;
        if (open.has(value)) sum -= 1000; // one gate from a target: always right
        for (const t of open) {
          const d = Math.min(distance[t]!, 1 + distance[t ^ value]!) - 1;
          sum += d;
          norm += d * d;
        }
        if (sum < best.sum || (sum === best.sum && norm > best.norm)) {
          best = { sum, norm, a: j, b: i, value };
          ties = 1;
        } else if (sum === best.sum && norm === best.norm && random() % ++ties === 0) {
          best = { sum, norm, a: j, b: i, value };
        }
      }
    }
    for (let v = 0; v < size; v++) {
      next[v] = Math.min(distance[v]!, 1 + distance[v ^ best.value]!);
    }
    distance.set(next);
    gates.push({ a: best.a, b: best.b });
    wires.push(best.value);
    for (const t of [...open]) if (distance[t]! <= 1) open.delete(t);
  }
  return { inputs, gates, targets: targets.map((t) => wires.indexOf(t)) };
}

/**
 * The transposed program: from as many inputs as `program` has targets to as many outputs as it has inputs, with
 * targets − inputs more gates (Tellegen's principle). Inputs are the wires 0…targets−1.
 */
export function transpose(program: LinearProgram): LinearProgram {
  const count = program.targets.length;
  const uses = Array.from(
    { length: program.inputs + program.gates.length },
    () => [] as number[],
  );
  program.targets.forEach((wire, i) => uses[wire]!.push(i));
  const gates: { a: number; b: number }[] = [];
  const sumOf = (wires: number[]): number => {
    let sum = wires[0];
    if (sum === undefined) throw new Error("transpose program: a wire is never used");
    for (const wire of wires.slice(1)) {
      gates.push({ a: sum, b: wire });
      sum = count + gates.length - 1;
    }
    return sum;
  };
  for (let g = program.gates.length - 1; g >= 0; g--) {
    const { a, b } = program.gates[g]!;
    const sum = sumOf(uses[program.inputs + g]!);
    uses[a]!.push(sum);
    uses[b]!.push(sum);
  }
  const targets = uses.slice(0, program.inputs).map(sumOf);
  return { inputs: count, gates, targets };
}
