/**
 * Orders a circuit's gates and places its values in few registers, so that the compiler has nothing to spill by
 * itself: what does not fit is stored and loaded again where the farthest next use says so (Belady).
 */
import { type Circuit, type Gate, seededRandom } from "./circuit.ts";

/** One step of a placed circuit. Wires name values; slots are places in memory. */
export type Step =
  | { readonly kind: "input"; readonly wire: number }
  | { readonly kind: "gate"; readonly gate: Gate }
  | { readonly kind: "output"; readonly wire: number; readonly bit: number }
  | { readonly kind: "store"; readonly wire: number; readonly slot: number }
  | { readonly kind: "load"; readonly wire: number; readonly slot: number };

const NEVER = 1 << 30;

/** For each wire the positions in `gates` that read it, in order. */
function usesOf(circuit: Circuit, gates: readonly Gate[]): number[][] {
  const uses = Array.from({ length: circuit.inputs + gates.length }, () => [] as number[]);
  gates.forEach(({ a, b }, at) => {
    uses[a]!.push(at);
    uses[b]!.push(at);
  });
  return uses;
}

/**
 * Walks the gates with at most `registers` values at once. Inputs lie in memory and are fetched when needed, outputs
 * are taken away as soon as they are made.
 */
export function place(circuit: Circuit, registers: number): Step[] {
  const { gates, inputs } = circuit;
  const uses = usesOf(circuit, gates);
  const cursor = uses.map(() => 0);
  const held = new Set<number>();
  const slots = new Map<number, number>();
  const free: number[] = [];
  let slotCount = 0;
  const steps: Step[] = [];
  const next = (wire: number) => uses[wire]![cursor[wire]!] ?? NEVER;
  const makeRoom = (keep: readonly number[]) => {
    if (held.size < registers) return;
    let victim = -1;
    for (const wire of held) {
      if (!keep.includes(wire) && (victim < 0 || next(wire) > next(victim))) victim = wire;
    }
    held.delete(victim);
    if (victim < inputs || slots.has(victim)) return; // inputs stay where they came from
    const slot = free.pop() ?? slotCount++;
    slots.set(victim, slot);
    steps.push({ kind: "store", wire: victim, slot });
  };
  const bring = (wire: number, keep: readonly number[]) => {
    if (held.has(wire)) return;
    makeRoom(keep);
    held.add(wire);
    const slot = slots.get(wire);
    if (slot !== undefined) steps.push({ kind: "load", wire, slot });
    else if (wire < inputs) steps.push({ kind: "input", wire });
    else throw new Error("place circuit: a value was lost");
  };
  const release = (wire: number) => {
    if (next(wire) !== NEVER) return;
    held.delete(wire);
    const slot = slots.get(wire);
    if (slot === undefined) return;
    slots.delete(wire);
    free.push(slot);
  };
  for (const gate of gates) {
    bring(gate.a, [gate.a, gate.b]);
    bring(gate.b, [gate.a, gate.b]);
    cursor[gate.a]!++;
    cursor[gate.b]!++;
    release(gate.a);
    release(gate.b);
    makeRoom([]);
    held.add(gate.out);
    steps.push({ kind: "gate", gate });
    circuit.outputs.forEach((wire, bit) => {
      if (wire === gate.out) steps.push({ kind: "output", wire, bit });
    });
    release(gate.out);
  }
  return steps;
}

/** How many loads and stores `place` adds: what an order costs. */
function placementCost(circuit: Circuit, registers: number): number {
  return place(circuit, registers).filter(({ kind }) => kind !== "gate" && kind !== "output")
    .length;
}

/** The circuit with its gates renumbered so that gate g drives wire inputs + g. */
function renumber(circuit: Circuit, gates: readonly Gate[]): Circuit {
  const name = new Map<number, number>();
  for (let i = 0; i < circuit.inputs; i++) name.set(i, i);
  gates.forEach((gate, g) => name.set(gate.out, circuit.inputs + g));
  const wire = (old: number) => name.get(old)!;
  return {
    inputs: circuit.inputs,
    gates: gates.map(({ and, a, b, out }) => ({ and, a: wire(a), b: wire(b), out: wire(out) })),
    outputs: circuit.outputs.map(wire),
  };
}

/** Looks for an order of the gates with few loads and stores, by simulated annealing with a fixed seed. */
export function scheduleCircuit(circuit: Circuit, registers: number, rounds: number): Circuit {
  const random = seededRandom(0x7a11);
  const fraction = () => random() / 2 ** 32;
  let gates = [...circuit.gates];
  let cost = placementCost(circuit, registers);
  let best = { gates, cost };
  for (let round = 0; round < rounds; round++) {
    const from = random() % gates.length;
    const gate = gates[from]!;
    let low = 0;
    let high = gates.length - 1;
    gates.forEach(({ a, b, out }, at) => {
      if (out === gate.a || out === gate.b) low = Math.max(low, at + 1);
      if (a === gate.out || b === gate.out) high = Math.min(high, at - 1);
    });
    const to = low + random() % (high - low + 1);
    if (to === from) continue;
    const moved = [...gates];
    moved.splice(from, 1);
    moved.splice(to, 0, gate);
    const candidate = placementCost({ ...circuit, gates: moved }, registers);
    const temperature = 1.5 * (1 - round / rounds) + 0.05;
    if (candidate <= cost || fraction() < Math.exp((cost - candidate) / temperature)) {
      gates = moved;
      cost = candidate;
      if (cost < best.cost) best = { gates, cost };
    }
  }
  return renumber(circuit, best.gates);
}
