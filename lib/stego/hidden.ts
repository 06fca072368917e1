/**
 * A sealed payload in a carrier: prefix, head, body. The prefix lies where a first key puts it; head and body lie
 * where a second key puts them, which follows from the prefix. No long-term key gets here: the caller passes
 * streams of numbers for the places, and bytes that are sealed already. docs/formats.md, "Hidden messages".
 */
import type { Bytes } from "../bytes.ts";
import { LimitError } from "../errors.ts";
import { BitChannel, type WriteOptions } from "./bits.ts";
import type { Carrier } from "./carrier.ts";
import type { NumberStream } from "./order.ts";
import {
  bodyShape,
  elementsOf,
  type Layout,
  leftForBody,
  longestBody,
  smallShape,
} from "./shape.ts";

/** What is hidden in one carrier. */
export interface SealedParts {
  readonly prefix: Uint8Array;
  /** The longest prefix of its kind: the reader cannot know the length before having read it. */
  readonly longestPrefix: number;
  /** Tells the length of `body` to whoever has the key. */
  readonly head: Uint8Array;
  readonly body: Uint8Array;
  /** Where the prefix lies. */
  readonly prefixPlaces: NumberStream;
  /** Where head and body lie. */
  readonly bodyPlaces: NumberStream;
}

function layoutOf({ prefix, longestPrefix, head }: SealedParts): Layout {
  return { prefix: prefix.length, longestPrefix, head: head.length };
}

/** Hides `parts` in `carrier`. Answers how many samples changed. */
export function hide(carrier: Carrier, parts: SealedParts, options: WriteOptions): number {
  const { available } = carrier;
  const layout = layoutOf(parts);
  if (parts.body.length > longestBody(available, layout, options.level)) {
    throw new LimitError("stego.no-room", {});
  }
  const channel = new BitChannel(carrier);
  const prefixShape = smallShape(available, layout.longestPrefix);
  channel.order(parts.prefixPlaces);
  let changes = channel.write(prefixShape, parts.prefix, options);
  channel.order(parts.prefixPlaces);
  channel.take(elementsOf(prefixShape, parts.prefix.length));
  channel.order(parts.bodyPlaces);
  changes += channel.write(smallShape(available, layout.head), parts.head, options);
  const shape = bodyShape(leftForBody(available, layout), parts.body.length);
  return changes + channel.write(shape, parts.body, options);
}

/** The bytes where a prefix would lie, `longest` of them, fewer in a small picture. Any picture has some. */
export function readPrefix(carrier: Carrier, places: NumberStream, longest: number): Bytes {
  const shape = smallShape(carrier.available, longest);
  const channel = new BitChannel(carrier);
  channel.order(places);
  return channel.read(shape, Math.min(longest, Math.floor(carrier.available / (8 * shape.width))));
}

/** Reads what lies behind a prefix. */
export class BodyReader {
  readonly #channel: BitChannel;
  readonly #available: number;
  readonly #layout: Layout;
  readonly #left: number;

  /** @param layout with the prefix's true length; @param head how long the head is */
  constructor(
    carrier: Carrier,
    layout: Layout,
    places: { readonly prefixPlaces: NumberStream; readonly bodyPlaces: NumberStream },
  ) {
    this.#available = carrier.available;
    this.#layout = layout;
    this.#channel = new BitChannel(carrier);
    this.#left = leftForBody(carrier.available, layout);
    if (this.#left < 0) return;
    this.#channel.order(places.prefixPlaces);
    this.#channel.take(
      elementsOf(smallShape(this.#available, layout.longestPrefix), layout.prefix),
    );
    this.#channel.order(places.bodyPlaces);
  }

  /** The head; undefined where the picture has no room for one. Read it first. */
  head(): Bytes | undefined {
    if (this.#left < 0) return undefined;
    return this.#channel.read(smallShape(this.#available, this.#layout.head), this.#layout.head);
  }

  /** The body of `length` bytes; undefined where the picture has no room for it. */
  body(length: number): Bytes | undefined {
    if (length > longestBody(this.#available, this.#layout, "quick")) return undefined;
    return this.#channel.read(bodyShape(this.#left, length), length);
  }
}
