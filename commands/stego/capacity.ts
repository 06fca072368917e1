/** `p2p stego capacity`: how much fits into a picture. */
import { buildCommand } from "@stricli/core";
import { capacityOf } from "../../lib/hidden/capacity.ts";
import { openPicture } from "../../lib/hidden/picture.ts";
import { isUneven, unevenPart } from "../../lib/stego/flat.ts";
import { ColourType, type PngHeader } from "../../lib/stego/png/header.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { Text } from "../../lib/text/text.ts";
import type { CommandContext } from "../shared/context.ts";
import { notEmpty, quietFlag, switchFlag } from "../shared/flags.ts";
import { printLine } from "../shared/output.ts";
import { say, speaker } from "../shared/speech.ts";
import { limitsOf, maxPixelsFlag, sourceOf } from "./pictures.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { safeJson } from "../../lib/text/safe.ts";

const help = helpOf("stego").capacity;

interface Flags {
  readonly json?: boolean;
  readonly maxPixels?: number;
  readonly quiet?: boolean;
}

/** What `--json` calls the colour types, and what people do. */
const KINDS: ReadonlyMap<number, readonly [json: string, words: Text]> = new Map([
  [ColourType.grey, ["grey", text("stego.colour.grey")]],
  [ColourType.rgb, ["RGB", text("stego.colour.rgb")]],
  [ColourType.palette, ["palette", text("stego.colour.palette")]],
  [ColourType.greyAlpha, ["grey with alpha", text("stego.colour.grey-alpha")]],
  [ColourType.rgba, ["RGB with alpha", text("stego.colour.rgba")]],
]);

function wordsOf(picture: string, header: PngHeader): string {
  const { width, height, bitDepth: bits, interlaced } = header;
  const colour = KINDS.get(header.colourType)![1];
  return say("stego.capacity.picture", { picture, width, height, bits, colour, interlaced });
}

async function run(this: CommandContext, flags: Flags, ...paths: string[]): Promise<void> {
  for (const path of paths) {
    const picture = await openPicture(sourceOf(path), limitsOf(flags));
    const capacity = capacityOf(picture);
    const { available, uneven, stealth, quick, unsuitable } = capacity;
    if (unsuitable !== undefined) notice(speaker.text(unsuitable), flags);
    const { header } = picture.png;
    if (flags.json) {
      const { width, height, bitDepth, interlaced } = header;
      const event = {
        picture: path,
        format: picture.kind,
        width,
        height,
        bitDepth,
        kind: KINDS.get(header.colourType)![0],
        interlaced,
        samples: available,
        uneven,
        capacity: quick,
        stealth,
        quick,
      };
      await printLine(safeJson(event));
      continue;
    }
    await printLine(wordsOf(picture.name, header));
    await printLine(say("stego.capacity.level", { level: "stealth", bytes: stealth }));
    await printLine(say("stego.capacity.level", { level: "quick", bytes: quick }));
    if (unsuitable === undefined && !isUneven(capacity)) {
      const percent = Math.floor(100 * (1 - unevenPart(capacity)));
      await printLine(say("stego.capacity.flat", { percent }));
    }
  }
}

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
      parameter: { parse: notEmpty, brief: help.args.img, placeholder: "IMG" },
      minimum: 1,
    },
  },
  docs: docsOf(help),
});
