/** Long runs of the executable, watched line by line. */
import { type CommandOptions, EXECUTABLE, p2pCommand } from "../support/executable.ts";

/** How long anything awaited may take, in milliseconds: far more than it needs on a busy machine. */
const PATIENCE_MS = 30_000;

/** Characters of a stream that are kept: under a flood, the latest. */
const MOST_KEPT = 1 << 26;

/** What a stream has given so far, and a way to wait for more. */
class Watched {
  #text = "";
  #ended = false;
  #wake: Array<() => void> = [];

  constructor(stream: ReadableStream<Uint8Array>) {
    void this.#read(stream);
  }

  get text(): string {
    return this.#text;
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.#text += decoder.decode(chunk, { stream: true });
      if (this.#text.length > MOST_KEPT) this.#text = this.#text.slice(-MOST_KEPT / 2);
      this.#notify();
    }
    this.#ended = true;
    this.#notify();
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** The first match of `pattern`; fails when the stream ends without it or it takes too long. */
  async match(pattern: RegExp): Promise<RegExpExecArray> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = pattern.exec(this.#text);
      if (found !== null) return found;
      if (this.#ended || Date.now() > until) {
        throw new Error(`${this.#ended ? "ended" : "waited"} without ${pattern}: ${this.#text}`);
      }
      await Promise.race([
        new Promise<void>((resolve) => this.#wake.push(resolve)),
        timeout(PATIENCE_MS),
      ]);
    }
  }
}

async function timeout(ms: number): Promise<void> {
  await new Promise((resolve) => Deno.unrefTimer(setTimeout(resolve, ms)));
}

/** A running program. */
export class Run {
  readonly out: Watched;
  readonly err: Watched;
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  constructor(command: Deno.Command) {
    this.#child = command.spawn();
    this.pid = this.#child.pid;
    this.out = new Watched(this.#child.stdout);
    this.err = new Watched(this.#child.stderr);
    this.#input = this.#child.stdin.getWriter();
  }

  /** Writes to its stdin. */
  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Ends its stdin. */
  async endInput(): Promise<void> {
    await this.#input.close();
  }

  kill(signal: Deno.Signal = "SIGKILL"): void {
    this.#child.kill(signal);
  }

  /** Its exit code. What it told programs is as the schema says. */
  async code(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#check();
    return code;
  }

  async #check(): Promise<void> {
    if (!this.out.text.includes('{"type":"')) return;
    const { checkEvents } = await import("../support/json-schema.ts");
    checkEvents(this.out.text);
  }

  /** Ends it if it still runs. */
  async stop(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#child.status;
    await this.#input.close().catch(() => undefined);
    await this.#check();
  }
}

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

/** Starts `p2p ARGS` on a pseudo-terminal of its own; `out` is all that the terminal shows. */
export function startOnTerminal(
  args: readonly string[],
  options: CommandOptions = {},
  columns = 100,
): Run {
  const { home, env, ...rest } = options;
  const line = [EXECUTABLE, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  return new Run(
    new Deno.Command("script", {
      args: ["-qfec", `stty cols ${columns} rows 30; ${line}`, "/dev/null"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { TERM: "xterm", ...(home === undefined ? {} : { P2P_HOME: home }), ...env },
      ...rest,
    }),
  );
}

/** Everything JSON on the lines of `text`. */
export function events(text: string): Array<Record<string, unknown>> {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Runs `use`, then ends all runs it was given. */
export async function stopping(
  use: (keep: <R extends Run>(run: R) => R) => Promise<void>,
): Promise<void> {
  const runs: Run[] = [];
  try {
    await use((run) => {
      runs.push(run);
      return run;
    });
  } finally {
    for (const run of runs) await run.stop();
  }
}

/** As long as a question must stand before what is typed may be its answer, and a little more. */
export async function read(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 800));
}
