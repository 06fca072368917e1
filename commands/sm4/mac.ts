/** `p2p sm4 mac`: CMAC and CBC-MAC with SM4. */
import { buildCommand } from "@stricli/core";
import { hex, wipe } from "../../lib/bytes.ts";
import { SM4_KEY_BYTES } from "../../lib/crypto/sm4.ts";
import { Sm4Mac, type Sm4MacMode } from "../../lib/crypto/sm4-mac.ts";
import { text } from "../../lib/text/catalogue.ts";
import { type KeyFlags, readKey } from "../shared/cipher-key.ts";
import type { CommandContext } from "../shared/context.ts";
import { feedInput } from "../shared/feed.ts";
import { optionalArgument, quietFlag, textFlag } from "../shared/flags.ts";
import { docsOf, helpOf, sharedHelp } from "../shared/help.ts";
import { refuseStdinTwice, refuseTerminalInput } from "../shared/input.ts";
import { printLine } from "../shared/output.ts";

interface Flags extends KeyFlags {
  mode: Sm4MacMode;
  quiet?: boolean;
}

const help = helpOf("sm4");

export const mac = buildCommand<Flags, [string?], CommandContext>({
  func: async function (flags, file) {
    refuseStdinTwice(["IN", file ?? "-"], ["--key-file", flags.keyFile]);
    refuseTerminalInput(file, text("sm4.usage"));
    const key = await readKey(flags, SM4_KEY_BYTES);
    const code = new Sm4Mac(flags.mode, key);
    wipe(key);
    await feedInput(file, flags, (piece) => void code.update(piece));
    await printLine(hex(code.digest()));
  },
  parameters: {
    flags: {
      mode: {
        kind: "enum",
        values: ["cmac", "cbc-mac"],
        default: "cmac",
        brief: help.mac.flags.mode,
      },
      keyFile: textFlag(help.flags.keyFile, "FILE"),
      key: textFlag(help.flags.key, "HEX"),
      quiet: quietFlag,
    },
    positional: optionalArgument(sharedHelp.args.input, "IN"),
    aliases: { q: "quiet" },
  },
  docs: docsOf(help.mac),
});
