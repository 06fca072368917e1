/**
 * The places for key contexts in the kernel's memory. There are fewer places than there may be keys: the context
 * longest unused moves out to its key's own buffer, and back in when the key is used again.
 */
import { LocalProtocolError } from "../../errors.ts";
import type { PreparedKey } from "./engine.ts";

/** A key whose context lies in a slot, or in a buffer while others have the slots. */
export class SlotKey implements PreparedKey {
  /** The address of the context; 0 while it is moved out. */
  address = 0;
  /** Whether the GHASH tables are made. */
  hashReady = false;
  /** When it was last used, by the slots' own count. */
  used = 0;
  /** The context while it is moved out. */
  moved: Uint8Array | undefined;
  readonly #slots: Slots;
  #wiped = false;

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  get wiped(): boolean {
    return this.#wiped;
  }

  wipe(): void {
    if (this.#wiped) return;
    this.#wiped = true;
    this.#slots.release(this);
  }
}

/** Hands out `count` slots of `size` bytes from `base` on. */
export class Slots {
  readonly #memory: Uint8Array;
  readonly #size: number;
  readonly #owners: (SlotKey | undefined)[];
  readonly #base: number;
  #clock = 0;

  constructor(memory: Uint8Array, base: number, size: number, count: number) {
    this.#memory = memory;
    this.#base = base;
    this.#size = size;
    this.#owners = new Array<SlotKey | undefined>(count).fill(undefined);
  }

  /** The address of `key`'s context, which is in a slot from now until another key is asked for. */
  address(key: SlotKey): number {
    if (key.wiped) throw new LocalProtocolError("kernel.wiped-key", {});
    key.used = ++this.#clock;
    if (key.address === 0) this.#moveIn(key);
    return key.address;
  }

  /** Overwrites the context of `key` and gives its slot free. */
  release(key: SlotKey): void {
    if (key.address !== 0) {
      this.#memory.fill(0, key.address, key.address + this.#size);
      this.#owners[(key.address - this.#base) / this.#size] = undefined;
      key.address = 0;
    }
    key.moved?.fill(0);
    key.moved = undefined;
  }

  #moveIn(key: SlotKey): void {
    let index = this.#owners.indexOf(undefined);
    if (index < 0) {
      index = this.#leastUsed();
      const owner = this.#owners[index]!;
      const { address } = owner;
      owner.moved ??= new Uint8Array(this.#size);
      owner.moved.set(this.#memory.subarray(address, address + this.#size));
      owner.address = 0;
    }
    this.#owners[index] = key;
    key.address = this.#base + index * this.#size;
    if (key.moved) this.#memory.set(key.moved, key.address);
  }

  #leastUsed(): number {
    let oldest = 0;
    this.#owners.forEach((owner, i) => {
      if (owner!.used < this.#owners[oldest]!.used) oldest = i;
    });
    return oldest;
  }
}
