/**
 * The hand-written AssemblyScript of GCM over a batch of messages under one key: their counter blocks share batches
 * of 256, their hashes share the 16 lanes, and what ends a hash is done once for the batch.
 */
import { dataBlock, Emitter, transposeBytes } from "./emit.ts";
import { BITSLICED_BLOCKS, CTX_TABLES, FRONT, LANE_TABLE, LANES, TABLE_BYTES } from "./layout.ts";

/** Descriptor of a message: fields of 32 bits, then nonce and counter, mask and hash of 16 bytes each. */
export const DESCRIPTOR = {
  message: 0,
  aadBytes: 4,
  textBytes: 8,
  authentic: 12,
  nonce: 16,
  mask: 32,
  hash: 48,
  bytes: 64,
} as const;

/** Gathers one block for each lane from the lane table's pointers, `offset` behind each. */
function gatherLanes(): string {
  const code = new Emitter();
  const block = (l: number) => code.bind(`v128.load(load<usize>(${LANE_TABLE + 4 * l}) + offset)`);
  transposeBytes(code, block, (k, row) => {
    code.store("0", LANES + 16 * k, code.xor(row, code.load("0", LANES + 16 * k)));
  });
  return `function gatherLanes(offset: usize): void {\n${code.text()}}\n`;
}

