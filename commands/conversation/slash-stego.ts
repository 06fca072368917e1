/** /hide and /reveal: hidden messages within a conversation, sealed to the peer's key. */
import { basename, join } from "../../lib/system/path.ts";
import { concat, utf8, utf8Text } from "../../lib/bytes.ts";
import { FormatError, UsageError } from "../../lib/errors.ts";
import { AtomicFile } from "../../lib/files/atomic.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import { filePieces } from "../../lib/files/pieces.ts";
import { saveUnderName } from "../../lib/files/save-free.ts";
import type { HiddenMessage } from "../../lib/stego/payload.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../lib/stego/png/header.ts";
import { text } from "../../lib/text/catalogue.ts";
import { safeLines } from "../../lib/text/safe.ts";
import type { Person } from "../../lib/talk/person.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { tellLevel } from "../../lib/api/hidden-level.ts";
import { say } from "../shared/speech.ts";

/** Texts up to this size are shown, longer ones saved as a file, in bytes. */
const SHOWN_BYTES = 64 << 10;

function sourceOf(path: string) {
  return { name: path, repeatable: true, pieces: () => filePieces(path) };
}

/** Hides `words` in a copy of `picture` for the peer alone, and sends the copy. */
export async function hideAndSend(
  picture: string,
  words: string,
  peer: Person,
  talk: Talk,
): Promise<void> {
  const { conceal } = await import("../../lib/hidden/conceal.ts");
  const { PictureSet } = await import("../../lib/hidden/picture.ts");
  const pictures = await PictureSet.open([sourceOf(picture)], DEFAULT_PICTURE_LIMITS);
  const folder = await Deno.makeTempDir({ prefix: "p2p-hide-" });
  try {
    // The copy's name must not say what it is.
    const name = `${basename(picture).replace(/(?<=.)\.[^.]*$/, "")}.png`;
    const output = join(folder, name);
    const done = await conceal(pictures, [await AtomicFile.create(output)], {
      lock: { recipients: [peer.key] },
      message: { name: undefined, content: utf8(words) },
      tell: (event) => tellLevel(event, talk),
    });
    for (const { changed, available } of done) {
      const told = text("stego.chat.hidden", { picture: name, changed, available });
      talk.tell({ type: "notice", level: "info", text: told });
    }
    await talk.sendWalked(peer, await walkOutgoing([output]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Shows what is hidden in `picture` for our identity: a text on the screen, a file in `saveDir`. */
export async function reveal(
  picture: string | undefined,
  { identity, saveDir }: Talk,
  show: (lines: string) => void,
): Promise<void> {
  if (picture === undefined) {
    throw new UsageError("stego.no-file-yet", {}, { hint: text("stego.no-file-yet.hint") });
  }
  const { find } = await import("../../lib/hidden/find.ts");
  const key = () => Promise.resolve({ identity });
  const { message } = await find([sourceOf(picture)], [key], DEFAULT_PICTURE_LIMITS);
  const words = await wordsOf(message);
  if (words !== undefined) {
    return show(say("stego.chat.text", { picture: basename(picture) }) + safeLines(words));
  }
  const name = message.name ?? "hidden";
  const path = await saveUnderName(name, message.content(), { folder: saveDir });
  const { size } = message;
  show(say("stego.chat.file", { picture: basename(picture), path, size }));
}

/** A short text; undefined for a file, for long texts, and for what is no text. */
async function wordsOf({ name, size, content }: HiddenMessage): Promise<string | undefined> {
  if (name !== undefined || size > SHOWN_BYTES) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of content()) pieces.push(piece);
  try {
    return utf8Text(concat(...pieces));
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
