/** Hidden messages for the page: hidden in a picture for one person, and looked for in a picture that came. */
import { concat, utf8, utf8Text } from "../../lib/bytes.ts";
import { FailureError, FormatError } from "../../lib/errors.ts";
import { AtomicFile } from "../../lib/files/atomic.ts";
import { filePieces } from "../../lib/files/pieces.ts";
import { saveUnderName } from "../../lib/files/save-free.ts";
import { conceal } from "../../lib/hidden/conceal.ts";
import { find } from "../../lib/hidden/find.ts";
import { PictureSet } from "../../lib/hidden/picture.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../lib/stego/png/header.ts";
import { basename, join } from "../../lib/system/path.ts";
import { meant, meantTalk } from "../../lib/talk/meant.ts";
import { personOf } from "../../lib/talk/person.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { fileOf } from "./files.ts";

/** Texts up to this size are shown, longer ones saved as a file, in bytes. */
const SHOWN_BYTES = 64 << 10;

/** What is to be hidden, where, and for whom. */
export interface HideOrder {
  readonly to: string;
  readonly picture: string;
  readonly words: string;
  /** Where the copy is put that is sent. */
  readonly folder: string;
}

/** Hides words in a copy of the picture for `to` alone, and sends the copy. */
export async function hideInPicture(
  talk: Talk,
  { to, picture, words, folder }: HideOrder,
): Promise<void> {
  const peer = personOf(talk.state, meant(talk.state, to).key);
  const source = { name: basename(picture), repeatable: true, pieces: () => filePieces(picture) };
  const pictures = await PictureSet.open([source], DEFAULT_PICTURE_LIMITS);
  // The copy's name must not say what it is.
  const output = join(folder, `${basename(picture).replace(/(?<=.)\.[^.]*$/, "")}.png`);
  await conceal(pictures, [await AtomicFile.create(output)], {
    lock: { recipients: [peer.key] },
    message: { name: undefined, content: utf8(words) },
  });
  await talk.sendFiles(peer, [output]);
}

/** What is hidden for us in the picture of a message: a text, or the path of a file that was saved. */
export async function revealMessage(
  talk: Talk,
  where: string,
  id: string,
): Promise<{ readonly text: string } | { readonly path: string }> {
  const path = fileOf(talk.state, { talk: meantTalk(talk.state, where).key, id });
  if (path === undefined) throw new FailureError("page.file-gone", {});
  const source = { name: basename(path), repeatable: true, pieces: () => filePieces(path) };
  const key = () => Promise.resolve({ identity: talk.identity });
  const { message } = await find([source], [key], DEFAULT_PICTURE_LIMITS);
  const { name, size } = message;
  if (name === undefined && size <= SHOWN_BYTES) {
    const pieces: Uint8Array[] = [];
    for await (const piece of message.content()) pieces.push(piece);
    try {
      return { text: utf8Text(concat(...pieces)) };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
  return {
    path: await saveUnderName(name ?? "hidden", message.content(), { folder: talk.saveDir }),
  };
}
