/** `p2p doctor`: checks that this build, on this machine, does what it should. */
import { buildCommand } from "@stricli/core";
import { kernel } from "../lib/crypto/kernel/kernel.ts";
import { cryptoSelfTest, type SelfTestResult } from "../lib/crypto/self-test.ts";
import { FailureError } from "../lib/errors.ts";
import { notice } from "../lib/terminal/notice.ts";
import { text } from "../lib/text/catalogue.ts";
import type { CommandContext } from "./shared/context.ts";
import { quietFlag, switchFlag } from "./shared/flags.ts";
import { printLine } from "./shared/output.ts";
import { say, speaker } from "./shared/speech.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { safeJson } from "../lib/text/safe.ts";
import { speakerOf } from "../lib/text/speaker.ts";

interface Flags {
  crypto?: boolean;
  json?: boolean;
  quiet?: boolean;
}

function resultLine({ name, ok, detail }: SelfTestResult): string {
  const what = speaker.text(name);
  return say("doctor.result", { ok, what, ...(detail === undefined ? {} : { detail }) });
}

/** The same for programs, in English whatever the language of this run. */
async function printJson({ name, ok, detail }: SelfTestResult): Promise<void> {
  const { text: english } = await speakerOf("en");
  await printLine(safeJson({
    type: "check",
    area: "crypto",
    name: english(name),
    ok,
    state: ok ? "ok" : "problem",
    ...(detail === undefined ? {} : { detail: english(detail) }),
  }));
}

async function doctor(this: CommandContext, flags: Flags): Promise<void> {
  const results = cryptoSelfTest();
  for (const result of results) {
    if (flags.json) await printJson(result);
    else if (!flags.quiet || !result.ok) await printLine(resultLine(result));
  }
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length > 0) {
    const counts = { failed: failed.length, total: results.length };
    throw new FailureError("doctor.failed", counts, { hint: text("doctor.failed.hint") });
  }
  if (!flags.json) {
    notice(say("doctor.passed", { total: results.length, kernel: kernel().name }), flags);
  }
}

const help = helpOf("doctor");

export const command = buildCommand<Flags, [], CommandContext>({
  func: doctor,
  parameters: {
    flags: {
      crypto: switchFlag(help.flags.crypto),
      json: switchFlag(help.flags.json),
      quiet: quietFlag,
    },
    aliases: { q: "quiet" },
  },
  docs: docsOf(help),
});
