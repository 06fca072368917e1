/**
 * Reads an encrypted file: armour, header, keys, then the payload piece by piece. Gives out authentic plaintext
 * only; of a signed file, only what its sender is proven to have written. docs/formats.md, "Encrypted files".
 */
import { type Bytes, wipe } from "../bytes.ts";
import type { KdfOptions } from "../crypto/kdf-cost.ts";
import { ARMOUR_PEEK_BYTES, ArmourSource, looksArmoured } from "./armour.ts";
import { payloadKeyOf } from "./encrypt.ts";
import {
  ContainerError,
  MAX_CHUNKS,
  PAYLOAD_NONCE_BYTES,
  PIECE_CHUNKS,
  SEGMENT_CHUNKS,
  SIGNATURE_RECORD_BYTES,
} from "./format.ts";
import { type Header, headerHolds, HeaderReader } from "./header.ts";
import { pieceDigests, type PieceResult, type PieceTask, SEALED_PIECE_BYTES } from "./piece.ts";
import {
  type KeyStanzas,
  openWithIdentity,
  openWithPassphrase,
  readKeyStanzas,
} from "./recipients.ts";
import { InlineRunner, type Payload, PieceBuffers, type RunnerFactory } from "./runner.ts";
import { openSender, readSignedStanza, SegmentVerifier } from "./signature.ts";
import { ReturnedSource, type Sink, type Source } from "./source.ts";

const HEADER_READ_BYTES = 64 * 1024;

/** How a payload is decrypted. */
export interface DecryptOptions {
  /** Who does the pieces; this thread when absent. */
  readonly runner?: RunnerFactory;
  /** Hears how many bytes are done. */
  readonly onProgress?: (bytes: number) => void;
}

/** An encrypted file whose header has been read and whose payload has not. */
export class EncryptedFile {
  readonly #header: Header;
  readonly #keys: KeyStanzas;
  readonly #sealedSender: Bytes | undefined;
  readonly #payload: Source;
  readonly #armoured: boolean;

  readonly #kdf: KdfOptions;

  private constructor(header: Header, payload: Source, armoured: boolean, kdf: KdfOptions) {
    this.#armoured = armoured;
    this.#kdf = kdf;
    this.#header = header;
    this.#keys = readKeyStanzas(header.stanzas, kdf);
    this.#sealedSender = readSignedStanza(header.stanzas);
    this.#payload = payload;
  }

  /**
   * Reads as far as the end of the header; armoured or not.
   *
   * @param kdf what its passphrase may cost
   */
  static async read(source: Source, kdf: KdfOptions = {}): Promise<EncryptedFile> {
    const peek = new Uint8Array(ARMOUR_PEEK_BYTES);
    const start = peek.subarray(0, await source.fill(peek));
    const whole = new ReturnedSource(start, source);
    const armoured = looksArmoured(start);
    const bytes = armoured ? new ArmourSource(whole) : whole;
    const reader = new HeaderReader();
    for (;;) {
      const piece = new Uint8Array(HEADER_READ_BYTES);
      const length = await bytes.fill(piece);
      const read = reader.push(piece.subarray(0, length));
      if (read !== undefined) {
        const payload = new ReturnedSource(read.rest, bytes);
        return new EncryptedFile(read.header, payload, armoured, kdf);
      }
      if (length < HEADER_READ_BYTES) reader.end();
    }
  }

  /** Whether a passphrase may open it. */
  get hasPassphrase(): boolean {
    return this.#keys.scrypt !== undefined;
  }

  /** Whether an SM2 identity may open it. */
  get hasRecipients(): boolean {
    return this.#keys.sm2.length > 0;
  }

  /** Whether its sender signed it. */
  get signed(): boolean {
    return this.#sealedSender !== undefined;
  }

  /** Whether its pieces must be taken in order: those of others lie where one can tell beforehand. */
  get ordered(): boolean {
    return this.#armoured || this.signed;
  }

  /** Tries an identity; undefined where the file is not for it. */
  withIdentity(secretKey: Uint8Array): UnlockedFile | undefined {
    return this.#unlock(openWithIdentity(this.#keys, secretKey));
  }

  /** Tries a passphrase; undefined where it is a wrong one. */
  async withPassphrase(passphrase: Uint8Array): Promise<UnlockedFile | undefined> {
    return this.#unlock(await openWithPassphrase(this.#keys, passphrase, this.#kdf));
  }

