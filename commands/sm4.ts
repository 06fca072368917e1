/** `p2p sm4 encrypt | decrypt`: SM4 in its modes of operation, for scripts and other tools. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { wipe } from "../lib/bytes.ts";
import { Sm4GcmStream } from "../lib/crypto/gcm.ts";
import { type CipherDirection, type CipherStream, sm4Stream } from "../lib/crypto/sm4-modes.ts";
import { text } from "../lib/text/catalogue.ts";
import type { CommandContext } from "./shared/context.ts";
import { feedInput } from "./shared/feed.ts";
import { forceFlag, outputFlag, quietFlag, switchFlag, textFlag } from "./shared/flags.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";
import { refuseTerminalInput } from "./shared/input.ts";
import { openOutput, type Output } from "./shared/output.ts";
import { openGcm } from "./shared/gcm-input.ts";
import { guardTerminal } from "./shared/terminal-guard.ts";
import { type CipherFlags, type CipherSetup, readCipherSetup } from "./shared/sm4-setup.ts";

const help = helpOf("sm4");

interface Flags extends CipherFlags {
  output?: string;
  force?: boolean;
  quiet?: boolean;
}

function gcmSealer({ key, iv, aad }: CipherSetup): CipherStream {
  const stream = new Sm4GcmStream("seal", key, iv!, aad);
  return { update: (piece) => stream.update(piece), finish: () => stream.tag() };
}

function cipherStream(direction: CipherDirection, setup: CipherSetup): CipherStream {
  const { mode, key, iv, padding } = setup;
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
  if (setup.mode === "gcm" && direction === "decrypt") {
    return await openGcm(setup, file, flags, output);
  }
  const stream = cipherStream(direction, setup);
  await feedInput(file, flags, (piece) => output.write(stream.update(piece)));
  await output.write(stream.finish());
}

function cipherCommand(direction: CipherDirection) {
  return buildCommand<Flags, [string?], CommandContext>({
    func: async function (flags, file) {
      const setup = await readCipherSetup(flags);
      try {
        refuseTerminalInput(file, text("sm4.usage"));
        const binary = direction === "encrypt";
        const output = await openOutput(flags.output, { force: flags.force, binary });
        try {
          const sink = binary ? output : guardTerminal(output, flags.output);
          await transform(direction, setup, flags, file, sink);
          await output.commit();
        } catch (error) {
          await output.abort();
          throw error;
        }
      } finally {
        wipe(setup.key);
      }
    },
    parameters: {
      flags: {
        mode: {
          kind: "enum",
          values: ["gcm", "ctr", "cbc", "ecb", "cfb", "ofb"],
          brief: help.flags.mode,
        },
        keyFile: textFlag(help.flags.keyFile, "FILE"),
        key: textFlag(help.flags.key, "HEX"),
        iv: textFlag(
          help.flags.iv,
          "HEX",
        ),
        aad: textFlag(help.flags.aad, "HEX"),
        noPadding: switchFlag(help.flags.noPadding),
        output: outputFlag,
        force: forceFlag,
        quiet: quietFlag,
      },
      positional: {
        kind: "tuple",
        parameters: [
          { brief: sharedHelp.args.input, parse: String, placeholder: "IN", optional: true },
        ],
      },
      aliases: { o: "output", q: "quiet" },
    },
    docs: docsOf(help[direction]),
  });
}

const encryptCommand = cipherCommand("encrypt");

const decryptCommand = cipherCommand("decrypt");

export const command = buildRouteMap<"encrypt" | "decrypt", CommandContext>({
  routes: { encrypt: encryptCommand, decrypt: decryptCommand },
  docs: docsOf(help),
});
