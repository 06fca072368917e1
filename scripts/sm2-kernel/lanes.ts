/** AssemblyScript that chooses between numbers in memory by masks, in the widest words that the engine has. */

/** Words, and how the source writes what is done with them. */
export interface Lanes {
  readonly type: "i64" | "v128";
  readonly bytes: 8 | 16;
  load(pointer: string, offset: number): string;
  store(pointer: string, offset: number, value: string): string;
  /** All ones where the mask of 64 bits is all ones, zeros where it is zeros. */
  mask(mask: string): string;
  /** `yes` where the mask has ones, `no` elsewhere. */
  choose(mask: string, yes: string, no: string): string;
}

/** What every engine has. */
export const NARROW_LANES: Lanes = {
  type: "i64",
  bytes: 8,
  load: (pointer, offset) => `load<i64>(${pointer}, ${offset})`,
  store: (pointer, offset, value) => `store<i64>(${pointer}, ${value}, ${offset});`,
  mask: (mask) => mask,
  choose: (mask, yes, no) => `(${no} ^ ((${no} ^ ${yes}) & ${mask}))`,
};

/** Vectors: an engine with products of 128 bits has them. */
export const WIDE_LANES: Lanes = {
  type: "v128",
  bytes: 16,
  load: (pointer, offset) => `v128.load(${pointer}, ${offset})`,
  store: (pointer, offset, value) => `v128.store(${pointer}, ${value}, ${offset});`,
  mask: (mask) => `i64x2.splat(${mask})`,
  choose: (mask, yes, no) => `v128.bitselect(${yes}, ${no}, ${mask})`,
};

/** Statements that put `from` in the place of `to` where `mask`, of the lanes' type, is all ones. */
export function replaceLines(
  lanes: Lanes,
  { to, from, mask, bytes }: { to: string; from: string; mask: string; bytes: number },
): string {
  return Array.from({ length: bytes / lanes.bytes }, (_, i) => {
    const at = lanes.bytes * i, old = `${to}_${i}`.replace(/\W/g, "_");
    return `const ${old} = ${lanes.load(to, at)}; ` +
      lanes.store(to, at, lanes.choose(mask, lanes.load(from, at), old));
  }).join("\n  ");
}

/** A function that puts the entry of the given digit, 1 to `entries`, of a window's table into ENTRY; all are read. */
export function chooseSource(lanes: Lanes, name: string, bytes: number, entries: number): string {
  const offsets = Array.from({ length: bytes / lanes.bytes }, (_, i) => lanes.bytes * i);
  const start = offsets.map((at, i) => `let v${i} = ${lanes.load("ENTRY", at)};`);
  const step = offsets.map((at, i) =>
    `v${i} = ${lanes.choose("mask", lanes.load("at", at), `v${i}`)};`
  );
  const end = offsets.map((at, i) => lanes.store("ENTRY", at, `v${i}`));
  return `
function ${name}(table: usize, digit: i32): void {
  ${start.join(" ")}
  for (let d = 1; d <= ${entries}; d++) {
    const at = table + usize(d - 1) * ${bytes};
    const mask = ${lanes.mask("-i64(d == digit)")};
    ${step.join("\n    ")}
  }
  ${end.join(" ")}
}
`;
}