  #unlock(fileKey: Bytes | undefined): UnlockedFile | undefined {
    if (fileKey === undefined) return undefined;
    if (!headerHolds(this.#header, fileKey)) throw new ContainerError("mac", "container.mac", {});
    const sender = this.#sealedSender === undefined
      ? undefined
      : openSender(this.#sealedSender, fileKey);
    return new UnlockedFile(this.#header, fileKey, sender, this.#payload, this.ordered);
  }
}

/** An encrypted file with its key. */
export class UnlockedFile {
  readonly #header: Header;
  readonly #fileKey: Bytes;
  readonly #payload: Source;
  readonly #ordered: boolean;

  constructor(
    header: Header,
    fileKey: Bytes,
    /** Who claims to have signed. It is proven only for plaintext that `decrypt` has given out. */
    readonly claimedSender: Bytes | undefined,
    payload: Source,
    ordered: boolean,
  ) {
    this.#ordered = ordered;
    this.#header = header;
    this.#fileKey = fileKey;
    this.#payload = payload;
  }

  /**
   * Decrypts the payload to `sink`. Answers who signed it. On a ContainerError nothing of what is wrong, and
   * nothing behind it, has been written; a file that counts as a whole must be dropped then.
   */
  async decrypt(sink: Sink, options: DecryptOptions = {}): Promise<{ sender: Bytes | undefined }> {
    const nonce = new Uint8Array(PAYLOAD_NONCE_BYTES);
    if (await this.#payload.fill(nonce) < nonce.length) {
      throw new ContainerError("header", "container.truncated", {});
    }
    const key = payloadKeyOf(this.#fileKey, nonce);
    const sender = this.claimedSender;
    const verifier = sender === undefined
      ? undefined
      : new SegmentVerifier(this.#header.bytes, nonce, key, sender);
    const startRunner = options.runner ?? ((payloadKey) => new InlineRunner(payloadKey));
    const runner = startRunner(key, this.#ordered);
    const inputAt = this.#header.bytes.length + PAYLOAD_NONCE_BYTES;
    const pieces = new PayloadReader(this.#payload, sink, verifier, options).pieces();
    try {
      const authentic = await runner.run({ action: "open", key, inputAt, outputAt: 0, ...pieces });
      if (!authentic) throw new ContainerError("payload", "container.payload", {});
      return { sender };
    } finally {
      runner.close();
      verifier?.wipe();
      wipe(key, this.#fileKey);
    }
  }
}

/** A task with the signature record that follows it, where one does. */
interface SealedTask extends PieceTask {
  readonly record: Bytes | undefined;
}

/** Cuts the payload into pieces, and writes what they hold once it is proven. */
class PayloadReader {
  readonly #source: Source;
  readonly #sink: Sink;
  readonly #verifier: SegmentVerifier | undefined;
  readonly #onProgress: ((bytes: number) => void) | undefined;
  readonly #buffers = new PieceBuffers();
  /** Bytes read ahead of the next piece. */
  #ahead: Bytes = new Uint8Array(0);
  #firstChunk = 0;
  #ended = false;
  /** Opened pieces of a segment whose signature is not there yet. */
  #unproven: PieceResult[] = [];
  #done = 0;

  constructor(
    source: Source,
    sink: Sink,
    verifier: SegmentVerifier | undefined,
    { onProgress }: DecryptOptions,
  ) {
    this.#source = source;
    this.#sink = sink;
    this.#verifier = verifier;
    this.#onProgress = onProgress;
  }

  /** The pieces in order, and what becomes of each. */
  pieces(): Pick<Payload, "next" | "done"> {
    const records = new Map<PieceTask, Bytes>();
    return {
      next: async () => {
        const task = await this.#next();
        if (task?.record !== undefined) records.set(task, task.record);
        return task;
      },
      done: async (result, task) => {
        await this.#finish(result, task, records.get(task));
        records.delete(task);
      },
    };
  }

  /**
   * Reads one piece and one byte more (and the record that may stand between): only so is it known whether the
   * piece is the last, and where a record at the very end begins.
   */
  async #next(): Promise<SealedTask | undefined> {
    if (this.#ended) return undefined;
    const recordBytes = this.#verifier === undefined ? 0 : SIGNATURE_RECORD_BYTES;
    const buffer = this.#buffers.take();
    buffer.set(this.#ahead);
    const wanted = SEALED_PIECE_BYTES + recordBytes + 1;
    const count = this.#ahead.length +
      await this.#source.fill(buffer.subarray(this.#ahead.length, wanted));
    const last = count < wanted;
    const length = last ? count - recordBytes : SEALED_PIECE_BYTES;
    if (length < 0) throw new ContainerError("payload", "container.payload", {});
    const firstChunk = this.#firstChunk;
    this.#firstChunk += PIECE_CHUNKS;
    if (this.#firstChunk > MAX_CHUNKS) throw new ContainerError("payload", "container.payload", {});
    const ends = recordBytes > 0 && (last || this.#firstChunk % SEGMENT_CHUNKS === 0);
    const record = ends ? buffer.slice(length, length + recordBytes) : undefined;
    this.#ahead = buffer.slice(length + (record?.length ?? 0), count);
    this.#ended = last;
    const digests = recordBytes > 0;
    return { action: "open", buffer, length, firstChunk, last, digests, record };
  }

  async #finish(result: PieceResult, task: PieceTask, record: Bytes | undefined): Promise<void> {
    const verifier = this.#verifier;
    if (verifier === undefined) {
      await this.#release(result);
      if (result.failed) throw new ContainerError("payload", "container.payload", {});
      return;
    }
    if (result.failed) throw new ContainerError("payload", "container.payload", {});
    verifier.add(pieceDigests(result));
    this.#unproven.push(result);
    if (record === undefined) return;
    if (!verifier.close(record, task.last)) {
      throw new ContainerError("sender", "container.signature", {});
    }
    for (const proven of this.#unproven) await this.#release(proven);
    this.#unproven = [];
  }

  async #release({ buffer, length }: PieceResult): Promise<void> {
    if (length > 0) await this.#sink.write(buffer.subarray(0, length));
    this.#buffers.give(buffer);
    this.#done += length;
    this.#onProgress?.(this.#done);
  }
}
