/** `p2p stego hide`: a message or a file into a picture, or into several. */
import { buildCommand } from "@stricli/core";
import { basename, dirname, join } from "../../lib/system/path.ts";
import { type Bytes, utf8, wipe } from "../../lib/bytes.ts";
import { UsageError } from "../../lib/errors.ts";
import { MAX_CONTENT_BYTES, MAX_PARTS, type Message } from "../../lib/stego/message.ts";
import type { Level } from "../../lib/stego/shape.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { isInteractive } from "../../lib/terminal/prompt.ts";
import { safeText } from "../../lib/text/safe.ts";
import {
  type BothPassphrases,
  identityPassphraseFlags,
  identitySource,
} from "../shared/container.ts";
import type { CommandContext } from "../shared/context.ts";
import {
  forceFlag,
  identityFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textFlag,
  textsFlag,
} from "../shared/flags.ts";
import { loadIdentity, resolvePublicKey } from "../shared/identity.ts";
import { readAll, refuseTerminalInput } from "../shared/input.ts";
import { printLine } from "../shared/output.ts";
import { passphraseGiven, readPassphrase } from "../shared/secrets.ts";
import { conceal, type Concealed, type Target } from "./conceal.ts";
import type { Lock } from "./lock.ts";
import { hasIdentity } from "./own-key.ts";
import { limitsOf, maxPixelsFlag } from "./picture-file.ts";
import { docsOf, helpOf, sharedHelp } from "../shared/help.ts";

interface Flags extends BothPassphrases {
  readonly message?: string;
  readonly file?: string;
  readonly carrier?: readonly string[];
  readonly passphrase?: boolean;
  readonly recipient?: readonly string[];
  readonly sign?: boolean;
  readonly identity?: string;
  readonly level?: Level;
  readonly output?: string;
  readonly force?: boolean;
  readonly maxPixels?: number;
  readonly quiet?: boolean;
}

/** Pictures and the message on the command line. With -f or -m every argument is a picture. */
function pictures(flags: Flags, args: readonly string[]): { paths: string[]; text?: string } {
  if (flags.file !== undefined && flags.message !== undefined) {
    throw new UsageError("hide: give a file or a message, not both");
  }
  const more = flags.carrier ?? [];
  if (flags.file !== undefined || flags.message !== undefined) {
    return {
      paths: [...args, ...more],
      ...(flags.message === undefined ? {} : { text: flags.message }),
    };
  }
  const [picture, text, ...others] = args;
  if (others.length > 0) {
    throw new UsageError("hide: more than a picture and a message", {
      hint: "for several pictures: hide -m MSG A.png B.png, or hide A.png MSG --carrier B.png",
    });
  }
  return { paths: [picture!, ...more], ...(text === undefined ? {} : { text }) };
}

async function messageOf(
  flags: Flags,
  paths: readonly string[],
  text: string | undefined,
): Promise<Message> {
  const fromStdin = flags.file === undefined
    ? text === undefined || text === "-"
    : flags.file === "-";
  if (fromStdin && paths.includes("-")) {
    throw new UsageError("hide: picture and message cannot both come from stdin");
  }
  if (flags.file !== undefined) {
    const name = flags.file === "-" ? "stdin" : basename(flags.file);
    return { name, content: await readAll(flags.file, MAX_CONTENT_BYTES, safeText(flags.file)) };
  }
  if (text !== undefined && text !== "-") return { name: undefined, content: utf8(text) };
  if (text === undefined) refuseTerminalInput(undefined, 'p2p stego hide in.png "message"');
  return { name: undefined, content: await readAll("-", MAX_CONTENT_BYTES, "message") };
}

/** Each picture's output: the one named, a name in the folder named, or the picture's with ".stego.png". */
async function targetsOf(paths: readonly string[], flags: Flags): Promise<Target[]> {
  const { output, force } = flags;
  if (paths.length > MAX_PARTS) {
    throw new UsageError(`hide: more than ${MAX_PARTS} pictures`);
  }
  const stdin = paths.filter((path) => path === "-").length;
  if (stdin > 1) throw new UsageError("hide: only one picture can come from stdin");
  if (output !== undefined && /\.(?:jpe?g|webp|gif|bmp|tiff?)$/i.test(output)) {
    throw new UsageError("hide: the result is a PNG", { hint: "name it .png" });
  }
  const [only] = paths;
  if (paths.length === 1 && only !== undefined) {
    if (only === "-" && output === undefined) return [{ picture: only, output: undefined, force }];
    const inFolder = output !== undefined && output !== "-" && await isFolder(output);
    const path = output === undefined
      ? join(dirname(only), stegoName(only))
      : inFolder
      ? join(output, stegoName(only))
      : output;
    return [{ picture: only, output: path, force }];
  }
  if (output !== undefined && !await isFolder(output)) {
    throw new UsageError("hide: for several pictures -o must be an existing folder");
  }
  const targets = paths.map((picture) => ({
    picture,
    output: join(output ?? dirname(picture), stegoName(picture)),
    force,
  }));
  if (new Set(targets.map((target) => target.output)).size < targets.length) {
    throw new UsageError("hide: two pictures would get the same name");
  }
  return targets;
}

