/**
 * Where a change is hard to see: a cost for every sample that is low where the neighbourhood cannot be predicted.
 *
 * After HILL (Li, Wang, Li, Huang 2014, "A New Cost Function for Spatial Image Steganography"): the residual of
 * the 3×3 high-pass filter of Ker and Böhme, averaged over 3×3, inverted, and averaged again over a wide window.
 * The last average makes the map smooth, so one value for each 4×4 samples is enough: 1/16 of the picture's memory.
 */
import type { Pass } from "./png/header.ts";
import { MAX_COST } from "./code.ts";

/** Samples to a side of a cell. */
export const CELL_SHIFT = 2;
/** Cells to each side of a cell in the wide average: 5 × 4 samples, near HILL's 15. */
const REACH = 2;
/** Added to the sum of 9 residuals before it is inverted: a flat neighbourhood costs 20, fine noise about 0.01. */
const FLAT = 0.05;

/** Reads one row of samples of a channel into `out`; sample `x` of the row to out[x]. */
export type RowReader = (row: number, out: Int32Array) => void;

/** Whole costs of one channel of one pass, a cell for 4 × 4 samples. */
export interface CostMap {
  readonly columns: number;
  readonly cells: Uint16Array;
}

/** Costs of one channel of one pass. */
export class TextureMap {
  readonly #columns: number;
  readonly #cells: Float32Array;

  /** @param size width and height of the pass in samples */
  constructor({ width, height }: Pick<Pass, "width" | "height">, read: RowReader) {
    this.#columns = ((width - 1) >> CELL_SHIFT) + 1;
    const rows = ((height - 1) >> CELL_SHIFT) + 1;
    this.#cells = new Float32Array(this.#columns * rows);
    this.#invertResiduals(width, height, read);
    average(this.#cells, this.#columns, rows);
  }

  /** The costs as whole numbers; the cell of sample (x, y) is cells[(y >> CELL_SHIFT) * columns + (x >> CELL_SHIFT)]. */
  whole(scale: number): CostMap {
    const cells = new Uint16Array(this.#cells.length);
    for (let i = 0; i < cells.length; i++) cells[i] = wholeCost(this.#cells[i]! * scale);
    return { columns: this.#columns, cells };
  }

  /** About `count` cells, evenly spread. */
  sample(count: number): number[] {
    const step = Math.max(1, Math.floor(this.#cells.length / count));
    const cells: number[] = [];
    for (let i = step >> 1; i < this.#cells.length; i += step) cells.push(this.#cells[i]!);
    return cells;
  }

  #invertResiduals(width: number, height: number, read: RowReader): void {
    // Rows are kept with a margin of 2 to each side, mirrored at the edges like the rows themselves.
    const row = () => new Int32Array(width + 4);
    let [above, here, below] = [row(), row(), row()];
    let [first, second, third] = [row(), row(), row()];
    const mirrored = (y: number) =>
      Math.min(Math.max(y < 0 ? -y : y >= height ? 2 * height - 2 - y : y, 0), height - 1);
    const load = (y: number, out: Int32Array) => {
      read(mirrored(y), out.subarray(2, 2 + width));
      for (let i = 1; i <= 2; i++) {
        out[2 - i] = out[2 + Math.min(i, width - 1)]!;
        out[1 + width + i] = out[1 + width - Math.min(i, width - 1)]!;
      }
    };
    load(-2, above);
    load(-1, here);
    const residuals = (y: number, out: Int32Array) => {
      load(y + 1, below);
      residualRow(above, here, below, out);
      [above, here, below] = [here, below, above];
    };
    residuals(-1, first);
    residuals(0, second);
    for (let y = 0; y < height; y++) {
      residuals(y + 1, third);
      this.#addRow(y, width, height, first, second, third);
      [first, second, third] = [second, third, first];
    }
  }

  /** Adds row `y`'s inverted sums of 3×3 residuals to its cells, weighted so that a cell becomes their mean. */
  #addRow(
    y: number,
    width: number,
    height: number,
    first: Int32Array,
    second: Int32Array,
    third: Int32Array,
  ): void {
    const cellY = y >> CELL_SHIFT;
    const rowsInCell = Math.min(height - (cellY << CELL_SHIFT), 1 << CELL_SHIFT);
    let cell = cellY * this.#columns;
    let left = first[1]! + second[1]! + third[1]!;
    let middle = first[2]! + second[2]! + third[2]!;
    for (let start = 0; start < width; start += 1 << CELL_SHIFT, cell++) {
      const end = Math.min(width, start + (1 << CELL_SHIFT));
      let sum = 0;
      for (let x = start; x < end; x++) {
        const right = first[x + 3]! + second[x + 3]! + third[x + 3]!;
        sum += 1 / (left + middle + right + FLAT);
        left = middle;
        middle = right;
      }
      this.#cells[cell] = this.#cells[cell]! + sum / (rowsInCell * (end - start));
    }
  }
}

/** |1 −2 1; −2 4 −2; 1 −2 1| of three rows; entries 1 … width + 2 of `out`. */
function residualRow(
  above: Int32Array,
  here: Int32Array,
  below: Int32Array,
  out: Int32Array,
): void {
  const last = out.length - 2;
  let left = above[0]! - 2 * here[0]! + below[0]!;
  let middle = above[1]! - 2 * here[1]! + below[1]!;
  for (let i = 1; i <= last; i++) {
    const right = above[i + 1]! - 2 * here[i + 1]! + below[i + 1]!;
    const value = left - 2 * middle + right;
    out[i] = value < 0 ? -value : value;
    left = middle;
    middle = right;
  }
}

/** Averages `cells` over (2 · REACH + 1)² cells, fewer at the edges, in place. */
function average(cells: Float32Array, columns: number, rows: number): void {
  const line = new Float32Array(Math.max(columns, rows));
  const along = (start: number, step: number, count: number) => {
    for (let i = 0; i < count; i++) line[i] = cells[start + i * step]!;
    let sum = 0;
    let inside = 0;
    for (let i = 0; i < Math.min(REACH, count); i++, inside++) sum += line[i]!;
    for (let i = 0; i < count; i++) {
      if (i + REACH < count) {
        sum += line[i + REACH]!;
        inside++;
      }
      if (i - REACH - 1 >= 0) {
        sum -= line[i - REACH - 1]!;
        inside--;
      }
      cells[start + i * step] = sum / inside;
    }
  };
  for (let y = 0; y < rows; y++) along(y * columns, 1, columns);
  for (let x = 0; x < columns; x++) along(x, columns, rows);
}

/** The cost at the lower tenth of the picture becomes this: fine steps among the best places, room above. */
const GOOD_PLACE_COST = 32;
const GOOD_PLACE_QUANTILE = 0.1;
/** Most cells looked at to find the quantile. */
const SAMPLED_CELLS = 20_000;

/** All maps as whole costs of one scale, from 1 to MAX_COST. */
export function wholeCosts(maps: readonly TextureMap[]): CostMap[] {
  const each = Math.ceil(SAMPLED_CELLS / maps.length);
  const cells = maps.flatMap((map) => map.sample(each)).sort((a, b) => a - b);
  const good = cells[Math.floor(cells.length * GOOD_PLACE_QUANTILE)] ?? 1;
  return maps.map((map) => map.whole(GOOD_PLACE_COST / good));
}

/** `cost` as a whole number from 1 to MAX_COST. */
export function wholeCost(cost: number): number {
  return cost < 1 ? 1 : cost < MAX_COST ? Math.floor(cost) : MAX_COST;
}
