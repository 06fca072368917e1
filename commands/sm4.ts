/** `p2p sm4 encrypt | decrypt | mac`: SM4 in its modes of operation, for scripts and other tools. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { wipe } from "../lib/bytes.ts";
import { Sm4GcmStream } from "../lib/crypto/gcm.ts";
import { ccmOpen, ccmSeal } from "../lib/crypto/sm4-ccm.ts";
import { type CipherDirection, type CipherStream, sm4Stream } from "../lib/crypto/sm4-modes.ts";
import { sm4Xts, XTS_MAX_BYTES } from "../lib/crypto/sm4-xts.ts";
import { UsageError } from "../lib/errors.ts";
import { text } from "../lib/text/catalogue.ts";
import { passphraseSources } from "./shared/container.ts";
import { about } from "./shared/about.ts";
import type { CommandContext } from "./shared/context.ts";
import { feedInput } from "./shared/feed.ts";
import {
  anyTextFlag,
  forceFlag,
  optionalArgument,
  outputFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textFlag,
  wholeNumber,
} from "./shared/flags.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";
import { readAll, refuseStdinTwice, refuseTerminalInput } from "./shared/input.ts";
import { openOutput, type Output } from "./shared/output.ts";
import { guardTerminal } from "./shared/terminal-guard.ts";
import { openGcm } from "./sm4/gcm-input.ts";
import { mac } from "./sm4/mac.ts";
import {
  decryptSalted,
  encryptSalted,
  readSaltedSetup,
  refuseSaltedFlags,
  type SaltedFlags,
} from "./sm4/salted.ts";
import { type CipherSetup, readCipherSetup } from "./sm4/setup.ts";

const help = helpOf("sm4");

interface Flags extends SaltedFlags {
  output?: string;
  force?: boolean;
}

/** The length of a message stands in front of its MAC, so a message of CCM is read whole. */
const CCM_MAX_BYTES = 256 * 2 ** 20;

function gcmSealer({ key, iv, aad, tagBytes }: CipherSetup): CipherStream {
  const stream = new Sm4GcmStream("seal", key, iv!, aad);
  return {
    update: (piece) => stream.update(piece),
    finish: () => stream.tag().slice(0, tagBytes),
  };
}

function cipherStream(
  mode: Exclude<CipherSetup["mode"], "ccm" | "xts" | "xts-ieee">,
  direction: CipherDirection,
  setup: CipherSetup,
): CipherStream {
  const { key, iv, padding } = setup;
  if (mode === "gcm") return gcmSealer(setup);
  return sm4Stream(mode, direction, key, { padding, ...(iv === undefined ? {} : { iv }) });
}

async function transform(
  direction: CipherDirection,
  setup: CipherSetup,
  flags: Flags,
  file: string | undefined,
  output: Output,
): Promise<void> {
  const { mode, key, iv, aad, tagBytes } = setup;
  switch (mode) {
    case "ccm": {
      const data = await readAll(file, CCM_MAX_BYTES + tagBytes);
      const parameters = { nonce: iv!, aad, tagBytes };
      const crypt = direction === "encrypt" ? ccmSeal : ccmOpen;
      return await output.write(crypt(key, data, parameters));
    }
    case "xts":
    case "xts-ieee": {
      const data = await readAll(file, XTS_MAX_BYTES);
      return await output.write(sm4Xts(mode === "xts" ? "gb" : "ieee", direction, key, iv!, data));
    }
    case "gcm":
      if (direction === "decrypt") return await openGcm(setup, file, flags, output);
  }
  const stream = cipherStream(mode, direction, setup);
  await feedInput(file, flags, (piece) => output.write(stream.update(piece)));
  await output.write(stream.finish());
}

/** Opens the output, has `work` write it, and keeps it only where that went well. */
async function written(
  direction: CipherDirection,
  flags: Flags,
  work: (output: Output) => Promise<void>,
): Promise<void> {
  const binary = direction === "encrypt" && !flags.armor;
  const output = await openOutput(flags.output, { force: flags.force, binary });
  try {
    await work(binary ? output : guardTerminal(output, flags.output));
    await output.commit();
  } catch (error) {
    await output.abort();
    throw error;
  }
}

async function withPassphrase(
  direction: CipherDirection,
  flags: Flags,
  file: string | undefined,
): Promise<void> {
  const setup = await readSaltedSetup(direction, flags);
  try {
    const crypt = direction === "encrypt" ? encryptSalted : decryptSalted;
    await written(direction, flags, (output) => crypt(setup, flags, file, output));
  } finally {
    wipe(setup.passphrase);
  }
}

async function withKey(
  direction: CipherDirection,
  flags: Flags,
  file: string | undefined,
): Promise<void> {
  refuseSaltedFlags(flags);
  const { mode } = flags;
  if (mode === undefined) throw new UsageError("sm4.mode-needed", {});
  const setup = await readCipherSetup({ ...flags, mode });
  try {
    await written(direction, flags, (output) => transform(direction, setup, flags, file, output));
  } finally {
    wipe(setup.key);
  }
}

function cipherCommand(direction: CipherDirection) {
  return buildCommand<Flags, [string?], CommandContext>({
    func: async function (flags, file) {
      refuseStdinTwice(
        ["IN", file ?? "-"],
        ["--key-file", flags.keyFile],
        ...passphraseSources(flags),
      );
      refuseTerminalInput(file, text("sm4.usage"));
      const work = flags.openssl ? withPassphrase : withKey;
      await about(file, () => work(direction, flags, file));
    },
    parameters: {
      flags: {
        mode: {
          kind: "enum",
          values: ["gcm", "ccm", "ctr", "cbc", "ecb", "cfb", "ofb", "xts", "xts-ieee"],
          optional: true,
          brief: help.flags.mode,
        },
        keyFile: textFlag(help.flags.keyFile, "FILE"),
        key: textFlag(help.flags.key, "HEX"),
        iv: textFlag(help.flags.iv, "HEX"),
        aad: anyTextFlag(help.flags.aad, "HEX"),
        tagLength: {
          kind: "parsed",
          parse: wholeNumber(4, 16),
          optional: true,
          brief: help.flags.tagLength,
          placeholder: "N",
        },
        noPadding: switchFlag(help.flags.noPadding),
        openssl: switchFlag(help.flags.openssl),
        passphrase: switchFlag(help.flags.passphrase),
        ...passphraseFlags,
        digest: {
          kind: "enum",
          values: ["sm3", "sha256", "sha1", "sha384", "sha512", "md5"],
          optional: true,
          brief: help.flags.digest,
        },
        iterations: {
          kind: "parsed",
          parse: wholeNumber(1, 10_000_000),
          optional: true,
          brief: help.flags.iterations,
          placeholder: "N",
        },
        oldKdf: switchFlag(help.flags.oldKdf),
        armor: switchFlag(help.flags.armor),
        output: outputFlag,
        force: forceFlag,
        quiet: quietFlag,
      },
      positional: optionalArgument(sharedHelp.args.input, "IN"),
      aliases: { a: "armor", o: "output", p: "passphrase", q: "quiet" },
    },
    docs: docsOf(help[direction]),
  });
}

const encryptCommand = cipherCommand("encrypt");

const decryptCommand = cipherCommand("decrypt");

export const command = buildRouteMap<"encrypt" | "decrypt" | "mac", CommandContext>({
  routes: { encrypt: encryptCommand, decrypt: decryptCommand, mac },
  docs: docsOf(help),
});
