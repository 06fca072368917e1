/** Hides a message in one picture, or in several that share it. */
import type { Bytes } from "../bytes.ts";
import type { Output } from "../container/source.ts";
import type { Sm2KeyPair } from "../crypto/sm2.ts";
import { randomBytes } from "../crypto/random.ts";
import { Sm2Signer } from "../crypto/sm2.ts";
import { FailureError, LimitError } from "../errors.ts";
import type { PictureKind } from "../stego/foreign/size.ts";
import { type CarrierRoom, unevenPart } from "../stego/flat.ts";
import { hide } from "../stego/hidden.ts";
import {
  attachSignature,
  type Content,
  encodePart,
  encodePayload,
  PART_OVERHEAD_BYTES,
  SET_BYTES,
  signedBytes,
} from "../stego/payload.ts";
import { writePng } from "../stego/png/write.ts";
import { type HidingLevel, type Layout, longestBody, longestUnseenBody } from "../stego/shape.ts";
import { text } from "../text/catalogue.ts";
import { BODY_OVERHEAD_BYTES, boxesFor, type Lock, type PayloadSeal } from "./lock.ts";
import type { OpenPicture, PictureSet } from "./picture.ts";

/** What to hide and how. */
export interface ConcealOptions {
  readonly lock: Lock;
  readonly message: Content;
  /** Signs the message. */
  readonly signer?: Sm2KeyPair | undefined;
  /** Without one: stealth where the message fits, else quick. */
  readonly level?: HidingLevel | undefined;
  /** Hears what is being done. */
  readonly tell?: ((event: ConcealEvent) => void) | undefined;
}

/** What `conceal` tells on the way. */
export type ConcealEvent = {
  /** The level was chosen; what is hidden takes `bytes`, and each level has room for so many. */
  readonly type: "level";
  readonly level: HidingLevel;
  readonly bytes: number;
  readonly stealth: number;
  readonly quick: number;
} | {
  /** So much of a picture is flat, where the changes are seen. */
  readonly type: "flat";
  readonly picture: string;
  readonly percent: number;
} | {
  /** So much of a picture is done. */
  readonly type: "progress";
  readonly picture: string;
  readonly done: number;
  readonly total: number;
};

/** What was done to one picture. */
export interface Concealed {
  readonly picture: string;
  readonly kind: PictureKind;
  readonly level: HidingLevel;
  /** Samples that changed, of how many that could. */
  readonly changed: number;
  readonly available: number;
}

/**
 * Hides the message in the pictures, which are used up, and writes each to its output. All the outputs appear, or none.
 */
export async function conceal(
  pictures: PictureSet,
  outputs: readonly Output[],
  options: ConcealOptions,
): Promise<Concealed[]> {
  try {
    const boxes = boxesFor(options.lock, pictures.length);
    const payload = await payloadOf(boxes, options);
    const { level, rooms } = chooseLevel(pictures, boxes, payload.length, options);
    const pieces = split(payload, rooms);
    const done: Concealed[] = [];
    for (const [i, output] of outputs.entries()) {
      const picture = await pictures.take(i);
      done.push(await concealOne(picture, boxes[i]!, pieces[i]!, level, output, options));
    }
    for (const output of outputs) await output.commit();
    return done;
  } catch (error) {
    for (const output of outputs) await output.abort();
    throw error;
  }
}

async function payloadOf(
  boxes: readonly PayloadSeal[],
  { message, signer }: ConcealOptions,
): Promise<Bytes> {
  const payload = await encodePayload(message);
  if (signer === undefined) return payload;
  const covered = signedBytes(boxes.map(({ prefix }) => prefix), payload);
  const value = new Sm2Signer(signer.secretKey).update(covered).sign(randomBytes);
  return attachSignature(payload, { signer: signer.publicKey, value });
}

/** Bytes of payload that each picture takes at a level: all that fit, and those that need change nothing flat. */
function roomsOf(
  pictures: PictureSet,
  boxes: readonly PayloadSeal[],
  level: HidingLevel,
): { all: number[]; unseen: number[] } {
  const overhead = BODY_OVERHEAD_BYTES + (boxes.length > 1 ? PART_OVERHEAD_BYTES : 0);
  const of = (longest: (room: CarrierRoom, layout: Layout) => number) =>
    pictures.rooms.map((room, i) => Math.max(0, longest(room, boxes[i]!.layout) - overhead));
  return {
    all: of(({ available }, layout) => longestBody(available, layout, level)),
    unseen: of((room, layout) => longestUnseenBody(room, layout, level)),
  };
}

