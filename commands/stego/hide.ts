/** `p2p stego hide`: a message or a file into a picture, or into several. */
import { buildCommand } from "@stricli/core";
import { exists, isFolder } from "../../lib/files/look.ts";
import { identityPath } from "../../lib/state/identity.ts";
import { basename, dirname, join } from "../../lib/system/path.ts";
import { type Bytes, utf8, wipe } from "../../lib/bytes.ts";
import { UsageError } from "../../lib/errors.ts";
import { conceal, type Concealed, type ConcealEvent } from "../../lib/hidden/conceal.ts";
import { LOSSY_KINDS } from "../../lib/stego/foreign/size.ts";
import type { Lock } from "../../lib/hidden/lock.ts";
import { PictureSet } from "../../lib/hidden/picture.ts";
import { type Content, MAX_CONTENT_BYTES, MAX_PARTS } from "../../lib/stego/payload.ts";
import type { HidingLevel } from "../../lib/stego/shape.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { Progress } from "../../lib/terminal/progress.ts";
import { isInteractive } from "../../lib/terminal/prompt.ts";
import { text } from "../../lib/text/catalogue.ts";
import {
  type BothPassphrases,
  identityPassphraseFlags,
  identitySource,
} from "../shared/container.ts";
import type { CommandContext } from "../shared/context.ts";
import {
  anyTextFlag,
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
import { openOutput, type Output, printLine } from "../shared/output.ts";
import { passphraseGiven, readPassphrase } from "../shared/secrets.ts";
import { say, speaker } from "../shared/speech.ts";
import { isRegular, limitsOf, maxPixelsFlag, sourceOf } from "./pictures.ts";
import { docsOf, helpOf, sharedHelp } from "../shared/help.ts";

const help = helpOf("stego").hide;

interface Flags extends BothPassphrases {
  readonly message?: string;
  readonly file?: string;
  readonly carrier?: readonly string[];
  readonly passphrase?: boolean;
  readonly recipient?: readonly string[];
  readonly sign?: boolean;
  readonly identity?: string;
  readonly level?: HidingLevel;
  readonly output?: string;
  readonly force?: boolean;
  readonly maxPixels?: number;
  readonly quiet?: boolean;
}

/** A picture and where its copy goes: a path, or undefined and "-" for stdout. */
interface Target {
  readonly picture: string;
  readonly output: string | undefined;
}

/** Pictures and the message on the command line. With -f or -m every argument is a picture. */
function argumentsOf(flags: Flags, args: readonly string[]): { paths: string[]; words?: string } {
  const given = picturesAndWords(flags, args);
  // The parser cannot tell which of the arguments is the message, and that one may be empty.
  if (given.paths.includes("")) {
    const reason = text("usage.flag-value", { name: "IMG", reason: text("flag.empty") });
    throw new UsageError("usage.parse", { reason });
  }
  return given;
}

function picturesAndWords(
  flags: Flags,
  args: readonly string[],
): { paths: string[]; words?: string } {
  if (flags.file !== undefined && flags.message !== undefined) {
    throw new UsageError("stego.file-and-message", {});
  }
  const more = flags.carrier ?? [];
  if (flags.file !== undefined || flags.message !== undefined) {
    return {
      paths: [...args, ...more],
      ...(flags.message === undefined ? {} : { words: flags.message }),
    };
  }
  const [picture, words, ...others] = args;
  if (others.length > 0) {
    throw new UsageError("stego.many-arguments", {}, { hint: text("stego.many-arguments.hint") });
  }
  return { paths: [picture!, ...more], ...(words === undefined ? {} : { words }) };
}

function refuseStdinTwice(flags: Flags, paths: readonly string[], words: string | undefined): void {
  const message = flags.file === undefined ? words ?? "-" : flags.file;
  if (message === "-" && paths.includes("-")) throw new UsageError("stego.stdin-twice", {});
}

async function messageOf(flags: Flags, words: string | undefined): Promise<Content> {
  if (flags.file !== undefined) {
    const name = isRegular(flags.file) ? basename(flags.file) : "stdin";
    return { name, content: await readAll(flags.file, MAX_CONTENT_BYTES) };
  }
  if (words !== undefined && words !== "-") return { name: undefined, content: utf8(words) };
  if (words === undefined) refuseTerminalInput(undefined, text("stego.hide-usage"));
  return { name: undefined, content: await readAll("-", MAX_CONTENT_BYTES) };
}

/** Each picture's output: the one named, a name in the folder named, or the picture's with ".stego.png". */
function targetsOf(paths: readonly string[], { output }: Flags): Target[] {
  if (paths.length > MAX_PARTS) throw new UsageError("stego.many-pictures", { most: MAX_PARTS });
  if (paths.filter((path) => path === "-").length > 1) {
    throw new UsageError("stego.pictures-from-stdin", {});
  }
  const folder = output !== undefined && output !== "-" && isFolder(output) ? output : undefined;
  if (output !== undefined && folder === undefined) {
    if (/[\\/]$/.test(output)) throw new UsageError("stego.no-folder", { path: output });
    if (paths.length > 1) throw new UsageError("stego.output-folder", { path: output });
    if (/\.(?:jpe?g|webp|gif|bmp|tiff?)$/i.test(output)) {
      throw new UsageError("stego.output-png", { path: output }, {
        hint: text("stego.output-png.hint"),
      });
    }
  }
  const targets = paths.map((picture) => {
    if (folder !== undefined) return { picture, output: join(folder, stegoName(picture)) };
    if (output !== undefined) return { picture, output };
    const besides = picture === "-" && paths.length === 1
      ? undefined
      : join(dirname(picture), stegoName(picture));
    return { picture, output: besides };
  });
  const names = targets.map((target) => target.output);
  const twice = names.find((name, i) => name !== undefined && names.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError("stego.same-name", { path: twice });
  return targets;
}

function stegoName(path: string): string {
  return `${path === "-" ? "stdin" : basename(path).replace(/(?<=.)\.[^.]*$/, "")}.stego.png`;
}

/** The key that the flags name; without any, a passphrase asked for, or the own identity, which nobody has named. */
async function lockOf(flags: Flags): Promise<Lock & { readonly unnamed?: true }> {
  const byPassphrase = flags.passphrase === true || passphraseGiven(flags) && !flags.sign;
  if (flags.recipient !== undefined) {
    if (flags.passphrase) {
      throw new UsageError("stego.two-keys", {}, { hint: text("stego.two-keys.hint") });
    }
    return {
      recipients: await Promise.all(
        flags.recipient.map((given) => resolvePublicKey(given, "encryption")),
      ),
    };
  }
  if (!byPassphrase && !isInteractive()) {
    if (flags.identity === undefined && !exists(identityPath())) {
      throw new UsageError("stego.no-key", {}, { hint: text("stego.no-key.hint") });
    }
    const { publicKey, secretKey } = await loadIdentity(
      flags.identity,
      identitySource(flags, false),
    );
    wipe(secretKey);
    return { recipients: [publicKey], unnamed: true };
  }
  const prompt = text("stego.hide.prompt");
  return { passphrase: await readPassphrase(flags, { prompt, confirm: true }) };
}

function tellDone(done: readonly Concealed[], flags: Flags): void {
  for (const { picture, level, kind, changed, available } of done) {
    const share = Number((100 * changed / available).toPrecision(2));
    notice(say("stego.hidden", { picture, level, changed, available, share }), flags);
    if (LOSSY_KINDS.has(kind)) notice(say("stego.traces", { picture, kind }), flags);
  }
}

/** Shows the progress of one picture after the other, and says so where the message is hidden less well than it could. */
class Teller {
  readonly #flags: Flags;
  #progress: Progress | undefined;
  #picture: string | undefined;

  constructor(flags: Flags) {
    this.#flags = flags;
  }

  tell(event: ConcealEvent): void {
    if (event.type === "level") {
      const { level, bytes, stealth } = event;
      if (level === "quick" && this.#flags.level === undefined) {
        const what = text("stego.fell-to-quick", { bytes, stealth });
        notice(say("terminal.warning", { what }), this.#flags);
      }
      return;
    }
    if (event.type === "flat") {
      const { picture, percent } = event;
      const what = text("stego.hide.flat", { picture, percent });
      notice(say("terminal.warning", { what }), this.#flags);
      return;
    }
    if (event.picture !== this.#picture) {
      this.finish();
      this.#picture = event.picture;
      const label = say("stego.hide.progress", { picture: event.picture });
      this.#progress = new Progress(label, event.total, () => speaker, this.#flags);
    }
    this.#progress?.update(event.done);
  }

  finish(): void {
    this.#progress?.finish();
  }
}

/** Opens pictures and outputs before it asks for a key: where they are not good, none is needed. */
async function run(this: CommandContext, flags: Flags, ...args: string[]): Promise<void> {
  const { paths, words } = argumentsOf(flags, args);
  refuseStdinTwice(flags, paths, words);
  const targets = targetsOf(paths, flags);
  const pictures = await PictureSet.open(paths.map(sourceOf), limitsOf(flags));
  const outputs = await openOutputs(targets, flags);
  try {
    await hideIn(pictures, targets, outputs, flags, words);
  } catch (error) {
    for (const output of outputs) await output.abort();
    throw error;
  }
}

/** Temporary files, before anybody is asked for a passphrase: what stands in the way is said first. */
async function openOutputs(targets: readonly Target[], { force }: Flags): Promise<Output[]> {
  const outputs: Output[] = [];
  try {
    for (const { output } of targets) {
      outputs.push(await openOutput(output, { force, binary: true }));
    }
    return outputs;
  } catch (error) {
    for (const output of outputs) await output.abort();
    throw error;
  }
}

async function hideIn(
  pictures: PictureSet,
  targets: readonly Target[],
  outputs: readonly Output[],
  flags: Flags,
  words: string | undefined,
): Promise<void> {
  const message = await messageOf(flags, words);
  const lock = await lockOf(flags);
  const teller = new Teller(flags);
  let signer;
  try {
    signer = flags.sign
      ? await loadIdentity(flags.identity, identitySource(flags, "passphrase" in lock))
      : undefined;
    const { level } = flags;
    const tell = (event: ConcealEvent) => teller.tell(event);
    const done = await conceal(pictures, outputs, { lock, message, signer, level, tell });
    teller.finish();
    tellDone(done, flags);
    if ("unnamed" in lock) notice(say("stego.own-identity"), flags);
    for (const { output } of targets) {
      if (output !== undefined && output !== "-") await printLine(output);
    }
  } finally {
    teller.finish();
    wipe(signer?.secretKey, "passphrase" in lock ? lock.passphrase as Bytes : undefined);
  }
}

export const command = buildCommand({
  func: run,
  parameters: {
    flags: {
      message: anyTextFlag(help.flags.message, "TEXT"),
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
