/**
 * Packets that are sealed or opened together. The views that the cipher wants of each are kept and used again when the
 * next batch has a packet of the same length in the same buffer at the same place, as in a bulk transfer: then a packet
 * costs no object.
 */
import { AuthenticationError } from "../errors.ts";
import { GCM_NONCE_BYTES } from "../crypto/gcm.ts";
import type { PacketAead, PacketJob } from "./traffic-keys.ts";

/** A job with what its views were made from. */
interface Kept extends PacketJob {
  readonly buffer: ArrayBufferLike;
  readonly start: number;
  readonly headerBytes: number;
  readonly inputEnd: number;
}

/** One batch after another. */
export class PacketBatch {
  readonly #kept: Kept[] = [];
  readonly #jobs: PacketJob[] = [];

  /**
   * Adds the packet with its header at `packet[0, headerBytes)`, worked on in place: from `packet[headerBytes, inputEnd)`
   * to `packet[headerBytes, outputEnd)`. Returns the array for its nonce.
   */
  add(packet: Uint8Array, headerBytes: number, inputEnd: number, outputEnd: number): Uint8Array {
    const i = this.#jobs.length;
    let job = this.#kept[i];
    if (
      job === undefined || job.buffer !== packet.buffer || job.start !== packet.byteOffset ||
      job.inputEnd !== inputEnd || job.headerBytes !== headerBytes
    ) {
      job = {
        nonce: job?.nonce ?? new Uint8Array(GCM_NONCE_BYTES),
        aad: packet.subarray(0, headerBytes),
        input: packet.subarray(headerBytes, inputEnd),
        output: packet.subarray(headerBytes, outputEnd),
        buffer: packet.buffer,
        start: packet.byteOffset,
        headerBytes,
        inputEnd,
      };
      this.#kept[i] = job;
    }
    this.#jobs.push(job);
    return job.nonce;
  }

  /** Seals all that were added. */
  seal(aead: PacketAead): void {
    const jobs = this.#jobs;
    if (jobs.length > 1 && aead.sealMany !== undefined) aead.sealMany(jobs);
    else for (const { nonce, aad, input, output } of jobs) aead.sealInto(nonce, aad, input, output);
    jobs.length = 0;
  }

  /** Opens all that were added; says of each whether it was authentic. */
  open(aead: PacketAead): boolean[] {
    const jobs = this.#jobs;
    const authentic = jobs.length > 1 && aead.openMany !== undefined
      ? aead.openMany(jobs)
      : jobs.map((job) => openOne(aead, job));
    jobs.length = 0;
    return authentic;
  }
}

function openOne(aead: PacketAead, { nonce, aad, input, output }: PacketJob): boolean {
  try {
    aead.openInto(nonce, aad, input, output);
    return true;
  } catch (error) {
    if (error instanceof AuthenticationError) return false;
    throw error;
  }
}
