/**
 * SM3 of many messages of one length, one after the other in memory: what a hash over the leaves of a file is made
 * of. Four messages go through the kernel's SIMD lanes at once.
 */
import { kernel } from "./kernel/kernel.ts";
import { sm3, SM3_BLOCK_BYTES, SM3_BYTES, sm3InitialState } from "./sm3.ts";

/** Messages that the kernel takes at once. */
const LANES = 4;

/** Word i of the initial value for all lanes, for each i. */
const INITIAL = Int32Array.from(
  { length: 8 * LANES },
  (_, i) => sm3InitialState()[Math.floor(i / LANES)]!,
);

/**
 * Writes the SM3 values of the messages in `data`, each `length` bytes long, one behind the other into `out`.
 * `data` holds whole messages only.
 */
export function sm3OfEach(data: Uint8Array, length: number, out: Uint8Array): void {
  let at = 0;
  let to = 0;
  if (length % SM3_BLOCK_BYTES === 0 && length > 0) {
    const padding = paddingBlocks(length);
    const states = new Int32Array(8 * LANES);
    for (; at + LANES * length <= data.length; at += LANES * length, to += LANES * SM3_BYTES) {
      states.set(INITIAL);
      kernel().sm3Four(states, data.subarray(at, at + LANES * length));
      kernel().sm3Four(states, padding);
      writeValues(states, out, to);
    }
  }
  for (; at < data.length; at += length, to += SM3_BYTES) {
    out.set(sm3(data.subarray(at, at + length)), to);
  }
}

/** The block that pads a message of whole blocks (GB/T 32905 §5.2), for each lane. */
function paddingBlocks(length: number): Uint8Array {
  const blocks = new Uint8Array(LANES * SM3_BLOCK_BYTES);
  const view = new DataView(blocks.buffer);
  for (let end = SM3_BLOCK_BYTES; end <= blocks.length; end += SM3_BLOCK_BYTES) {
    blocks[end - SM3_BLOCK_BYTES] = 0x80;
    view.setUint32(end - 8, Math.floor(length / 2 ** 29));
    view.setUint32(end - 4, (length * 8) % 2 ** 32);
  }
  return blocks;
}

function writeValues(states: Int32Array, out: Uint8Array, at: number): void {
  const view = new DataView(out.buffer, out.byteOffset + at, LANES * SM3_BYTES);
  for (let lane = 0; lane < LANES; lane++) {
    for (let i = 0; i < 8; i++) view.setInt32(lane * SM3_BYTES + 4 * i, states[LANES * i + lane]!);
  }
}
