/** Programs that run while a test looks: what they say is watched as it comes, and they always end. */
import "./lan.ts";

/** How long anything awaited may take, in milliseconds: far more than it needs on a busy machine. */
const PATIENCE_MS = 30_000;

/** Characters of a stream that are kept: under a flood, the latest. */
const MOST_KEPT = 1 << 26;

/** What a stream has given so far, and a way to wait for more. */
export class Watched {
  #text = "";
  #ended = false;
  #wake: Array<() => void> = [];
  readonly over: Promise<void>;
  /** Sees each piece as it comes. */
  piece: (text: string) => void = () => undefined;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.over = this.#read(stream);
  }

  get text(): string {
    return this.#text;
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      this.#text += text;
      this.piece(text);
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
    return await this.until(() => pattern.exec(this.#text), String(pattern));
  }

  /** What `find` gives, once it gives anything; looked at whenever more has come. */
  async until<T>(find: () => T | null | undefined, what: string): Promise<T> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = find();
      if (found !== null && found !== undefined) return found;
      if (this.#ended || Date.now() > until) {
        throw new Error(`${this.#ended ? "ended" : "waited"} without ${what}: ${this.#text}`);
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
    const { checkEvents } = await import("./json-schema.ts");
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
