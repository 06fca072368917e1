/** An instance of the kernel's module, and what it exports (`scripts/kernel`). */
import { FailureError } from "../../errors.ts";

/** What the module exports. Addresses and sizes are in bytes, counts in blocks. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly ARGUMENTS: WebAssembly.Global;
  readonly CONTEXTS: WebAssembly.Global;
  readonly CONTEXT_BYTES: WebAssembly.Global;
  readonly SLOTS: WebAssembly.Global;
  readonly DESCRIPTORS: WebAssembly.Global;
  readonly DESCRIPTOR_BYTES: WebAssembly.Global;
  readonly MAX_BATCH: WebAssembly.Global;
  readonly WINDOW: WebAssembly.Global;
  readonly WINDOW_BYTES: WebAssembly.Global;
  readonly ARENA: WebAssembly.Global;
  readonly ARENA_BYTES: WebAssembly.Global;
  sm4Key(context: number, key: number): void;
  ghashKey(context: number): void;
  sm4Ctr(context: number, counter: number, target: number, blocks: number): void;
  sm4Ecb(context: number, target: number, blocks: number, decrypt: number): void;
  sm4Chain(context: number, chain: number, target: number, blocks: number, mode: number): void;
  xorBlocks(target: number, source: number, blocks: number): void;
  cbcUnchain(chain: number, cipher: number, target: number, blocks: number): void;
  ghash(context: number, hash: number, source: number, blocks: number): void;
  gcmSmall(
    context: number,
    counter: number,
    hash: number,
    target: number,
    blocks: number,
    decrypt: number,
  ): void;
  gcmSeal(context: number, message: number, aadBytes: number, textBytes: number): void;
  gcmOpen(context: number, message: number, aadBytes: number, textBytes: number): number;
  gcmSealMany(context: number, count: number): void;
  gcmOpenMany(context: number, count: number): void;
  sm3(state: number, source: number, blocks: number): void;
  sm3Message(length: number): void;
  sm3x4(state: number, source: number, stride: number, blocks: number): void;
}

/** Makes an instance of `module`, with a memory of its own. */
export function instantiate(module: WebAssembly.Module): KernelExports {
  const instance = new WebAssembly.Instance(module, {
    env: {
      abort: () => {
        throw new FailureError("kernel.stopped", {});
      },
    },
  });
  return instance.exports as unknown as KernelExports;
}
