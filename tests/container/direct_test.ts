/** Direct runs: any order of pieces gives the same file as the stream, and nothing false is written. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { concat } from "../../lib/bytes.ts";
import {
  type DirectJob,
  outputEnd,
  pieceBuffer,
  pieceCount,
  type PieceFiles,
  runPiece,
} from "../../lib/container/direct.ts";
import { EncryptedFile } from "../../lib/container/decrypt.ts";
import { encryptContainer } from "../../lib/container/encrypt.ts";
import { PIECE_BYTES, PieceCipher, SEALED_PIECE_BYTES } from "../../lib/container/piece.ts";
import type { ChunkRunner, Payload } from "../../lib/container/runner.ts";
import { BytesSink, bytesSource } from "../../lib/container/source.ts";
import { FailureError } from "../../lib/errors.ts";
import { deterministic } from "../../scripts/container-cases/build.ts";
import { alice } from "./support.ts";

/** Two files in memory. */
class MemoryFiles implements PieceFiles {
  output = new Uint8Array(0);

  constructor(readonly input: Uint8Array) {}

  readAt(into: Uint8Array, at: number): number {
    const there = this.input.subarray(at, at + into.length);
    into.set(there);
    return there.length;
  }

  writeAt(bytes: Uint8Array, at: number): void {
    const grown = new Uint8Array(Math.max(this.output.length, at + bytes.length));
    grown.set(this.output);
    grown.set(bytes, at);
    this.output = grown;
  }
}

/** Does all pieces of a job in `order`; false at the first that is not authentic. */
function runInOrder(files: PieceFiles, job: DirectJob, order: readonly number[]): boolean {
  const cipher = new PieceCipher(job.payloadKey);
  const buffer = pieceBuffer();
  return order.every((index) => runPiece(cipher, files, job, index, buffer));
}

function shuffled(count: number, keys: readonly number[]): number[] {
  return Array.from({ length: count }, (_, i) => i)
    .sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
}

/** Takes pieces from file to file in an order of chance. */
class MemoryRunner implements ChunkRunner {
  constructor(
    readonly files: MemoryFiles,
    readonly keys: readonly number[],
    /** Where the output must end. */
    readonly end: number,
  ) {}

  run({ action, key, inputAt, outputAt }: Payload): Promise<boolean> {
    const inputBytes = this.files.input.length - inputAt;
    const job: DirectJob = { action, payloadKey: key, inputAt, inputBytes, outputAt };
    assert.equal(outputEnd(job), this.end);
    return Promise.resolve(runInOrder(this.files, job, shuffled(pieceCount(job), this.keys)));
  }

  close(): void {}
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const lengths = fc.oneof(
  fc.nat(200_000),
  fc.record({ pieces: fc.integer({ min: 1, max: 3 }), more: fc.integer({ min: -1, max: 70_000 }) })
    .map(({ pieces, more }) => pieces * PIECE_BYTES + more),
);

Deno.test("a direct run writes and reads the very bytes of the stream, in any order", async () => {
  await fc.assert(
    fc.asyncProperty(
      lengths,
      fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
      async (n, keys) => {
        const plaintext = Uint8Array.from({ length: n }, (_, i) => (i * 7 + (i >>> 10)) & 0xff);
        const options = () => ({ recipients: [alice.publicKey], random: deterministic("direct") });
        const stream = new BytesSink();
        await encryptContainer(bytesSource(plaintext), stream, options());

        const head = new BytesSink();
        const sealing = new MemoryFiles(plaintext);
        await encryptContainer(bytesSource(plaintext), head, {
          ...options(),
          runner: (_key, ordered) => {
            assert.equal(ordered, false);
            return new MemoryRunner(sealing, keys, stream.bytes().length);
          },
        });
        sealing.writeAt(head.bytes(), 0);
        assert.ok(same(sealing.output, stream.bytes()));

        const opening = new MemoryFiles(sealing.output);
        const file = await EncryptedFile.read(bytesSource(sealing.output));
        assert.equal(file.ordered, false);
        await file.withIdentity(alice.secretKey)!.decrypt(new BytesSink(), {
          runner: () => new MemoryRunner(opening, keys, n),
        });
        assert.ok(same(opening.output, plaintext));
      },
    ),
    { numRuns: 12 },
  );
});

Deno.test("a direct run refuses what is cut, changed, lengthened or moved", () => {
  const payloadKey = new Uint8Array(16).fill(3);
  const plaintext = new Uint8Array(2 * PIECE_BYTES + 100);
  const seal: DirectJob = {
    action: "seal",
    payloadKey,
    inputAt: 0,
    inputBytes: plaintext.length,
    outputAt: 0,
  };
  const files = new MemoryFiles(plaintext);
  assert.ok(runInOrder(files, seal, [2, 0, 1]));
  const sealed = files.output;
  const opens = (input: Uint8Array): boolean => {
    const job: DirectJob = { ...seal, action: "open", inputBytes: input.length };
    return runInOrder(new MemoryFiles(input), job, shuffled(pieceCount(job), []));
  };
  assert.ok(opens(sealed));
  for (const cut of [1, 100, 116, 117, SEALED_PIECE_BYTES, sealed.length]) {
    assert.ok(!opens(sealed.subarray(0, sealed.length - cut)), `${cut} bytes cut`);
  }
  for (const more of [1, 16, 17, 65552]) {
    assert.ok(!opens(concat(sealed, new Uint8Array(more))), `${more} bytes more`);
  }
  for (const at of [0, 70_000, SEALED_PIECE_BYTES, sealed.length - 1]) {
    const changed = sealed.slice();
    changed[at]! ^= 1;
    assert.ok(!opens(changed), `byte ${at}`);
  }
  const [first, second, rest] = [
    sealed.subarray(0, SEALED_PIECE_BYTES),
    sealed.subarray(SEALED_PIECE_BYTES, 2 * SEALED_PIECE_BYTES),
    sealed.subarray(2 * SEALED_PIECE_BYTES),
  ];
  assert.ok(!opens(concat(second, first, rest)));
});

Deno.test("an input that became shorter is a failure, not a shorter file", () => {
  const job: DirectJob = {
    action: "seal",
    payloadKey: new Uint8Array(16),
    inputAt: 0,
    inputBytes: 3000,
    outputAt: 0,
  };
  assert.throws(() => runInOrder(new MemoryFiles(new Uint8Array(2999)), job, [0]), FailureError);
});
