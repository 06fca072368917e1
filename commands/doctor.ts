/** `p2p doctor`: checks that this build, on this machine, does what it should. */
import { buildCommand } from "@stricli/core";
import config from "../deno.json" with { type: "json" };
import { hex } from "../lib/bytes.ts";
import { kernel } from "../lib/crypto/kernel/kernel.ts";
import { randomBytes } from "../lib/crypto/random.ts";
import { type CheckOutcome, checksOf, diagnose } from "../lib/doctor/doctor.ts";
import { type Area, AREAS, type Finding } from "../lib/doctor/finding.ts";
import { homeOf } from "../lib/doctor/home.ts";
import { FailureError } from "../lib/errors.ts";
import { DEFAULT_PORT } from "../lib/net/address.ts";
import { parseLanScope } from "../lib/net/lan-group.ts";
import { notice } from "../lib/terminal/notice.ts";
import { HELP_COLUMNS } from "../lib/terminal/help-layout.ts";
import { columnsUpTo } from "../lib/terminal/size.ts";
import { StatusLine } from "../lib/terminal/status.ts";
import { hasColours, Painter } from "../lib/terminal/style.ts";
import { writeAllSync } from "../lib/terminal/write.ts";
import { text } from "../lib/text/catalogue.ts";
import { findingJson, findingRows } from "./doctor/show.ts";
import type { CommandContext } from "./shared/context.ts";
import { portFlag, quietFlag, switchFlag } from "./shared/flags.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { say, speaker } from "./shared/speech.ts";

interface Flags {
  crypto?: boolean;
  network?: boolean;
  sound?: boolean;
  home?: boolean;
  port?: number;
  json?: boolean;
  quiet?: boolean;
}

/** How long a check is waited for before that is said, in milliseconds. */
const PATIENCE_MS = 300;

/** Signals of a run, which must not outlive it. */
class Deadlines {
  readonly #all = new Set<ReturnType<typeof setTimeout>>();

  /** A signal that is aborted after so many milliseconds. */
  readonly after = (ms: number): AbortSignal => {
    const control = new AbortController();
    this.#all.add(setTimeout(() => control.abort(), ms));
    return control.signal;
  };

  clear(): void {
    for (const timer of this.#all) clearTimeout(timer);
  }
}

/** The areas that the flags name; everything without any. */
function areasOf(flags: Flags): readonly Area[] {
  const named = AREAS.filter((area) => area !== "system" && flags[area]);
  return named.length === 0 ? AREAS : named;
}

/** Where all is well, the tests of cryptography are one line among others; each has its own where they were asked for. */
function shown({ check, findings }: CheckOutcome, flags: Flags): readonly Finding[] {
  const together = check.area === "crypto" && !flags.crypto &&
    findings.every(({ state }) => state === "ok");
  if (!together) return findings;
  const detail = text("doctor.crypto", { total: findings.length });
  return [{ name: check.name, state: "ok", detail }];
}

/** What is printed of one finding. */
async function linesOf(
  area: Area,
  finding: Finding,
  painter: Painter,
  flags: Flags,
): Promise<readonly string[]> {
  if (flags.json) return [await findingJson(area, finding)];
  if (flags.quiet && finding.state !== "fail") return [];
  return findingRows(finding, speaker, painter, columnsUpTo(HELP_COLUMNS));
}

/** Ends the run: an error where something failed. */
function conclude(areas: readonly Area[], all: readonly Finding[], flags: Flags): void {
  const cryptoAlone = areas.length === 1 && areas[0] === "crypto";
  const count = (wanted: Finding["state"]) => all.filter(({ state }) => state === wanted).length;
  const counts = { failed: count("fail"), total: all.length };
  if (counts.failed > 0) {
    throw cryptoAlone
      ? new FailureError("doctor.failed-crypto", counts, { hint: text("doctor.failed.hint") })
      : new FailureError("doctor.failed", counts);
  }
  if (flags.json) return;
  const warnings = count("warn");
  const { total } = counts;
  if (cryptoAlone) notice(say("doctor.passed", { total, kernel: kernel().name }), flags);
  else if (warnings > 0) notice(say("doctor.warnings", { total, warnings }), flags);
  else notice(say("doctor.all-well", { total }), flags);
}

async function doctor(this: CommandContext, flags: Flags): Promise<void> {
  const areas = areasOf(flags);
  const deadlines = new Deadlines();
  const status = new StatusLine({ quiet: flags.quiet || flags.json });
  const painter = new Painter(Deno.stdout.isTerminal() && hasColours());
  const all: Finding[] = [];
  try {
    const checks = checksOf({
      ...{ areas, version: config.version, home: homeOf(), files: Deno.cwd() },
      port: flags.port ?? DEFAULT_PORT,
      lan: parseLanScope(Deno.env.get("P2P_LAN")),
      now: Date.now(),
      token: hex(randomBytes(8)),
      after: deadlines.after,
    });
    let waiting = "";
    deadlines.after(PATIENCE_MS).addEventListener("abort", () => status.show(waiting));
    for await (
      const outcome of diagnose(checks, deadlines.after, ({ name }) => {
        waiting = say("doctor.busy", { name });
      })
    ) {
      const findings = flags.json ? outcome.findings : shown(outcome, flags);
      const lines: string[] = [];
      for (const finding of findings) {
        lines.push(...await linesOf(outcome.check.area, finding, painter, flags));
      }
      // Without a pause between them, in which the status would come in.
      status.clear();
      writeAllSync(Deno.stdout, lines.map((line) => `${line}\n`).join(""));
      all.push(...findings);
    }
  } finally {
    status.clear();
    deadlines.clear();
  }
  conclude(areas, all, flags);
}

const help = helpOf("doctor");

export const command = buildCommand<Flags, [], CommandContext>({
  func: doctor,
  parameters: {
    flags: {
      home: switchFlag(help.flags.home),
      network: switchFlag(help.flags.network),
      sound: switchFlag(help.flags.sound),
      crypto: switchFlag(help.flags.crypto),
      port: portFlag(help.flags.port),
      json: switchFlag(help.flags.json),
      quiet: quietFlag,
    },
    aliases: { q: "quiet" },
  },
  docs: docsOf(help),
});