/** All AssemblyScript of batches. */
export function batchSource(): string {
  const d = DESCRIPTOR;
  return `
${dataBlock("NO_BLOCK", [new Array(16).fill(0)])}
${gatherLanes()}
function textOf(d: usize): usize {
  return <usize>load<i32>(d, ${d.message}) + <usize>padded(load<i32>(d, ${d.aadBytes}));
}

/** Where the walk through the key stream of all messages stands. */
let walkMessage: usize = 0;
let walkBlock: i32 = 0;

/**
 * Walks over the next up to ${BITSLICED_BLOCKS} blocks of key stream: writes their counter blocks to the batch, or (spread) takes
 * the enciphered ones from it; the first of each message to its mask, the others over its text. How many it were.
 */
function walkBatch(end: usize, spread: bool): i32 {
  let filled: i32 = 0;
  while (filled < ${BITSLICED_BLOCKS} && walkMessage < end) {
    const d = walkMessage;
    const all = (padded(load<i32>(d, ${d.textBytes})) >> 4) + 1;
    const run = min<i32>(${BITSLICED_BLOCKS} - filled, all - walkBlock);
    let from: usize = BATCH + 16 * filled;
    if (!spread) counterBlocks(from, d + ${d.nonce}, walkBlock + 1, run);
    else {
      let at = walkBlock - 1;
      let count = run;
      if (walkBlock == 0) {
        v128.store(d, v128.load(from), ${d.mask});
        from += 16;
        at = 0;
        count--;
      }
      xorBlocks(textOf(d) + 16 * at, from, count);
    }
    filled += run;
    walkBlock += run;
    if (walkBlock == all) {
      walkBlock = 0;
      walkMessage += ${d.bytes};
    }
  }
  return filled;
}

/** Enciphers or deciphers the texts of all messages and leaves their masks. */
function cipherMany(context: usize, end: usize): void {
  walkMessage = DESCRIPTORS;
  walkBlock = 0;
  setMasks(context, false);
  while (walkMessage < end) {
    const message = walkMessage;
    const block = walkBlock;
    const filled = walkBatch(end, false);
    if (filled > BITSLICE_FROM) bitsliceEcb(BATCH);
    else swizzleEcb(context, BATCH, (filled + 15) >> 4, 0);
    walkMessage = message;
    walkBlock = block;
    walkBatch(end, true);
  }
  clearMasks();
}

function hashedBlocks(d: usize): i32 {
  return ((padded(load<i32>(d, ${d.aadBytes})) + padded(load<i32>(d, ${d.textBytes}))) >> 4) + 1;
}

/** Hashes count messages (a power of 2, up to 16), 16/count lanes each. */
function hashTogether(context: usize, first: usize, count: i32): void {
  const lanes: i32 = 16 / count;
  let steps = 0;
  for (let m = 0; m < count; m++) {
    const blocks = hashedBlocks(first + ${d.bytes} * m);
    steps = max<i32>(steps, (blocks + lanes - 1) / lanes);
  }
  // Shorter messages have zero blocks in front; from step whole on no lane has any.
  let whole = 0;
  for (let m = 0; m < count; m++) {
    const d = first + ${d.bytes} * m;
    const missing = steps * lanes - hashedBlocks(d);
    whole = max<i32>(whole, (missing + lanes - 1) / lanes);
    for (let l = 0; l < lanes; l++) {
      store<i32>(${LANE_TABLE} + 4 * (m * lanes + l), load<i32>(d, ${d.message}) + 16 * (l - missing));
    }
  }
  let table = context + ${CTX_TABLES};
  for (let l = lanes; l > 1; l >>= 1) table += ${TABLE_BYTES};
  memory.fill(${LANES}, 0, 256);
  for (let step = 0; step < steps; step++) {
    if (step > 0) multiplyLanes(table);
    const offset: usize = 16 * lanes * step;
    if (step >= whole) {
      gatherLanes(offset);
      continue;
    }
    for (let lane = 0; lane < 16; lane++) {
      const at = load<usize>(${LANE_TABLE} + 4 * lane) + offset;
      const start = load<usize>(first + ${d.bytes} * (lane / lanes), ${d.message});
      v128.store(${FRONT} + 16 * lane, v128.load(<i32>at < <i32>start ? NO_BLOCK : at));
    }
    addLanes(${FRONT});
  }
  foldLanes(context, lanes);
  for (let m = 0; m < count; m++) storeLane(first + ${d.bytes} * m + ${d.hash}, m * lanes);
}

function hashMany(context: usize, count: i32): void {
  let first = DESCRIPTORS;
  while (count > 0) {
    let together = 16;
    while (together > count) together >>= 1;
    hashTogether(context, first, together);
    first += ${d.bytes} * together;
    count -= together;
  }
}

/** Seals all messages of the descriptors in place, each tag behind its text. */
export function gcmSealMany(context: usize, count: i32): void {
  const end: usize = DESCRIPTORS + ${d.bytes} * count;
  cipherMany(context, end);
  for (let d = DESCRIPTORS; d < end; d += ${d.bytes}) {
    closeMessage(textOf(d), load<i32>(d, ${d.aadBytes}), load<i32>(d, ${d.textBytes}));
  }
  hashMany(context, count);
  for (let d = DESCRIPTORS; d < end; d += ${d.bytes}) {
    const tag = v128.xor(v128.load(d, ${d.mask}), v128.load(d, ${d.hash}));
    v128.store(textOf(d) + load<i32>(d, ${d.textBytes}), tag);
  }
}

/** Opens all messages in place; each descriptor says whether its message was authentic, zeros for text if not. */
export function gcmOpenMany(context: usize, count: i32): void {
  const end: usize = DESCRIPTORS + ${d.bytes} * count;
  for (let d = DESCRIPTORS; d < end; d += ${d.bytes}) {
    const text = textOf(d);
    const bytes = load<i32>(d, ${d.textBytes});
    v128.store(${FRONT}, v128.load(text + bytes));
    closeMessage(text, load<i32>(d, ${d.aadBytes}), bytes);
    v128.store(text + padded(bytes) + 16, v128.load(${FRONT}));
  }
  hashMany(context, count);
  cipherMany(context, end);
  for (let d = DESCRIPTORS; d < end; d += ${d.bytes}) {
    const text = textOf(d);
    const bytes = load<i32>(d, ${d.textBytes});
    const tag = v128.xor(v128.load(d, ${d.mask}), v128.load(d, ${d.hash}));
    const authentic = equalBlocks(tag, v128.load(text + padded(bytes) + 16));
    if (!authentic) memory.fill(text, 0, bytes);
    store<i32>(d, authentic, ${d.authentic});
  }
}
`;
}
