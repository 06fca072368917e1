/** Finds what is hidden in one or several pictures, with the first key that opens them. */
import { type Bytes, concat, equalConstantTime, hex } from "../bytes.ts";
import { Sm2Verifier } from "../crypto/sm2.ts";
import { AuthenticationError, FailureError, UsageError } from "../errors.ts";
import { LOSSY_KINDS } from "../stego/foreign/size.ts";
import {
  decodePart,
  decodePayload,
  detachSignature,
  type HiddenMessage,
  MAX_CONTENT_BYTES,
  type Part,
  signedBytes,
} from "../stego/payload.ts";
import type { PictureLimits } from "../stego/png/header.ts";
import { UnsuitablePictureError } from "../stego/problem.ts";
import { text } from "../text/catalogue.ts";
import { openPicture, type PictureSource } from "./picture.ts";
import { type FoundPayload, unlock, type UnlockKey } from "./unlock.ts";

/** What was hidden, and the key of whoever signed it. */
export interface Revealed {
  readonly message: HiddenMessage;
  /** 33 bytes; the signature is good. Undefined where nobody signed. */
  readonly signer: Bytes | undefined;
}

/** A key that is asked for only when those before did not fit. */
export type KeySource = () => Promise<UnlockKey | undefined>;

/** Bounds on what is revealed. */
export interface RevealLimits extends PictureLimits {
  /** Largest content; `MAX_CONTENT_BYTES` where it is not said. */
  readonly maxBytes?: number | undefined;
}

/** Nothing for these keys: a clean picture and a wrong key are the same. */
class NothingHiddenError extends AuthenticationError<"hidden.nothing"> {
  /** @param lossy a picture was of a kind that keeps no message */
  constructor(lossy: boolean) {
    super("hidden.nothing", {}, {
      hint: text(lossy ? "hidden.nothing.lossy" : "hidden.nothing.wrong-key"),
    });
  }
}

/** Reveals the message in `pictures`, in any order. */
export async function find(
  pictures: readonly PictureSource[],
  sources: readonly KeySource[],
  limits: RevealLimits,
): Promise<Revealed> {
  const ring = new KeyRing(sources);
  const found: FoundPayload[] = [];
  let lossy = false;
  for (const source of pictures) {
    const picture = await openPicture(source, limits, LOSSY_KINDS);
    if (picture === undefined) {
      lossy = true;
      continue;
    }
    try {
      const opened = await ring.open((key) => unlock(picture.carrier, key));
      if (opened !== undefined) found.push(opened);
    } catch (error) {
      if (!(error instanceof UnsuitablePictureError)) throw error;
    }
  }
  if (found.length === 0) throw new NothingHiddenError(lossy);
  return assemble(found, limits.maxBytes ?? MAX_CONTENT_BYTES);
}

/** Keys in their order; one that fitted goes first for the next picture. */
class KeyRing {
  readonly #sources: KeySource[];
  readonly #known: UnlockKey[] = [];

  constructor(sources: readonly KeySource[]) {
    this.#sources = [...sources];
  }

  async open(
    attempt: (key: UnlockKey) => FoundPayload | undefined,
  ): Promise<FoundPayload | undefined> {
    for (const key of this.#known) {
      const found = attempt(key);
      if (found !== undefined) return found;
    }
    for (let source = this.#sources.shift(); source !== undefined; source = this.#sources.shift()) {
      const key = await source();
      if (key === undefined) continue;
      this.#known.unshift(key);
      const found = attempt(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** The message of what was found: one whole payload, or all parts of one. */
function assemble(found: readonly FoundPayload[], maxBytes: number): Revealed {
  const parts = found.map(({ plaintext }) => decodePart(plaintext));
  const whole = found.filter((_, i) => parts[i] === undefined);
  const [only, another] = whole;
  if (only !== undefined && whole.length === found.length && another === undefined) {
    return check(only.plaintext, [only.prefix], maxBytes);
  }
  const entries = found.flatMap(({ prefix }, i) => {
    const part = parts[i];
    return part === undefined ? [] : [{ prefix, part }];
  });
  if (whole.length > 0 || new Set(entries.map(({ part }) => hex(part.set))).size > 1) {
    throw new UsageError("hidden.different-messages", {}, {
      hint: text("hidden.different-messages.hint"),
    });
  }
  return join(entries, maxBytes);
}

function join(
  entries: readonly { readonly prefix: Bytes; readonly part: Part }[],
  maxBytes: number,
): Revealed {
  const { count } = entries[0]!.part;
  const ordered = Array.from(
    { length: count },
    (_, index) => entries.find(({ part }) => part.index === index && part.count === count),
  );
  const missing = ordered.flatMap((entry, index) => entry === undefined ? [index + 1] : []);
  if (missing.length > 0) {
    throw new FailureError("hidden.missing-parts", { count }, {
      hint: text("hidden.missing-parts.hint", { missing: missing.join(", ") }),
    });
  }
  const all = ordered.filter((entry) => entry !== undefined);
  const plaintext = concat(...all.map(({ part }) => part.piece));
  return check(plaintext, all.map(({ prefix }) => prefix), maxBytes);
}

/** Reads the payload; a signature must be good. */
function check(
  plaintext: Uint8Array,
  prefixes: readonly Uint8Array[],
  maxBytes: number,
): Revealed {
  const { payload, signature } = detachSignature(plaintext);
  if (signature === undefined) {
    return { message: decodePayload(payload, maxBytes), signer: undefined };
  }
  const verifier = new Sm2Verifier(signature.signer).update(signedBytes(prefixes, payload));
  if (!verifier.verify(signature.value)) {
    throw new AuthenticationError("hidden.bad-signature", {});
  }
  return { message: decodePayload(payload, maxBytes), signer: signature.signer.slice() };
}

/** Refuses a message that `wanted` did not sign. */
export function requireSigner({ signer }: Revealed, wanted: Uint8Array): void {
  if (signer === undefined) throw new AuthenticationError("hidden.not-signed", {});
  if (!equalConstantTime(signer, wanted)) {
    throw new AuthenticationError("hidden.other-signer", {});
  }
}
