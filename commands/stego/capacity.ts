/** `p2p stego capacity`: how much fits into a picture. */
import { buildCommand } from "@stricli/core";
import { SEALED_SALT_BYTES } from "../../lib/container/sealed.ts";
import { UnsuitablePictureError } from "../../lib/stego/carrier.ts";
import { ColourType, type PngHeader } from "../../lib/stego/png/header.ts";
import { type Level, longestBody } from "../../lib/stego/shape.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { safeText } from "../../lib/text/safe.ts";
import type { CommandContext } from "../shared/context.ts";
import { quietFlag, switchFlag } from "../shared/flags.ts";
import { printLine } from "../shared/output.ts";
import { BODY_OVERHEAD_BYTES, layoutOf, shareBytes } from "./lock.ts";
import { carrierOfFile, limitsOf, maxPixelsFlag, openPicture } from "./picture-file.ts";
import { docsOf, helpOf } from "../shared/help.ts";

interface Flags {
  readonly json?: boolean;
  readonly maxPixels?: number;
  readonly quiet?: boolean;
}

/** A payload says in one byte what it is; a text follows as it is where it cannot be compressed. */
const PAYLOAD_OVERHEAD_BYTES = 1;

/** Bytes of text that fit whatever they are, for a passphrase and for one recipient. */
function roomFor(available: number, level: Level): number {
  const body = Math.min(
    longestBody(available, layoutOf("passphrase", SEALED_SALT_BYTES), level),
    longestBody(available, layoutOf("recipients", shareBytes(1)), level),
  );
  return Math.max(0, body - BODY_OVERHEAD_BYTES - PAYLOAD_OVERHEAD_BYTES);
}

const KINDS: ReadonlyMap<number, string> = new Map([
  [ColourType.grey, "grey"],
  [ColourType.rgb, "RGB"],
  [ColourType.palette, "palette"],
  [ColourType.greyAlpha, "grey with alpha"],
  [ColourType.rgba, "RGB with alpha"],
]);

function describe({ width, height, bitDepth, colourType, interlaced }: PngHeader): string {
  const kind = KINDS.get(colourType) ?? "unknown";
  return `${width}×${height}, ${bitDepth}-bit ${kind}${interlaced ? ", interlaced" : ""}`;
}

async function run(this: CommandContext, flags: Flags, ...pictures: string[]): Promise<void> {
  for (const path of pictures) {
    const file = await openPicture(path, limitsOf(flags));
    const { header } = file.png;
    let available = 0;
    try {
      available = carrierOfFile(file).available;
    } catch (error) {
      if (!(error instanceof UnsuitablePictureError)) throw error;
      notice(error.message, flags);
    }
    const stealth = roomFor(available, "stealth");
    const quick = roomFor(available, "quick");
    if (flags.json) {
      const { width, height, bitDepth, interlaced } = header;
      const kind = KINDS.get(header.colourType);
      await printLine(
        JSON.stringify({
          picture: path,
          format: file.kind,
          width,
          height,
          bitDepth,
          kind,
          interlaced,
          samples: available,
          capacity: quick,
          stealth,
          quick,
        }),
      );
      continue;
    }
    await printLine(`${safeText(path)}: ${describe(header)}`);
    await printLine(`  stealth  ${String(stealth).padStart(12)} bytes`);
    await printLine(`  quick    ${String(quick).padStart(12)} bytes`);
  }
}

const help = helpOf("stego").capacity;

export const command = buildCommand({
  func: run,
  parameters: {
    flags: {
      json: switchFlag(help.flags.json),
      maxPixels: maxPixelsFlag,
      quiet: quietFlag,
    },
    aliases: { q: "quiet" },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: help.args.img, placeholder: "IMG" },
      minimum: 1,
    },
  },
  docs: docsOf(help),
});
