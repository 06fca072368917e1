/**
 * `p2p`: argv → command, signals, the exit code. commands/shared/run.ts words the errors.
 *
 * Only the file of the command that runs is loaded; `--version` loads nothing else at all.
 */
import { CommandEntry, findCommand } from "./commands/table.ts";
import { ExitCode } from "./lib/errors.ts";
import { interruptedExitCode, watchInterrupts } from "./lib/store/cleanup.ts";
import config from "./deno.json" with { type: "json" };

async function main(argv: readonly string[]): Promise<number> {
  const [first] = argv;
  if (argv.length === 1 && (first === "--version" || first === "-v")) {
    Deno.stdout.writeSync(new TextEncoder().encode(`p2p ${config.version}\n`));
    return ExitCode.ok;
  }
  watchInterrupts();
  const entry: CommandEntry | undefined = first === undefined ? undefined : findCommand(first);
  const { runCommandLine } = await import("./commands/shared/run.ts");
  return await runCommandLine(argv, entry, config.version);
}

/** A pipe closed by its reader (`p2p … | head`): nothing to say and nobody to say it to. */
function endQuietly(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe;
}

let code: number;
try {
  code = await main(Deno.args);
} catch (error) {
  code = ExitCode.failure;
  if (!endQuietly(error)) throw error;
}
const interrupted = await interruptedExitCode();
Deno.exit(interrupted ?? code);
