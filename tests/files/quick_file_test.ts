/** Files written within the thread and behind its back: the same bytes in the same order, and no error gets lost. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { QuickReader, QuickWriter } from "../../lib/files/quick-file.ts";
import { pattern } from "../transfer/support.ts";

/** A file in memory whose synchronous calls take as long as `delays` says, by its own clock. */
class SlowFile {
  readonly #delays: readonly number[];
  readonly #content = new Uint8Array(16_000_000);
  #calls = 0;
  #busy = false;
  #now = 0;
  #at = 0;
  length = 0;
  /** After so many bytes there is no space. */
  space = Infinity;
  asynchronous = 0;

  constructor(delays: readonly number[], content = new Uint8Array(0)) {
    this.#delays = delays;
    this.#put(content);
  }

  readonly now = () => this.#now;

  get bytes(): Uint8Array {
    return this.#content.subarray(0, this.length);
  }

  #wait(): void {
    assert.ok(!this.#busy, "two calls at the same time");
    this.#now += this.#delays[this.#calls++ % this.#delays.length]!;
  }

  async #behind(): Promise<void> {
    assert.ok(!this.#busy, "two calls at the same time");
    this.asynchronous++;
    this.#busy = true;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#busy = false;
  }

  #put(bytes: Uint8Array): number {
    if (this.length >= this.space) throw new Error("no space");
    const part = bytes.subarray(0, Math.min(this.space - this.length, 200_000));
    this.#content.set(part, this.length);
    this.length += part.length;
    return part.length;
  }

  #take(out: Uint8Array): number | null {
    const part = this.bytes.subarray(this.#at, this.#at + out.length);
    out.set(part);
    this.#at += part.length;
    return part.length === 0 ? null : part.length;
  }

  writeSync(bytes: Uint8Array): number {
    this.#wait();
    return this.#put(bytes);
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#behind();
    return this.#put(bytes);
  }

  readSync(out: Uint8Array): number | null {
    this.#wait();
    return this.#take(out);
  }

  async read(out: Uint8Array): Promise<number | null> {
    await this.#behind();
    return this.#take(out);
  }

  get file(): Deno.FsFile {
    return this as unknown as Deno.FsFile;
  }
}

/** Writes `bytes` in pieces of the lengths given, in one buffer that is used again at once. */
async function writeAll(
  writer: QuickWriter,
  bytes: Uint8Array,
  lengths: readonly number[],
): Promise<void> {
  const buffer = new Uint8Array(Math.max(...lengths));
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = Math.min(lengths[i % lengths.length]!, bytes.length - at);
    buffer.set(bytes.subarray(at, at + length));
    await writer.write(buffer.subarray(0, length));
    buffer.fill(0xee);
    at += length;
  }
  await writer.flush();
}

const delays = fc.array(fc.constantFrom(0, 0, 11), { minLength: 1, maxLength: 5 });
const lengths = fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 6 });

Deno.test("what is written arrives in order, whether the disk is quick, slow or both", () =>
  fc.assert(
    fc.asyncProperty(delays, lengths, async (delays, lengths) => {
      const file = new SlowFile(delays);
      const bytes = pattern(1_500_000);
      await writeAll(new QuickWriter(file.file, file.now), bytes, lengths);
      assert.deepEqual(file.bytes, bytes);
    }),
    { numRuns: 50 },
  ));

Deno.test("a slow disk is left to other threads, and tried again later", async () => {
  const file = new SlowFile([11, ...new Array<number>(1000).fill(0)]);
  const writer = new QuickWriter(file.file, file.now);
  const piece = pattern(64 * 1024);
  for (let i = 0; i < 120; i++) await writer.write(piece);
  await writer.flush();
  const { asynchronous } = file;
  // A piece of 64 KiB and fifteen of 256 KiB, of which the file takes 200,000 bytes at once.
  assert.equal(asynchronous, 1 + 2 * 15);
  for (let i = 0; i < 20; i++) await writer.write(piece);
  await writer.flush();
  assert.equal(file.asynchronous, asynchronous);
});

Deno.test("an error of a write behind is thrown by a later call", async () => {
  for (const delay of [0, 11]) {
    const file = new SlowFile([delay]);
    file.space = 700_000;
    const writer = new QuickWriter(file.file, file.now);
    await assert.rejects(writeAll(writer, pattern(1_500_000), [50_000]), /no space/);
    assert.deepEqual(file.bytes, pattern(1_500_000).subarray(0, 700_000));
  }
});

Deno.test("what is read is the file, whether the disk is quick, slow or both", async () => {
  const content = pattern(150_000);
  const file = new SlowFile([0, 11, 0], content);
  const reader = new QuickReader(file.file, file.now);
  const out = new Uint8Array(10_000);
  const found: number[] = [];
  for (let length = await reader.read(out); length > 0; length = await reader.read(out)) {
    found.push(...out.subarray(0, length));
  }
  assert.deepEqual(Uint8Array.from(found), content);
  assert.ok(file.asynchronous > 0);
});
