/** Long runs of the executable, watched line by line. */
import { type CommandOptions, EXECUTABLE, p2pCommand } from "../support/executable.ts";
import { type TerminalOptions, TerminalRun } from "../support/pty.ts";
import { Run } from "../support/runs.ts";

export { Run, stopping } from "../support/runs.ts";

/** Starts `p2p ARGS` with all three streams piped. */
export function start(args: readonly string[], options: CommandOptions = {}): Run {
  return new Run(
    p2pCommand(args, { stdin: "piped", stdout: "piped", stderr: "piped", ...options }),
  );
}

/** A listener on a free port of 127.0.0.1. */
export interface Listener extends Run {
  readonly peer: string;
  readonly port: number;
}

/** Starts `p2p listen` and waits until it is bound. */
export async function listener(
  args: readonly string[],
  options: CommandOptions = {},
  port = 0,
): Promise<Listener> {
  const run = start(["listen", "--bind", "127.0.0.1", "--port", String(port), ...args], options);
  const bound = await run.err.match(/^listening on 127\.0\.0\.1:(\d+)$/m);
  return Object.assign(run, { port: Number(bound[1]), peer: `127.0.0.1:${bound[1]}` });
}

/** Starts `p2p ARGS` on a pseudo-terminal of its own; `out` is all that was sent to the terminal. */
export function startOnTerminal(
  args: readonly string[],
  options: Omit<TerminalOptions, "columns"> = {},
  columns = 100,
): TerminalRun {
  return new TerminalRun([EXECUTABLE, ...args], { rows: 30, ...options, columns });
}

/** Everything JSON on the lines of `text`. */
export function events(text: string): Array<Record<string, unknown>> {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** As long as a question must stand before what is typed may be its answer, and a little more. */
export async function read(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 800));
}
