/**
 * The hand-written AssemblyScript of GCM (NIST SP 800-38D §7): one message, pieces of a message, many messages.
 */
import { ARGUMENTS, BITSLICE_FROM, CTX_TABLES, FRONT, LANES, TABLE_BYTES } from "./layout.ts";

/** All AssemblyScript of GHASH over memory and of GCM. */
export function gcmSource(): string {
  return `
/** Up to 16 blocks, set behind zeros so that the last is in lane lanes − 1; the value at y joins the first. */
function frontGroup(y: usize, source: usize, blocks: i32, lanes: i32): void {
  memory.fill(${FRONT}, 0, 256);
  const first: usize = ${FRONT} + 16 * (lanes - blocks);
  memory.copy(first, source, 16 * blocks);
  v128.store(first, v128.xor(v128.load(first), v128.load(y)));
  setLanes(${FRONT});
}

/** The value at y goes through blocks blocks: Y = (Y + block)·H for each. */
export function ghash(context: usize, y: usize, source: usize, blocks: i32): void {
  if (blocks <= 0) return;
  let lanes = 16;
  if (blocks <= 8) {
    lanes = 1;
    while (lanes < blocks) lanes <<= 1;
  }
  const front = blocks <= 16 ? blocks : ((blocks - 1) & 15) + 1;
  frontGroup(y, source, front, lanes);
  source += 16 * front;
  let groups = (blocks - front) >> 4;
  if (groups > 0) {
    const step = context + ${CTX_TABLES + 4 * TABLE_BYTES};
    if (groups >= 8 && load<i32>(context + CTX_STATE) < 2) {
      memory.copy(${FRONT}, ${LANES}, 256);
      ghashBulkKey(context);
      memory.copy(${LANES}, ${FRONT}, 256);
    }
    if (groups >= 8 || load<i32>(context + CTX_STATE) == 2) {
      multiplyLanes(step);
      for (; groups > 4; groups -= 4) {
        absorbFour(context, source);
        source += 1024;
      }
      addLanes(source);
      source += 256;
      groups--;
    }
    for (; groups > 0; groups--) {
      multiplyLanes(step);
      addLanes(source);
      source += 256;
    }
  }
  foldLanes(context, lanes);
  storeLane(y, 0);
}

/** Bytes rounded up to whole blocks. */
function padded(bytes: i32): i32 {
  return (bytes + 15) & ~15;
}

/** A message in memory: AAD and zeros to a whole block, then the text; a whole block of room on either side. */
function closeMessage(text: usize, aadBytes: i32, textBytes: i32): void {
  const end = padded(textBytes);
  memory.fill(text + textBytes, 0, end - textBytes);
  store<u64>(text + end, bswap<u64>(<u64>aadBytes << 3));
  store<u64>(text + end, bswap<u64>(<u64>textBytes << 3), 8);
}

/** The key stream over the text, with that of J0 into mask on the way. */
function cipherWithMask(context: usize, nonce: usize, text: usize, blocks: i32, mask: usize): void {
  const before = text - 16;
  const saved = v128.load(before);
  v128.store(before, i32x4.splat(0));
  sm4Ctr(context, nonce, before, blocks + 1);
  v128.store(mask, v128.load(before));
  v128.store(before, saved);
}

/**
 * Key stream over whole blocks in place and their ciphertext into the hash, in parts that the byte-sliced functions do
 * alone: what little data needs is compiled in a moment.
 */
export function gcmSmall(context: usize, nonce: usize, hash: usize, target: usize, blocks: i32, decrypt: i32): void {
  while (blocks > 0) {
    const part = min<i32>(blocks, ${BITSLICE_FROM - 1});
    if (decrypt) ghash(context, hash, target, part);
    sm4Ctr(context, nonce, target, part);
    if (!decrypt) ghash(context, hash, target, part);
    target += 16 * part;
    blocks -= part;
  }
}

const NONCE: usize = ${ARGUMENTS};
const HASH: usize = ${ARGUMENTS + 16};
const MASK: usize = ${ARGUMENTS + 32};
const TAG: usize = ${ARGUMENTS + 48};

/** Seals the message at message in place, tag behind the text. The nonce's 12 bytes are in the arguments. */
export function gcmSeal(context: usize, message: usize, aadBytes: i32, textBytes: i32): void {
  const text = message + padded(aadBytes);
  const blocks = padded(textBytes) >> 4;
  store<i32>(NONCE, bswap<i32>(1), 12);
  cipherWithMask(context, NONCE, text, blocks, MASK);
  closeMessage(text, aadBytes, textBytes);
  v128.store(HASH, i32x4.splat(0));
  ghash(context, HASH, message, (padded(aadBytes) >> 4) + blocks + 1);
  v128.store(text + textBytes, v128.xor(v128.load(HASH), v128.load(MASK)));
}

/** 1 when the 16 bytes are equal, in time that does not depend on them. */
function equalBlocks(a: v128, b: v128): i32 {
  return v128.any_true(v128.xor(a, b)) ? 0 : 1;
}

/** Opens the message (tag behind the text) in place; 0, and zeros for text, when it is not authentic. */
export function gcmOpen(context: usize, message: usize, aadBytes: i32, textBytes: i32): i32 {
  const text = message + padded(aadBytes);
  const blocks = padded(textBytes) >> 4;
  v128.store(TAG, v128.load(text + textBytes));
  closeMessage(text, aadBytes, textBytes);
  v128.store(HASH, i32x4.splat(0));
  ghash(context, HASH, message, (padded(aadBytes) >> 4) + blocks + 1);
  store<i32>(NONCE, bswap<i32>(1), 12);
  const together = blocks < 128;
  cipherWithMask(context, NONCE, text, together ? blocks : 0, MASK);
  const tag = v128.xor(v128.load(HASH), v128.load(MASK));
  if (equalBlocks(tag, v128.load(TAG)) == 0) {
    memory.fill(text, 0, textBytes);
    return 0;
  }
  if (!together) sm4Ctr(context, NONCE, text, blocks);
  return 1;
}
`;
}