function stegoName(path: string): string {
  return `${path === "-" ? "stdin" : basename(path).replace(/(?<=.)\.[^.]*$/, "")}.stego.png`;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The key that the flags name; without any, a passphrase asked for, or the own identity. */
async function lockOf(flags: Flags): Promise<Lock> {
  const byPassphrase = flags.passphrase === true || passphraseGiven(flags) && !flags.sign;
  if (flags.recipient !== undefined) {
    if (flags.passphrase) {
      throw new UsageError("hide: choose -p or -r", {
        hint: "a picture has one message, for a passphrase or for recipients",
      });
    }
    return { recipients: await Promise.all(flags.recipient.map(resolvePublicKey)) };
  }
  if (!byPassphrase && !isInteractive()) {
    if (flags.identity === undefined && !await hasIdentity()) {
      throw new UsageError(
        "hide: no key is named, and there is no terminal to ask for a passphrase",
        {
          hint: "-r RECIPIENT, or --passphrase-file FILE",
        },
      );
    }
    const { publicKey, secretKey } = await loadIdentity(
      flags.identity,
      identitySource(flags, false),
    );
    wipe(secretKey);
    notice("no key is named: only your own identity can reveal it", flags);
    return { recipients: [publicKey] };
  }
  const prompt = "passphrase that reveals it";
  return { passphrase: await readPassphrase(flags, { prompt, confirm: true }) };
}

function say(done: readonly Concealed[], flags: Flags): void {
  for (const { target, level, kind, changed, available } of done) {
    const name = safeText(target.picture);
    const share = (100 * changed / available).toPrecision(2);
    notice(
      `${name}: level ${level}, ${changed} of ${available} samples changed (${share} %)`,
      flags,
    );
    if (kind !== "PNG") {
      notice(
        `${name}: traces of ${kind} make hidden data easier to detect; a true PNG is better`,
        flags,
      );
    }
  }
}

async function run(this: CommandContext, flags: Flags, ...args: string[]): Promise<void> {
  const { paths, text } = pictures(flags, args);
  const targets = await targetsOf(paths, flags);
  const message = await messageOf(flags, paths, text);
  const lock = await lockOf(flags);
  let signer;
  try {
    signer = flags.sign
      ? await loadIdentity(flags.identity, identitySource(flags, "passphrase" in lock))
      : undefined;
    const limits = limitsOf(flags);
    const { level, quiet } = flags;
    const done = await conceal(targets, { lock, message, signer, level, limits, quiet });
    say(done, flags);
    for (const { output } of targets) {
      if (output !== undefined && output !== "-") await printLine(output);
    }
  } finally {
    wipe(signer?.secretKey, "passphrase" in lock ? lock.passphrase as Bytes : undefined);
  }
}

const help = helpOf("stego").hide;

export const command = buildCommand({
  func: run,
  parameters: {
    flags: {
      message: textFlag(help.flags.message, "TEXT"),
      file: textFlag(help.flags.file, "FILE"),
      carrier: textsFlag(help.flags.carrier, "IMG"),
      passphrase: switchFlag(help.flags.passphrase),
      ...passphraseFlags,
      recipient: textsFlag(
        help.flags.recipient,
        "RECIPIENT",
      ),
      sign: switchFlag(sharedHelp.flags.sign),
      identity: { ...identityFlag, brief: sharedHelp.flags.signingIdentity },
      ...identityPassphraseFlags,
      level: {
        kind: "enum",
        values: ["quick", "stealth"],
        optional: true,
        brief: help.flags.level,
      },
      output: textFlag(
        help.flags.output,
        "OUT.png",
      ),
      force: forceFlag,
      maxPixels: maxPixelsFlag,
      quiet: quietFlag,
    },
    aliases: {
      m: "message",
      f: "file",
      p: "passphrase",
      r: "recipient",
      i: "identity",
      o: "output",
      q: "quiet",
    },
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: help.args.img,
        placeholder: "IMG [MSG]",
      },
      minimum: 1,
    },
  },
  docs: docsOf(help),
});
