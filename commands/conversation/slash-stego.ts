/** /hide and /reveal: hidden messages within a conversation, sealed to the peer's key. */
import { basename, join } from "../../lib/system/path.ts";
import { utf8, utf8Text } from "../../lib/bytes.ts";
import { FailureError, FormatError, UsageError } from "../../lib/errors.ts";
import { writeFileAtomic } from "../../lib/files/atomic.ts";
import { formatSize } from "../../lib/text/format.ts";
import { safeLines, safeText } from "../../lib/text/safe.ts";
import { numberedName, safeTopName } from "../../lib/transfer/names.ts";
import type { Identity } from "../../lib/state/identity.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import { deliverFiles } from "./deliver.ts";
import type { Partner } from "./desk.ts";
import type { Face } from "./face.ts";

/** Free names that are tried for a file that was hidden. */
const MAX_NAMES = 1000;

/** Hides `text` in a copy of `picture` for the peer alone, and sends the copy. */
export async function hideAndSend(
  picture: string,
  text: string,
  { conversation, person }: Partner,
  face: Face,
): Promise<void> {
  const { conceal } = await import("../stego/conceal.ts");
  const { limitsOf } = await import("../stego/picture-file.ts");
  const folder = await Deno.makeTempDir({ prefix: "p2p-hide-" });
  try {
    // The copy's name must not say what it is.
    const name = basename(picture).replace(/(?<=.)\.[^.]*$/, "");
    const output = join(folder, `${name}.png`);
    const [done] = await conceal([{ picture, output }], {
      lock: { recipients: [person.key] },
      message: { name: undefined, content: utf8(text) },
      limits: limitsOf({}),
      quiet: true,
    });
    if (done === undefined) {
      throw new FailureError(`hide in ${safeText(picture)}: nothing came of it`);
    }
    face.say(
      `hidden in ${safeText(name)}.png: ${done.changed} of ${done.available} samples changed`,
    );
    await deliverFiles(conversation, person, await walkOutgoing([output]), face);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Shows what is hidden in `picture` for our identity: a text on the screen, a file in `saveDir`. */
export async function reveal(
  picture: string | undefined,
  identity: Identity,
  saveDir: string,
  face: Face,
): Promise<void> {
  if (picture === undefined) {
    throw new UsageError("reveal: no file has come yet", { hint: "name a picture: /reveal IMG" });
  }
  const { find } = await import("../stego/find.ts");
  const { limitsOf } = await import("../stego/picture-file.ts");
  const { message } = await find([picture], [() => Promise.resolve({ identity })], limitsOf({}));
  const text = message.name === undefined ? textOf(message.content) : undefined;
  if (text !== undefined) {
    return face.say(`hidden in ${safeText(basename(picture))}: ${safeLines(text)}`);
  }
  const path = await saveFree(saveDir, message.name ?? "hidden", message.content.slice());
  face.say(`hidden in ${safeText(basename(picture))}: a file, saved as ${safeText(path)}`);
  face.say(`  ${formatSize(message.content.length)}`);
}

function textOf(content: Uint8Array): string | undefined {
  try {
    return utf8Text(content);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

async function saveFree(
  folder: string,
  name: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<string> {
  for (let n = 0; n < MAX_NAMES; n++) {
    const path = join(folder, numberedName(safeTopName(name), n));
    try {
      await writeFileAtomic(path, content, { durable: false });
      return path;
    } catch (error) {
      if (!(error instanceof FailureError) || !/already exists/.test(error.message)) throw error;
    }
  }
  throw new FailureError(`save ${safeText(name)}: no free name is left`);
}