function chooseLevel(
  pictures: PictureSet,
  boxes: readonly PayloadSeal[],
  bytes: number,
  { level: wanted, tell }: ConcealOptions,
): { level: HidingLevel; rooms: number[] } {
  const rooms = {
    stealth: roomsOf(pictures, boxes, "stealth"),
    quick: roomsOf(pictures, boxes, "quick"),
  };
  const [stealth, quick] = [total(rooms.stealth.unseen), total(rooms.quick.all)];
  const level = wanted ?? (total(rooms.stealth.all) >= bytes ? "stealth" : "quick");
  const { all, unseen } = rooms[level];
  if (total(all) >= bytes) {
    const at = flattest(pictures.rooms, all, unseen, bytes);
    if (at === undefined) {
      tell?.({ type: "level", level, bytes, stealth, quick });
      return { level, rooms: unseen };
    }
    const picture = pictures.name(at);
    const percent = Math.floor(100 * (1 - unevenPart(pictures.rooms[at]!)));
    // Whoever asks for stealth by name does not get a picture in which the message is seen; anybody else is warned.
    if (wanted === "stealth") {
      throw new FailureError("hidden.flat", { picture, percent, room: unseen[at]! }, {
        hint: text("hidden.flat.hint"),
      });
    }
    tell?.({ type: "level", level, bytes, stealth, quick });
    tell?.({ type: "flat", picture, percent });
    return { level, rooms: all };
  }
  const count = pictures.length;
  throw new LimitError(
    "hidden.no-room",
    {
      bytes,
      room: level === "stealth" ? stealth : quick,
      level,
      picture: count === 1 ? pictures.name(0) : undefined,
    },
    {
      hint: quick >= bytes
        ? text("hidden.no-room.quick", { room: quick })
        : text("hidden.no-room.more-pictures"),
    },
  );
}

/** The flattest of the pictures in which a message of `bytes` would change what is flat; undefined where none need be. */
function flattest(
  rooms: readonly CarrierRoom[],
  all: readonly number[],
  unseen: readonly number[],
  bytes: number,
): number | undefined {
  const short = total(unseen) < bytes;
  const seen = [...rooms.keys()].filter((i) => unseen[i]! < all[i]! && (short || unseen[i] === 0));
  return seen.sort((a, b) => unevenPart(rooms[a]!) - unevenPart(rooms[b]!))[0];
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** A piece for each picture, in proportion to its room. */
function split(payload: Bytes, rooms: readonly number[]): Bytes[] {
  if (rooms.length === 1) return [payload];
  const set = randomBytes(SET_BYTES);
  let at = 0;
  let roomLeft = total(rooms);
  return rooms.map((room, index) => {
    const left = payload.length - at;
    const length = Math.min(room, Math.ceil(left * room / Math.max(1, roomLeft)));
    const piece = payload.subarray(at, at + length);
    at += length;
    roomLeft -= room;
    return encodePart({ set, index, count: rooms.length, piece });
  });
}

async function concealOne(
  { name, kind, png, carrier }: OpenPicture,
  box: PayloadSeal,
  plaintext: Bytes,
  level: HidingLevel,
  output: Output,
  { tell }: ConcealOptions,
): Promise<Concealed> {
  const size = png.scanlines.length;
  const progress = (done: number) =>
    tell?.({ type: "progress", picture: name, done, total: 2 * size });
  const changed = hide(carrier, box.close(plaintext), {
    level,
    random: randomBytes,
    onProgress: (done) => progress(size * done / carrier.available),
  });
  if (!carrier.positionsHold()) {
    throw new FailureError("hidden.turned-grey", { picture: name }, {
      hint: text("hidden.turned-grey.hint"),
    });
  }
  await writePng(png, (bytes) => output.write(bytes), (done) => progress(size + done));
  return { picture: name, kind, level, changed, available: carrier.available };
}
