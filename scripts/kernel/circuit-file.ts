/**
 * The S-box circuit as a generated TypeScript file: the scalar engine evaluates it, the generator reads it back.
 */
import type { Circuit, Gate } from "./circuit.ts";
import { inputConstant } from "./sbox-search.ts";
import { AFFINE_CONSTANT } from "./sm4-facts.ts";

/** The text of the generated file. */
export function circuitModule(circuit: Circuit): string {
  const ands = circuit.gates.filter((gate) => gate.and).length;
  const gates = circuit.gates.map(({ and, a, b }) => `  ${and ? 1 : 0}, ${a}, ${b},\n`).join("");
  return `// Made by deno task kernel. Do not edit.
// ${circuit.gates.length} gates, ${ands} of them AND: C with S(x) = C(x ^ input constant) ^ output constant.

/** Three numbers a gate: 1 for AND or 0 for XOR, and its two wires; gate g drives wire 8 + g. Input bits are 0…7. */
export const SBOX_GATES: readonly number[] = [
${gates}];

/** The wires of output bits 0…7. */
export const SBOX_OUTPUTS: readonly number[] = [${circuit.outputs.join(", ")}];

export const SBOX_INPUT_CONSTANT = ${inputConstant()};
export const SBOX_OUTPUT_CONSTANT = ${AFFINE_CONSTANT};
`;
}

function numbers(text: string, name: string): number[] {
  const match = new RegExp(`${name}[^=]*= \\[([^\\]]*)\\]`).exec(text);
  if (!match) throw new Error(`read circuit: no ${name}`);
  return match[1]!.split(",").filter((part) => part.trim() !== "").map(Number);
}

/** Reads what `circuitModule` wrote. */
export function parseCircuit(text: string): Circuit {
  const flat = numbers(text, "SBOX_GATES");
  const gates: Gate[] = [];
  for (let i = 0; i < flat.length; i += 3) {
    gates.push({ and: flat[i] === 1, a: flat[i + 1]!, b: flat[i + 2]!, out: 8 + i / 3 });
  }
  return { inputs: 8, gates, outputs: numbers(text, "SBOX_OUTPUTS") };
}
