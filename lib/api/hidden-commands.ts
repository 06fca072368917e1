/** Commands of hidden messages: hidden in a copy of a picture that is sent, and looked for in a picture. */
import { concat, utf8, utf8Text } from "../bytes.ts";
import { FailureError, FormatError, UsageError } from "../errors.ts";
import { AtomicFile } from "../files/atomic.ts";
import { lookAt } from "../files/look.ts";
import { filePieces } from "../files/pieces.ts";
import { saveUnderName } from "../files/save-free.ts";
import { conceal } from "../hidden/conceal.ts";
import { find } from "../hidden/find.ts";
import { PictureSet, type PictureSource } from "../hidden/picture.ts";
import { DEFAULT_PICTURE_LIMITS } from "../stego/png/header.ts";
import { basename, join } from "../system/path.ts";
import { tellLevel } from "./hidden-level.ts";
import { meantTalk } from "../talk/meant.ts";
import type { Person } from "../talk/person.ts";
import type { Talk } from "../talk/talk.ts";
import type { CommandOf } from "./command-types.ts";
import type { Results } from "./event-types.ts";

/** Hidden texts up to this size are told, longer ones saved as a file, in bytes. */
const TOLD_BYTES = 64 << 10;

/** A copy of the picture at `path` with `words` hidden in it for `peer` alone, among the state's; answers where it lies. */
export async function hideFor(
  peer: Person,
  path: string,
  words: string,
  talk: Pick<Talk, "tell" | "state">,
): Promise<string> {
  const { copies } = talk.state;
  if (peer.group !== undefined) throw new UsageError("api.hide-group", {});
  const pictures = await PictureSet.open([sourceAt(path)], DEFAULT_PICTURE_LIMITS);
  // The copy's name must not say what it is.
  const output = join(copies.newFolder(), `${basename(path).replace(/(?<=.)\.[^.]*$/, "")}.png`);
  try {
    await conceal(pictures, [await AtomicFile.create(output)], {
      lock: { recipients: [peer.key] },
      message: { name: undefined, content: utf8(words) },
      tell: (event) => tellLevel(event, talk),
    });
  } catch (error) {
    copies.forget(output);
    throw error;
  }
  return output;
}

/** What is hidden for us in a picture: a text, or the path of a file that was saved. */
export async function revealIn(
  command: CommandOf<"reveal">,
  talk: Talk,
): Promise<Results["reveal"]> {
  const source = sourceAt(pictureOf(command, talk));
  const key = () => Promise.resolve({ identity: talk.identity });
  const { message } = await find([source], [key], DEFAULT_PICTURE_LIMITS);
  const { name, size } = message;
  if (name === undefined && size <= TOLD_BYTES) {
    const pieces: Uint8Array[] = [];
    for await (const piece of message.content()) pieces.push(piece);
    try {
      return { text: utf8Text(concat(...pieces)) };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
  const folder = talk.saveDir;
  return { path: await saveUnderName(name ?? "hidden", message.content(), { folder }) };
}

/** The picture that is meant: a path, or the file of a message. */
function pictureOf({ path, message, with: who }: CommandOf<"reveal">, talk: Talk): string {
  if (path !== undefined) return path;
  if (message === undefined || who === undefined) throw new UsageError("api.no-picture", {});
  const { key } = talk.find(who) ?? meantTalk(talk.state, who);
  const found = talk.state.history.get(key, message)?.path;
  if (found === undefined || !lookAt(found)?.isFile) throw new FailureError("api.file-gone", {});
  return found;
}

function sourceAt(path: string): PictureSource {
  return { name: basename(path), repeatable: true, pieces: () => filePieces(path) };
}
