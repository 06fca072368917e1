/** Finds what is hidden in one or several pictures, with the first key that opens them. */
import { type Bytes, concat, equalConstantTime, hex } from "../../lib/bytes.ts";
import { Sm2Verifier } from "../../lib/crypto/sm2.ts";
import { AuthenticationError, FailureError, UsageError } from "../../lib/errors.ts";
import { UnsuitablePictureError } from "../../lib/stego/carrier.ts";
import {
  decodeMessage,
  decodePart,
  detachSignature,
  type Message,
  type Part,
  signedBytes,
} from "../../lib/stego/message.ts";
import type { PictureLimits } from "../../lib/stego/png/header.ts";
import { carrierOfFile, openPicture } from "./picture-file.ts";
import { type Found, type Key, unlock } from "./unlock.ts";

/** What was hidden, and the key of whoever signed it. */
export interface Revealed {
  readonly message: Message;
  /** 33 bytes; the signature is good. Undefined where nobody signed. */
  readonly signer: Bytes | undefined;
}

/** A key that is asked for only when those before did not fit. */
export type KeySource = () => Promise<Key | undefined>;

const LOST_HINT = "only PNG keeps one; JPEG and others lose it";
const WRONG_KEY_HINT =
  "a wrong key looks the same: -p for a passphrase, -i FILE for another identity";

/** Nothing for these keys: a clean picture and a wrong key are the same. */
export class NothingHiddenError extends AuthenticationError {
  constructor(hint: string) {
    super("reveal: no hidden message", { hint });
  }
}

/** Reveals the message in `pictures`, in any order. */
export async function find(
  pictures: readonly string[],
  sources: readonly KeySource[],
  limits: PictureLimits,
): Promise<Revealed> {
  const ring = new KeyRing(sources);
  const found: Found[] = [];
  let foreign = false;
  for (const path of pictures) {
    const file = await openPicture(path, limits);
    if (file.kind !== "PNG") {
      foreign = true;
      continue;
    }
    try {
      const opened = await ring.open((key) => unlock(carrierOfFile(file), key));
      if (opened !== undefined) found.push(opened);
    } catch (error) {
      if (!(error instanceof UnsuitablePictureError)) throw error;
    }
  }
  if (found.length === 0) {
    throw new NothingHiddenError(foreign ? LOST_HINT : WRONG_KEY_HINT);
  }
  return assemble(found);
}

/** Keys in their order; one that fitted goes first for the next picture. */
class KeyRing {
  readonly #sources: KeySource[];
  readonly #known: Key[] = [];

  constructor(sources: readonly KeySource[]) {
    this.#sources = [...sources];
  }

  async open(attempt: (key: Key) => Found | undefined): Promise<Found | undefined> {
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
function assemble(found: readonly Found[]): Revealed {
  const parts = found.map(({ plaintext }) => decodePart(plaintext));
  const whole = found.filter((_, i) => parts[i] === undefined);
  const [only, another] = whole;
  if (only !== undefined && whole.length === found.length && another === undefined) {
    return check(only.plaintext, [only.prefix]);
  }
  const entries = found.flatMap(({ prefix }, i) => {
    const part = parts[i];
    return part === undefined ? [] : [{ prefix, part }];
  });
  if (whole.length > 0 || new Set(entries.map(({ part }) => hex(part.set))).size > 1) {
    throw new UsageError("reveal: these pictures hold different messages", {
      hint: "reveal them one at a time",
    });
  }
  return join(entries);
}

function join(entries: readonly { readonly prefix: Bytes; readonly part: Part }[]): Revealed {
  const { count } = entries[0]!.part;
  const ordered = Array.from(
    { length: count },
    (_, index) => entries.find(({ part }) => part.index === index && part.count === count),
  );
  const missing = ordered.flatMap((entry, index) => entry === undefined ? [index + 1] : []);
  if (missing.length > 0) {
    throw new FailureError(
      `reveal: the message is spread over ${count} pictures, and not all are here`,
      { hint: `missing: number ${missing.join(", ")}` },
    );
  }
  const all = ordered.filter((entry) => entry !== undefined);
  return check(concat(...all.map(({ part }) => part.piece)), all.map(({ prefix }) => prefix));
}

/** Reads the payload; a signature must be good. */
function check(plaintext: Uint8Array, prefixes: readonly Uint8Array[]): Revealed {
  const { payload, signature } = detachSignature(plaintext);
  if (signature === undefined) return { message: decodeMessage(payload), signer: undefined };
  const verifier = new Sm2Verifier(signature.signer).update(signedBytes(prefixes, payload));
  if (!verifier.verify(signature.value)) {
    throw new AuthenticationError("reveal: the signature is not good");
  }
  return { message: decodeMessage(payload), signer: signature.signer.slice() };
}

/** Refuses a message that `wanted` did not sign. */
export function requireSigner({ signer }: Revealed, wanted: Uint8Array): void {
  if (signer === undefined) throw new AuthenticationError("reveal: the message is not signed");
  if (!equalConstantTime(signer, wanted)) {
    throw new AuthenticationError("reveal: the message is signed by somebody else");
  }
}
