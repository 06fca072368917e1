/** `p2p key convert`: a key in another form, for another tool, under another passphrase. */
import { buildCommand } from "@stricli/core";
import { type Bytes, wipe } from "../../lib/bytes.ts";
import { holdsPrivateKey, openKeyFile } from "../../lib/crypto/keys/decode.ts";
import { newPassphrase } from "../../lib/crypto/passphrase.ts";
import { UsageError } from "../../lib/errors.ts";
import { writeIdentityFile } from "../../lib/state/identity-file.ts";
import { identityPath } from "../../lib/state/identity.ts";
import { text } from "../../lib/text/catalogue.ts";
import { passphraseSources } from "../shared/container.ts";
import { about } from "../shared/about.ts";
import type { CommandContext } from "../shared/context.ts";
import {
  forceFlag,
  outputFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textFlag,
  wholeNumber,
} from "../shared/flags.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { loadIdentity, resolvePublicKey } from "../shared/identity.ts";
import { refuseStdinTwice } from "../shared/input.ts";
import { tell } from "../shared/language.ts";
import { keyName, readKeyInput } from "../shared/load-identity.ts";
import { writeOutput } from "../shared/output.ts";
import { publicKeyIn } from "../shared/public-key.ts";
import { kdfOptions, type PassphraseFlags, readPassphrase } from "../shared/secrets.ts";
import {
  checkTarget,
  isBinary,
  type KeyForm,
  type KeyTarget,
  type TargetFlags,
  targetOf,
  writePrivateKeys,
  writePublicKey,
} from "./forms.ts";

interface Flags extends PassphraseFlags, TargetFlags {
  identity?: string;
  output?: string;
  public?: boolean;
  newPassphrase?: boolean;
  newPassphraseFile?: string;
  newPassphraseFd?: number;
  noPassphrase?: boolean;
  unwrapWith?: string;
  recipient?: string;
  force?: boolean;
  quiet?: boolean;
}

/** What the flags say about the new passphrase; "same" where they say nothing. */
type NewPassphrase = "none" | "same" | "given";

function wantedPassphrase(flags: Flags): NewPassphrase {
  const given = flags.newPassphrase || flags.newPassphraseFile !== undefined ||
    flags.newPassphraseFd !== undefined;
  if (flags.noPassphrase && given) throw new UsageError("key.passphrase-contradiction", {});
  return flags.noPassphrase ? "none" : given ? "given" : "same";
}

/** The first flag about how a passphrase protects; undefined where there is none. */
function protectionIn(flags: Pick<Flags, "prf" | "cipher" | "iterations">): string | undefined {
  const name = (["prf", "cipher", "iterations"] as const).find((name) => flags[name] !== undefined);
  return name === undefined ? undefined : `--${name}`;
}

/** Refuses what concerns private keys alone. */
function refuseForPublic(flags: Flags): void {
  const flag = protectionIn(flags) ?? (flags.name === undefined ? undefined : "--name") ??
    (flags.recipient === undefined ? undefined : "--recipient");
  if (flag !== undefined) throw new UsageError("key.public-flag", { flag });
}

/** Refuses --unwrap-with where nothing is wrapped. */
function refuseUnwrap(name: string): never {
  throw new UsageError("key.not-wrapped", { name });
}

/** The passphrase that the file had, as far as it was asked for. */
class OldPassphrase {
  #known: Bytes | undefined;

  constructor(readonly flags: Flags, readonly name: string) {}

  async ask(): Promise<Bytes> {
    const prompt = text("passphrase.of-file", { name: this.name });
    const passphrase = await readPassphrase(this.flags, { prompt });
    this.#known = newPassphrase(passphrase);
    return passphrase;
  }

  get known(): Bytes | undefined {
    return this.#known;
  }
}

async function passphraseFor(
  flags: Flags,
  wanted: NewPassphrase,
  old: OldPassphrase,
): Promise<Bytes | undefined> {
  if (wanted === "none") return undefined;
  if (wanted === "same") return old.known;
  const source = { passphraseFile: flags.newPassphraseFile, passphraseFd: flags.newPassphraseFd };
  return await readPassphrase(source, { prompt: text("passphrase.new"), confirm: true });
}

