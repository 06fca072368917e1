/**
 * The search of the cheapest way to make carrier bits carry a message (code.ts), by a WebAssembly module that does
 * four states at a time. Made by scripts/trellis.ts; the readable twin is tests/reference/trellis.ts.
 */
import { fromBase64 } from "../bytes.ts";
import { LimitError } from "../errors.ts";
import { TRELLIS } from "./built/trellis.ts";
import { blockBits, type CodeShape, columnsOf, MAX_HEIGHT, MAX_WIDTH, MIN_HEIGHT } from "./code.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly COLUMNS: WebAssembly.Global;
  readonly COSTS: WebAssembly.Global;
  readonly CARRIER: WebAssembly.Global;
  readonly MESSAGE: WebAssembly.Global;
  readonly FLIPS: WebAssembly.Global;
  search(height: number, width: number, bits: number): number;
}

let instance: Exports | undefined;

/** The one instance: searches do not overlap, and its memory is large. */
function wasm(): Exports {
  if (instance === undefined) {
    const module = new WebAssembly.Module(fromBase64(TRELLIS));
    instance = new WebAssembly.Instance(module).exports as unknown as Exports;
  }
  return instance;
}

/** Searches blocks of one code. */
export class Trellis {
  readonly #shape: CodeShape;
  readonly #columns: Uint32Array;

  constructor(shape: CodeShape) {
    const { height, width } = shape;
    if (height < MIN_HEIGHT || height > MAX_HEIGHT || width < 1 || width > MAX_WIDTH) {
      throw new LimitError("stego.code-shape", { height, width });
    }
    this.#shape = shape;
    this.#columns = columnsOf(shape);
  }

  /**
   * Marks in `flips` which bits of `carrier` to change so that it carries `message`, at the least sum of `costs`
   * (whole numbers from 1 to MAX_COST). `carrier`, `costs` and `flips` have width · message.length entries.
   * Answers the sum.
   */
  solve(carrier: Uint8Array, costs: Int32Array, message: Uint8Array, flips: Uint8Array): number {
    const { height, width } = this.#shape;
    const elements = message.length * width;
    if (carrier.length !== elements || costs.length !== elements || flips.length !== elements) {
      throw new LimitError("stego.code-lengths", {});
    }
    if (message.length > blockBits(this.#shape)) {
      throw new LimitError("stego.code-block", {});
    }
    const { memory, search, COLUMNS, COSTS, CARRIER, MESSAGE, FLIPS } = wasm();
    new Uint32Array(memory.buffer, COLUMNS.value, width).set(this.#columns);
    new Int32Array(memory.buffer, COSTS.value, elements).set(costs);
    new Uint8Array(memory.buffer, CARRIER.value, elements).set(carrier);
    new Uint8Array(memory.buffer, MESSAGE.value, message.length).set(message);
    const total = search(height, width, message.length);
    if (total < 0) throw new LimitError("stego.code-memory", {});
    flips.set(new Uint8Array(memory.buffer, FLIPS.value, elements));
    return total;
  }
}
