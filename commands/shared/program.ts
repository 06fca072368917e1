/**
 * A run of `p2p` from its command line to its exit code: signals, the command, the end of the process. run.ts words
 * the errors.
 */
import { ExitCode, P2PError } from "../../lib/errors.ts";
import { interruptedExitCode, watchInterrupts } from "../../lib/system/cleanup.ts";
import { stderrWritten } from "../../lib/terminal/stderr.ts";
import config from "../../deno.json" with { type: "json" };
import type { NamedCommand } from "../table.ts";
import { runCommandLine, sayErrors } from "./run.ts";
import { commandLine } from "./language.ts";

/**
 * Runs the program's command line with `commands` and ends the process.
 *
 * @param commands the one that the command line names; none for the front page; all for the "did you mean"
 */
export async function runProgram(commands: readonly NamedCommand[]): Promise<never> {
  watchInterrupts();
  // The runtime keeps compiled code once its event loop has turned, which a run without any waiting would never do.
  // Where the runtime lets nobody look, below /dev or /proc, it has turned as well.
  const turned = Promise.allSettled([Deno.lstat(".")]);
  let code: number;
  try {
    code = await runCommandLine(commandLine, commands, config.version);
  } catch (error) {
    await sayErrors([error], Deno.env.get("P2P_DEBUG") === "1");
    code = error instanceof P2PError ? error.exitCode : ExitCode.failure;
  }
  await Promise.allSettled([turned, stderrWritten()]);
  Deno.exit(await interruptedExitCode() ?? code);
}