async function convertPrivate(bytes: Bytes, target: KeyTarget, flags: Flags): Promise<void> {
  const path = flags.identity ?? identityPath();
  const wanted = wantedPassphrase(flags);
  const old = new OldPassphrase(flags, keyName(path));
  let unwrapped = false;
  const unwrap = flags.unwrapWith === undefined && path === identityPath()
    ? undefined
    : async () => {
      unwrapped = true;
      return (await loadIdentity(flags.unwrapWith, flags)).secretKey;
    };
  const options = { name: keyName(path), unwrap, ...kdfOptions(flags) };
  const recipient = flags.recipient === undefined
    ? undefined
    : await resolvePublicKey(flags.recipient, "signing");
  const { secretKeys, certificates } = await about(
    path,
    () => openKeyFile(bytes, () => old.ask(), options),
  );
  try {
    if (flags.unwrapWith !== undefined && !unwrapped) refuseUnwrap(keyName(path));
    const passphrase = await passphraseFor(flags, wanted, old);
    try {
      checkTarget(target, { keys: secretKeys.length, passphrase, recipient });
      const idle = passphrase === undefined ? protectionIn(flags) : undefined;
      if (idle !== undefined) throw new UsageError("key.unprotected", { flag: idle });
      if (flags.name !== undefined && target.form !== "p12") {
        throw new UsageError("key.no-name", { form: target.form });
      }
      const written = await writePrivateKeys(
        { secretKeys, certificates, passphrase, recipient, name: flags.name },
        target,
      );
      await keep(flags, written, target.form);
      wipe(written);
      if (target.for === "gmssl" && target.form === "pem" && passphrase === undefined) {
        await tell(flags, "key.gmssl-needs-passphrase");
      }
    } finally {
      wipe(passphrase);
    }
  } finally {
    wipe(...secretKeys, old.known);
  }
}

/** A private key never takes the place of another without that being kept, whatever it is written as. */
async function keep(flags: Flags, written: Uint8Array, form: KeyForm): Promise<void> {
  const { output } = flags;
  if (output === undefined || output === "-") {
    return await writeOutput(output, written, { binary: isBinary(form) });
  }
  const { backup } = await writeIdentityFile(output, written, flags);
  if (backup !== undefined) await tell(flags, "keygen.kept-old", { backup });
}

async function convertKey(this: CommandContext, flags: Flags): Promise<void> {
  const target = targetOf(flags);
  const path = flags.identity ?? identityPath();
  refuseStdinTwice(
    ["-i", flags.identity],
    ["--unwrap-with", flags.unwrapWith],
    ["--new-passphrase-file", flags.newPassphraseFile],
    ...passphraseSources(flags),
  );
  const bytes = await readKeyInput(path);
  try {
    const isPrivate = await about(path, () => Promise.resolve().then(() => holdsPrivateKey(bytes)));
    if (!flags.public && isPrivate) return await convertPrivate(bytes, target, flags);
    if (flags.unwrapWith !== undefined) refuseUnwrap(keyName(path));
    const isLone = flags.noPassphrase || wantedPassphrase(flags) === "same";
    if (!isLone) throw new UsageError("key.public-passphrase", {});
    refuseForPublic(flags);
    const publicKey = await publicKeyIn(bytes, keyName(path), flags);
    await writeOutput(flags.output, writePublicKey(publicKey, target), {
      force: flags.force,
      binary: isBinary(target.form),
    });
  } finally {
    wipe(bytes);
  }
}

const help = helpOf("key").convert;

export const convert = buildCommand<Flags, [], CommandContext>({
  func: convertKey,
  parameters: {
    flags: {
      identity: textFlag(help.flags.identity, "FILE"),
      output: outputFlag,
      for: {
        kind: "enum",
        values: ["p2p", "gmssl", "openssl", "java", "web"],
        default: "p2p",
        brief: help.flags.for,
      },
      form: {
        kind: "enum",
        values: ["pem", "der", "hex", "base64", "p12", "envelope"],
        optional: true,
        brief: help.flags.form,
      },
      public: switchFlag(help.flags.public),
      ...passphraseFlags,
      newPassphrase: switchFlag(help.flags.newPassphrase),
      newPassphraseFile: textFlag(help.flags.newPassphraseFile, "FILE"),
      newPassphraseFd: { ...passphraseFlags.passphraseFd, brief: help.flags.newPassphraseFd },
      noPassphrase: switchFlag(help.flags.noPassphrase),
      prf: { kind: "enum", values: ["sm3", "sha256"], optional: true, brief: help.flags.prf },
      cipher: { kind: "enum", values: ["sm4", "aes256"], optional: true, brief: help.flags.cipher },
      iterations: {
        kind: "parsed",
        parse: wholeNumber(1000, 10_000_000),
        optional: true,
        brief: help.flags.iterations,
        placeholder: "N",
      },
      name: textFlag(help.flags.name, "NAME"),
      unwrapWith: textFlag(help.flags.unwrapWith, "FILE"),
      recipient: textFlag(help.flags.recipient, "PUBKEY"),
      force: forceFlag,
      quiet: quietFlag,
    },
    aliases: { i: "identity", o: "output", r: "recipient", q: "quiet" },
  },
  docs: docsOf(help),
});
