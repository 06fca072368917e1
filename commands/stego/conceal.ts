/** Hides a message in one picture, or in several that share it. */
import type { Bytes } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { Sm2Signer } from "../../lib/crypto/sm2.ts";
import { FailureError, LimitError } from "../../lib/errors.ts";
import type { Carrier } from "../../lib/stego/carrier.ts";
import { hide } from "../../lib/stego/hidden.ts";
import {
  attachSignature,
  encodeMessage,
  encodePart,
  type Message,
  PART_OVERHEAD_BYTES,
  SET_BYTES,
  signedBytes,
} from "../../lib/stego/message.ts";
import type { PictureLimits } from "../../lib/stego/png/header.ts";
import { writePng } from "../../lib/stego/png/write.ts";
import { type Level, longestBody } from "../../lib/stego/shape.ts";
import type { Identity } from "../../lib/state/identity.ts";
import type { Loudness } from "../../lib/terminal/notice.ts";
import { Progress } from "../../lib/terminal/progress.ts";
import { safeText } from "../../lib/text/safe.ts";
import { openOutput, type Output } from "../shared/output.ts";
import { BODY_OVERHEAD_BYTES, type Box, boxesFor, type Lock } from "./lock.ts";
import { carrierOfFile, openPicture, type PictureFile } from "./picture-file.ts";

/** What to hide and how. */
export interface ConcealOptions extends Loudness {
  readonly lock: Lock;
  readonly message: Message;
  /** Signs the message. */
  readonly signer?: Identity | undefined;
  /** Without one: stealth where the message fits, else quick. */
  readonly level?: Level | undefined;
  readonly limits: PictureLimits;
}

/** A picture and where its copy goes: a path, or undefined and "-" for stdout. */
export interface Target {
  readonly picture: string;
  readonly output: string | undefined;
  readonly force?: boolean | undefined;
}

/** What was done to one picture. */
export interface Concealed {
  readonly target: Target;
  readonly level: Level;
  /** Was it a PNG? */
  readonly kind: PictureFile["kind"];
  /** Samples that changed, of how many that could. */
  readonly changed: number;
  readonly available: number;
}

/** Hides the message. All the outputs appear, or none. */
export async function conceal(
  targets: readonly Target[],
  options: ConcealOptions,
): Promise<Concealed[]> {
  const only = targets.length === 1
    ? await openPicture(targets[0]!.picture, options.limits)
    : undefined;
  const carriers = only === undefined
    ? await measure(targets, options.limits)
    : [carrierOfFile(only).available];
  const boxes = boxesFor(options.lock, targets.length);
  const payload = payloadOf(boxes, options);
  const { level, rooms } = chooseLevel(targets, carriers, boxes, payload.length, options.level);
  const pieces = split(payload, rooms);
  const outputs: Output[] = [];
  try {
    for (const { output, force } of targets) {
      outputs.push(await openOutput(output, { force, binary: true }));
    }
    const done: Concealed[] = [];
    for (const [i, target] of targets.entries()) {
      const file = only ?? await openPicture(target.picture, options.limits);
      done.push(await concealOne(file, target, boxes[i]!, pieces[i]!, level, outputs[i]!, options));
    }
    for (const output of outputs) await output.commit();
    return done;
  } catch (error) {
    for (const output of outputs) await output.abort();
    throw error;
  }
}

/** Positions that each of several pictures has; only one of them is in memory at a time. */
async function measure(targets: readonly Target[], limits: PictureLimits): Promise<number[]> {
  const available: number[] = [];
  for (const { picture } of targets) {
    available.push(carrierOfFile(await openPicture(picture, limits)).available);
  }
  return available;
}

function payloadOf(boxes: readonly Box[], { message, signer }: ConcealOptions): Bytes {
  const payload = encodeMessage(message);
  if (signer === undefined) return payload;
  const covered = signedBytes(boxes.map(({ prefix }) => prefix), payload);
  const value = new Sm2Signer(signer.secretKey).update(covered).sign(randomBytes);
  return attachSignature(payload, { signer: signer.publicKey, value });
}

/** Bytes of payload that each picture takes at a level. */
function roomsOf(carriers: readonly number[], boxes: readonly Box[], level: Level): number[] {
  const overhead = BODY_OVERHEAD_BYTES + (boxes.length > 1 ? PART_OVERHEAD_BYTES : 0);
  return carriers.map((available, i) =>
    Math.max(0, longestBody(available, boxes[i]!.layout, level) - overhead)
  );
}

function chooseLevel(
  targets: readonly Target[],
  carriers: readonly number[],
  boxes: readonly Box[],
  length: number,
  wanted: Level | undefined,
): { level: Level; rooms: number[] } {
  const levels: readonly Level[] = wanted === undefined ? ["stealth", "quick"] : [wanted];
  for (const level of levels) {
    const rooms = roomsOf(carriers, boxes, level);
    if (total(rooms) >= length) return { level, rooms };
  }
  const last = levels[levels.length - 1]!;
  const fits = total(roomsOf(carriers, boxes, last));
  const quick = total(roomsOf(carriers, boxes, "quick"));
  const where = targets.length === 1 ? safeText(targets[0]!.picture) : "the pictures together";
  throw new LimitError(
    `hide message: it needs ${length} bytes, and ${fits} fit in ${where} (level ${last})`,
    {
      hint: quick >= length
        ? `--level quick has room for ${quick}`
        : "use a larger picture, or several: --carrier MORE.png",
    },
  );
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
  file: PictureFile,
  target: Target,
  box: Box,
  plaintext: Bytes,
  level: Level,
  output: Output,
  options: ConcealOptions,
): Promise<Concealed> {
  const carrier: Carrier = carrierOfFile(file);
  const parts = box.close(plaintext);
  const size = file.png.scanlines.length;
  const progress = new Progress(`hide in ${safeText(target.picture)}`, 2 * size, options);
  try {
    const changed = hide(carrier, parts, {
      level,
      random: randomBytes,
      onProgress: (done) => progress.update(size * done / carrier.available),
    });
    if (carrierOfFile(file).size !== carrier.size) {
      throw new FailureError(
        `hide in ${safeText(target.picture)}: its few coloured pixels turned grey`,
        {
          hint: "try again, or use another picture",
        },
      );
    }
    await writePng(
      file.png,
      (bytes) => output.write(bytes),
      (done) => progress.update(size + done),
    );
    return { target, level, kind: file.kind, changed, available: carrier.available };
  } finally {
    progress.finish();
  }
}
