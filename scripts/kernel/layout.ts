/**
 * Where things lie in a key's context and in the module's memory. The loader reads the addresses from the
 * module's exported globals; nothing outside the generator repeats these numbers.
 */

/** SM4 rounds and words (GB/T 32907-2016 §5). */
export const ROUNDS = 32;

/**
 * Context: 32 round keys with the S-box's affine constants folded in, in split form, first byte first, for one block; and
 * each byte four times for several.
 */
export const CTX_WORDS = 0;
export const CTX_SPLIT = CTX_WORDS + 4 * ROUNDS;
export const SPLIT_BYTES = 16;
/** Context: one 32-bit mask per bit of every round key, bit 0 first. */
export const CTX_MASKS = CTX_SPLIT + SPLIT_BYTES * ROUNDS;
/** Context: which powers of H have tables (1: the fold and H¹⁶; 2: also H³², H⁴⁸, H⁶⁴). */
export const CTX_STATE = CTX_MASKS + 128 * ROUNDS;
/** Context: H¹⁶. */
export const CTX_H16 = CTX_STATE + 16;
/** Context: tables of H, H², H⁴, H⁸, H¹⁶, H³², H⁴⁸, H⁶⁴. */
export const CTX_TABLES = CTX_H16 + 16;
/** One power's tables: 9 Karatsuba parts × 5 product bytes × 2 nibbles × 16 entries. */
export const PART_BYTES = 5 * 2 * 16;
export const TABLE_BYTES = 9 * PART_BYTES;
const POWERS = [1, 2, 4, 8, 16, 32, 48, 64] as const;
/** One context, rounded up to a multiple of 1 KiB. */
export const CONTEXT_BYTES = Math.ceil((CTX_TABLES + POWERS.length * TABLE_BYTES) / 1024) * 1024;

/** Static data of the module ends below this address. */
const SCRATCH = 16 * 1024;
/** Blocks of a bitsliced batch, and bytes of a slice: two vectors side by side, a bit for each block. */
export const BITSLICED_BLOCKS = 256;
/** Tails over this many blocks are cheaper bitsliced. */
export const BITSLICE_FROM = 128;
export const SLICE_BYTES = BITSLICED_BLOCKS / 8;
/** Scratch: 128 slices of the bitsliced state. */
export const SLICES = SCRATCH;
export const WORD_SLICES_BYTES = 32 * SLICE_BYTES;
/** Scratch: output of the S-boxes of one bitsliced round. */
export const SUBSTITUTED = SLICES + 4 * WORD_SLICES_BYTES;
/** Scratch: x1 ^ x2 ^ x3 of the coming round. */
export const SUMS = SUBSTITUTED + WORD_SLICES_BYTES;
/** Scratch: sums of two slices that a round needs once more at its end; all have room, by their own numbers. */
export const KEPT_PAIRS = SUMS + WORD_SLICES_BYTES;
/** Scratch: the masks of that round. */
export const ROUND_MASKS = KEPT_PAIRS + WORD_SLICES_BYTES;
/** Scratch: the masks of all rounds while a key is in use. */
export const KEY_MASKS = ROUND_MASKS + 128;
/** Scratch: what does not fit the registers within the S-boxes of a round, each value in a place of its own. */
export const SPILLED = KEY_MASKS + 128 * ROUNDS;
export const SPILLED_SLICES = 64;
/** Scratch: the bits of a counter block's nonce as masks. */
export const NONCE_MASKS = SPILLED + SPILLED_SLICES * SLICE_BYTES;
/** Scratch: counter blocks and key stream of one batch. */
export const BATCH = NONCE_MASKS + 384;
/** Scratch: byte-sliced states of 16 blocks, two of them. */
export const STATE16 = BATCH + 16 * BITSLICED_BLOCKS;
/** Scratch: GHASH lanes, byte-sliced. */
export const LANES = STATE16 + 512;
/** Scratch: the lanes before a multiplication. */
export const OLD_LANES = LANES + 256;
/** Scratch: the 9 partial products of 8 bytes. */
export const PARTS = OLD_LANES + 256;
/** Scratch: the 32 bytes of the joined product. */
export const WIDE = PARTS + 9 * 8 * 16;
/** Scratch: 16 blocks in front of a message whose length is not a multiple of 16 blocks. */
export const FRONT = WIDE + 512;
/** Scratch: pointers of the 16 lanes of a batch of messages. */
export const LANE_TABLE = FRONT + 256;
/** Scratch: SM3's expanded message W_0…W_67, and W′_0…W′_63. */
export const EXPANDED = LANE_TABLE + 256;
export const EXPANDED_SUMS = EXPANDED + 288;
/** Small values passed by the caller: key, counter, GHASH value, SM3 state. */
export const ARGUMENTS = EXPANDED_SUMS + 256;
const ARGUMENTS_BYTES = 256;
/** Scratch: the round keys of a chain of blocks, a byte in front of each lane; one more place is read behind them. */
export const CHAIN_KEYS = ARGUMENTS + ARGUMENTS_BYTES;
/** Descriptors of a batch of messages, and the contexts, and the window, each on its own page. */
export const DESCRIPTORS = 40 * 1024;
if (CHAIN_KEYS + 16 * (ROUNDS + 1) > DESCRIPTORS) {
  throw new Error("lay out memory: scratch is full");
}
export const DESCRIPTOR_BYTES = 64;
export const MAX_BATCH = 256;
export const CONTEXTS = DESCRIPTORS + DESCRIPTOR_BYTES * MAX_BATCH;
/** How many contexts are in memory at once. */
export const SLOTS = 32;
export const WINDOW = CONTEXTS + SLOTS * CONTEXT_BYTES + 64;
/** Data passes through here. A message may use the block in front of it; some slack lies on either side. */
export const WINDOW_BYTES = 256 * 1024;
/** Room for buffers of the program's own: data that stands there is worked on where it is. Some slack lies on either side. */
export const ARENA = WINDOW + WINDOW_BYTES + 4096;
export const ARENA_BYTES = 56 * 65536;
export const PAGES = Math.ceil((ARENA + ARENA_BYTES + 64) / 65536);

/** What the loader reads from the module's exported globals. */
export const EXPORTED = {
  ARGUMENTS,
  CONTEXTS,
  CONTEXT_BYTES,
  SLOTS,
  DESCRIPTORS,
  DESCRIPTOR_BYTES,
  MAX_BATCH,
  WINDOW,
  WINDOW_BYTES,
  ARENA,
  ARENA_BYTES,
} as const;
