/** `p2p stego check`: what the classical detectors say of a picture. */
import { buildCommand } from "@stricli/core";
import { openPicture } from "../../lib/hidden/picture.ts";
import { type ChannelEstimates, estimate } from "../../lib/stego/analysis/check.ts";
import { compare, type Comparison } from "../../lib/stego/analysis/compare.ts";
import { verdictOf } from "../../lib/stego/analysis/verdict.ts";
import type { CommandContext } from "../shared/context.ts";
import { notEmpty, quietFlag, switchFlag, textFlag } from "../shared/flags.ts";
import { printLine } from "../shared/output.ts";
import { say } from "../shared/speech.ts";
import { limitsOf, maxPixelsFlag, sourceOf } from "./pictures.ts";
import { padEnd } from "../../lib/terminal/width.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { safeJson } from "../../lib/text/safe.ts";

const help = helpOf("stego").check;

interface Flags {
  readonly cover?: string;
  readonly json?: boolean;
  readonly maxPixels?: number;
  readonly quiet?: boolean;
}

/** "–" where the estimator can say nothing. */
function percent(part: number | undefined): string {
  return part === undefined ? "–" : `${(100 * part).toFixed(2)} %`;
}

function psnrText(psnr: number): string {
  return psnr === Infinity ? "∞" : `${psnr.toFixed(2)} dB`;
}

async function printTable(channels: readonly ChannelEstimates[]): Promise<void> {
  await printLine(say("stego.check.head"));
  for (const { channel, chiSquare, rs, samplePairs } of channels) {
    const cells = [chiSquare.toFixed(4).padStart(10), percent(rs).padStart(11)];
    await printLine(
      `  ${padEnd(say("stego.check.channel", { channel }), 7)} ${cells.join(" ")} ${
        percent(samplePairs).padStart(14)
      }`,
    );
  }
}

async function run(this: CommandContext, flags: Flags, path: string): Promise<void> {
  const limits = limitsOf(flags);
  const { name, png } = await openPicture(sourceOf(path), limits);
  const channels = estimate(png);
  const verdict = verdictOf(channels);
  let difference: Comparison | undefined;
  if (flags.cover !== undefined) {
    difference = compare(png, (await openPicture(sourceOf(flags.cover), limits)).png);
  }
  if (flags.json) {
    const psnr = difference === undefined || difference.psnr === Infinity ? null : difference.psnr;
    const cover = difference === undefined ? {} : { cover: { ...difference, psnr } };
    await printLine(safeJson({ picture: path, channels, verdict, ...cover }));
    return;
  }
  await printLine(say("stego.check.picture", { picture: name }));
  await printTable(channels);
  const { sign, part, steps } = verdict;
  const percent = Math.round(100 * (part ?? 0));
  await printLine(say("stego.check.verdict", { sign, percent, steps }));
  if (difference !== undefined) {
    const { changed, samples, largest, psnr } = difference;
    await printLine(say("stego.check.psnr", { psnr: psnrText(psnr) }));
    await printLine(say("stego.check.difference", { changed, samples, largest }));
  }
}

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
      parameters: [{ parse: notEmpty, brief: help.args.img, placeholder: "IMG" }],
    },
  },
  docs: docsOf(help),
});
