/** `p2p zuc encrypt | decrypt | mac`: ZUC-128, 128-EEA3 and 128-EIA3. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { type Bytes, getU32, hex, wipe } from "../lib/bytes.ts";
import {
  type BearerPosition,
  eea3Iv,
  eia3Iv,
  ZUC_KEY_BYTES,
  ZucCipher,
  ZucMac,
} from "../lib/crypto/zuc.ts";
import { UsageError } from "../lib/errors.ts";
import { text } from "../lib/text/catalogue.ts";
import { fromFlag, type KeyFlags, readKey } from "./shared/cipher-key.ts";
import type { CommandContext } from "./shared/context.ts";
import { feedInput } from "./shared/feed.ts";
import {
  forceFlag,
  optionalArgument,
  outputFlag,
  quietFlag,
  textFlag,
  wholeNumber,
} from "./shared/flags.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";
import { refuseStdinTwice, refuseTerminalInput } from "./shared/input.ts";
import { openOutput, printLine } from "./shared/output.ts";
import { guardTerminal } from "./shared/terminal-guard.ts";

const help = helpOf("zuc");

interface IvFlags extends KeyFlags {
  iv?: string;
  count?: string;
  bearer?: number;
  direction?: number;
  quiet?: boolean;
}

interface StreamFlags extends IvFlags {
  output?: string;
  force?: boolean;
}

/** The IV that is given, or that 3GPP's numbers make. */
function ivOf(flags: IvFlags, make: (position: BearerPosition) => Bytes): Bytes {
  const numbered = flags.bearer !== undefined || flags.direction !== undefined;
  if ((flags.iv === undefined) === (flags.count === undefined)) throw new UsageError("zuc.iv", {});
  if (flags.iv !== undefined) {
    const iv = fromFlag(flags.iv, "--iv");
    if (numbered || iv.length !== ZUC_KEY_BYTES) throw new UsageError("zuc.iv", {});
    return iv;
  }
  const count = fromFlag(flags.count!, "--count");
  if (count.length !== 4) throw new UsageError("zuc.iv", {});
  const { bearer = 0, direction = 0 } = flags;
  return make({ count: getU32(count, 0), bearer, direction });
}

function refuseTwice(flags: IvFlags, file: string | undefined): void {
  refuseStdinTwice(["IN", file ?? "-"], ["--key-file", flags.keyFile]);
  refuseTerminalInput(file, text("sm4.usage"));
}

const ivFlags = {
  keyFile: textFlag(help.flags.keyFile, "FILE"),
  key: textFlag(help.flags.key, "HEX"),
  iv: textFlag(help.flags.iv, "HEX"),
  count: textFlag(help.flags.count, "HEX"),
  bearer: {
    kind: "parsed",
    parse: wholeNumber(0, 31),
    optional: true,
    brief: help.flags.bearer,
    placeholder: "N",
  },
  direction: {
    kind: "parsed",
    parse: wholeNumber(0, 1),
    optional: true,
    brief: help.flags.direction,
    placeholder: "N",
  },
  quiet: quietFlag,
} as const;

const positional = optionalArgument(sharedHelp.args.input, "IN");

function cipherCommand(direction: "encrypt" | "decrypt") {
  return buildCommand<StreamFlags, [string?], CommandContext>({
    func: async function (flags, file) {
      refuseTwice(flags, file);
      const iv = ivOf(flags, eea3Iv);
      const key = await readKey(flags, ZUC_KEY_BYTES);
      const binary = direction === "encrypt";
      const output = await openOutput(flags.output, { force: flags.force, binary });
      const cipher = new ZucCipher(key, iv);
      try {
        const sink = binary ? output : guardTerminal(output, flags.output);
        await feedInput(file, flags, (piece) => sink.write(cipher.update(piece)));
        await output.commit();
      } catch (error) {
        await output.abort();
        throw error;
      } finally {
        cipher.wipe();
        wipe(key);
      }
    },
    parameters: {
      flags: { ...ivFlags, output: outputFlag, force: forceFlag },
      positional,
      aliases: { o: "output", q: "quiet" },
    },
    docs: docsOf(help[direction]),
  });
}

const macCommand = buildCommand<IvFlags, [string?], CommandContext>({
  func: async function (flags, file) {
    refuseTwice(flags, file);
    const iv = ivOf(flags, eia3Iv);
    const key = await readKey(flags, ZUC_KEY_BYTES);
    const mac = new ZucMac(key, iv);
    wipe(key);
    await feedInput(file, flags, (piece) => void mac.update(piece));
    await printLine(hex(mac.digest()));
  },
  parameters: { flags: ivFlags, positional, aliases: { q: "quiet" } },
  docs: docsOf(help.mac),
});

export const command = buildRouteMap<"encrypt" | "decrypt" | "mac", CommandContext>({
  routes: {
    encrypt: cipherCommand("encrypt"),
    decrypt: cipherCommand("decrypt"),
    mac: macCommand,
  },
  docs: docsOf(help),
});
