/** `p2p sm4 encrypt | decrypt`: SM4 in its modes of operation, for scripts and other tools. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { wipe } from "../lib/bytes.ts";
import { Sm4GcmStream } from "../lib/crypto/gcm.ts";
import { type CipherStream, type Direction, sm4Stream } from "../lib/crypto/sm4-modes.ts";
import type { CommandContext } from "./shared/context.ts";
import { feedInput } from "./shared/feed.ts";
import { forceFlag, outputFlag, quietFlag, switchFlag, textFlag } from "./shared/flags.ts";
import { refuseTerminalInput } from "./shared/input.ts";
import { openOutput, type Output } from "./shared/output.ts";
import { openGcm } from "./shared/gcm-input.ts";
import { guardTerminal } from "./shared/terminal-guard.ts";
import { type CipherFlags, type CipherSetup, readCipherSetup } from "./shared/sm4-setup.ts";

interface Flags extends CipherFlags {
  output?: string;
  force?: boolean;
  quiet?: boolean;
}

function gcmSealer({ key, iv, aad }: CipherSetup): CipherStream {
  const stream = new Sm4GcmStream("seal", key, iv!, aad);
  return { update: (piece) => stream.update(piece), finish: () => stream.tag() };
}

function cipherStream(direction: Direction, setup: CipherSetup): CipherStream {
  const { mode, key, iv, padding } = setup;
  if (mode === "gcm") return gcmSealer(setup);
  return sm4Stream(mode, direction, key, { padding, ...(iv === undefined ? {} : { iv }) });
}

async function transform(
  direction: Direction,
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

function cipherCommand(direction: Direction, brief: string, fullDescription: string) {
  return buildCommand<Flags, [string?], CommandContext>({
    func: async function (flags, file) {
      const setup = await readCipherSetup(flags);
      try {
        refuseTerminalInput(file, "name a file, or pipe data in");
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
          brief: "Mode of operation; only gcm notices changes",
        },
        keyFile: textFlag("Key: a file of 32 hex digits or 16 bytes", "FILE"),
        key: textFlag("Key: 32 hex digits, which other users of the machine can see", "HEX"),
        iv: textFlag(
          "Initial vector: 16 bytes; for gcm the nonce, 12 bytes; for ecb none",
          "HEX",
        ),
        aad: textFlag("Additional data that gcm authenticates", "HEX"),
        noPadding: switchFlag("cbc, ecb: no PKCS#7 padding; the data must be whole blocks"),
        output: outputFlag,
        force: forceFlag,
        quiet: quietFlag,
      },
      positional: {
        kind: "tuple",
        parameters: [
          { brief: "Input (default stdin)", parse: String, placeholder: "IN", optional: true },
        ],
      },
      aliases: { o: "output", q: "quiet" },
    },
    docs: { brief, fullDescription },
  });
}

const encryptCommand = cipherCommand(
  "encrypt",
  "Encrypt with SM4",
  `Encrypt a file or stream of any size with SM4 (GB/T 32907). gcm writes the ciphertext, then the 16-byte tag.
Never use one key and IV for two messages in gcm or ctr. For files to people use 'p2p enc', which takes care.

Examples:
  p2p sm4 encrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.enc a.txt
  p2p sm4 encrypt --mode cbc --key-file k.hex --iv 000102030405060708090a0b0c0d0e0f < a.txt > a.cbc`,
);

const decryptCommand = cipherCommand(
  "decrypt",
  "Decrypt with SM4",
  `Decrypt what 'p2p sm4 encrypt', OpenSSL or another tool made. With gcm nothing is written before the tag of the
whole input has been verified; a wrong key or a changed byte ends with 3.

Examples:
  p2p sm4 decrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.txt a.enc
  openssl enc -sm4-ctr -K $K -iv $IV -in a | p2p sm4 decrypt --mode ctr --key-file k.hex --iv $IV`,
);

export const command = buildRouteMap<"encrypt" | "decrypt", CommandContext>({
  routes: { encrypt: encryptCommand, decrypt: decryptCommand },
  docs: {
    brief: "SM4 in its modes: GCM, CTR, CBC, ECB, CFB, OFB",
    fullDescription:
      `SM4 in its modes of operation, for scripts and other tools. For files to people use 'p2p enc'.

Examples:
  p2p sm4 encrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.enc a.txt
  p2p sm4 decrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.txt a.enc`,
  },
});
