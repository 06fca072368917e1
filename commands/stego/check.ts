/** `p2p stego check`: what the classical detectors say of a picture. */
import { buildCommand } from "@stricli/core";
import { estimate } from "../../lib/stego/analysis/check.ts";
import { compare, type Comparison } from "../../lib/stego/analysis/compare.ts";
import { safeText } from "../../lib/text/safe.ts";
import type { CommandContext } from "../shared/context.ts";
import { quietFlag, switchFlag, textFlag } from "../shared/flags.ts";
import { printLine } from "../shared/output.ts";
import { limitsOf, maxPixelsFlag, openPicture } from "./picture-file.ts";
import { docsOf, helpOf } from "../shared/help.ts";

interface Flags {
  readonly cover?: string;
  readonly json?: boolean;
  readonly maxPixels?: number;
  readonly quiet?: boolean;
}

function percent(part: number | undefined): string {
  return part === undefined ? "–" : `${(100 * part).toFixed(2)} %`;
}

function psnrText(psnr: number): string {
  return psnr === Infinity ? "∞" : `${psnr.toFixed(2)} dB`;
}

async function run(this: CommandContext, flags: Flags, path: string): Promise<void> {
  const limits = limitsOf(flags);
  const { png } = await openPicture(path, limits);
  const channels = estimate(png);
  let difference: Comparison | undefined;
  if (flags.cover !== undefined) {
    difference = compare(png, (await openPicture(flags.cover, limits)).png);
  }
  if (flags.json) {
    const psnr = difference === undefined || difference.psnr === Infinity ? null : difference.psnr;
    const cover = difference === undefined ? {} : { cover: { ...difference, psnr } };
    await printLine(JSON.stringify({ picture: path, channels, ...cover }));
    return;
  }
  await printLine(safeText(path));
  await printLine("  channel   chi-square          RS   sample pairs");
  for (const { channel, chiSquare, rs, samplePairs } of channels) {
    const cells = [chiSquare.toFixed(4).padStart(10), percent(rs).padStart(11)];
    await printLine(
      `  ${channel.padEnd(7)} ${cells.join(" ")} ${percent(samplePairs).padStart(14)}`,
    );
  }
  if (difference !== undefined) {
    const { changed, samples, largest, psnr } = difference;
    await printLine(`  PSNR to the cover ${psnrText(psnr)}`);
    await printLine(`  ${changed} of ${samples} samples differ, by ${largest} at most`);
  }
}

const help = helpOf("stego").check;

export const command = buildCommand({
  func: run,
  parameters: {
    flags: {
      cover: textFlag(help.flags.cover, "COVER"),
      json: switchFlag(help.flags.json),
      maxPixels: maxPixelsFlag,
      quiet: quietFlag,
    },
    aliases: { q: "quiet" },
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, brief: help.args.img, placeholder: "IMG" }],
    },
  },
  docs: docsOf(help),
});
