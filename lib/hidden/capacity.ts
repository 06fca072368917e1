/** How much a picture can hide. */
import { SEALED_SALT_BYTES } from "../container/sealed.ts";
import { type HidingLevel, longestBody } from "../stego/shape.ts";
import { UnsuitablePictureError } from "../stego/problem.ts";
import { BODY_OVERHEAD_BYTES, layoutOf, shareBytes } from "./lock.ts";
import type { OpenPicture } from "./picture.ts";

/** A payload says in one byte what it is; a text follows as it is where it cannot be compressed. */
const PAYLOAD_OVERHEAD_BYTES = 1;

/** What fits into a picture. */
export interface Capacity {
  /** Samples that can carry a bit. */
  readonly available: number;
  /** Bytes of a text that fit whatever they are, for a passphrase and for one recipient, at each level. */
  readonly stealth: number;
  readonly quick: number;
  /** Why nothing fits, where nothing can. */
  readonly unsuitable: UnsuitablePictureError | undefined;
}

/** What fits into `picture`. */
export function capacityOf(picture: OpenPicture): Capacity {
  try {
    const { available } = picture.carrier;
    const [stealth, quick] = [roomFor(available, "stealth"), roomFor(available, "quick")];
    return { available, stealth, quick, unsuitable: undefined };
  } catch (error) {
    if (!(error instanceof UnsuitablePictureError)) throw error;
    return { available: 0, stealth: 0, quick: 0, unsuitable: error };
  }
}

function roomFor(available: number, level: HidingLevel): number {
  const body = Math.min(
    longestBody(available, layoutOf("passphrase", SEALED_SALT_BYTES), level),
    longestBody(available, layoutOf("recipients", shareBytes(1)), level),
  );
  return Math.max(0, body - BODY_OVERHEAD_BYTES - PAYLOAD_OVERHEAD_BYTES);
}
