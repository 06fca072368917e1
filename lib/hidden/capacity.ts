/** How much a picture can hide. */
import { SEALED_SALT_BYTES } from "../container/sealed.ts";
import { type Layout, longestBody, longestUnseenBody } from "../stego/shape.ts";
import { UnsuitablePictureError } from "../stego/problem.ts";
import { BODY_OVERHEAD_BYTES, layoutOf, shareBytes } from "./lock.ts";
import type { OpenPicture } from "./picture.ts";

/** A payload says in one byte what it is; a text follows as it is where it cannot be compressed. */
const PAYLOAD_OVERHEAD_BYTES = 1;

/** What fits into a picture. */
export interface Capacity {
  /** Samples that can carry a bit, and those of them that do not lie where the picture is flat. */
  readonly available: number;
  readonly uneven: number;
  /**
   * Bytes of a text that fit whatever they are, for a passphrase and for one recipient, at each level; at `stealth`
   * without a change where the picture is flat.
   */
  readonly stealth: number;
  readonly quick: number;
  /** Why nothing fits, where nothing can. */
  readonly unsuitable: UnsuitablePictureError | undefined;
}

/** What fits into `picture`. */
export function capacityOf(picture: OpenPicture): Capacity {
  try {
    const room = picture.room();
    const stealth = leastOf((layout) => longestUnseenBody(room, layout, "stealth"));
    const quick = leastOf((layout) => longestBody(room.available, layout, "quick"));
    return { ...room, stealth, quick, unsuitable: undefined };
  } catch (error) {
    if (!(error instanceof UnsuitablePictureError)) throw error;
    return { available: 0, uneven: 0, stealth: 0, quick: 0, unsuitable: error };
  }
}

function leastOf(longest: (layout: Layout) => number): number {
  const body = Math.min(
    longest(layoutOf("passphrase", SEALED_SALT_BYTES)),
    longest(layoutOf("recipients", shareBytes(1))),
  );
  return Math.max(0, body - BODY_OVERHEAD_BYTES - PAYLOAD_OVERHEAD_BYTES);
}
