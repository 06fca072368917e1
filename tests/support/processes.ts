/** Child processes of network tests and benchmarks: started, watched for a line, timed with GNU time, always ended. */
import "./lan.ts";

const GNU_TIME = "/usr/bin/time";

/** What a process cost, from GNU time. */
export interface Cost {
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/** A running child whose stderr and stdout lines are collected. */
export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: string[] = [];
  readonly #readers: Promise<void>[];
  #changed = Promise.withResolvers<void>();

  /** Starts `command`; with `timed` under GNU time. */
  constructor(command: readonly string[], env: Record<string, string> = {}, timed = false) {
    const [program, ...args] = timed ? [GNU_TIME, "-f", "cost %U %S %M", ...command] : command;
    this.#process = new Deno.Command(program!, {
      args,
      env: { ...env, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#readers = [this.#process.stdout, this.#process.stderr].map((stream) =>
      this.#read(stream)
    );
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.#lines.push(...lines);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
    if (rest !== "") this.#lines.push(rest);
  }

  /** The first line that `pattern` matches, when it comes; an error when the process ends without. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    const ended = this.#process.status.then(() => Promise.all(this.#readers));
    for (let at = 0, over = false;;) {
      for (; at < this.#lines.length; at++) {
        const match = pattern.exec(this.#lines[at]!);
        if (match !== null) return match;
      }
      if (over) throw new Error(`no line ${pattern} in:\n${this.#lines.join("\n")}`);
      over = await Promise.race([
        this.#changed.promise.then(() => false),
        ended.then(() => true),
      ]);
    }
  }

  /** Waits for the end; an error when that was a failure. */
  async success(): Promise<void> {
    const { code } = await this.#process.status;
    await Promise.all(this.#readers);
    if (code !== 0) throw new Error(`ended with ${code}:\n${this.#lines.join("\n")}`);
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** What GNU time says, after the end. */
  async cost(): Promise<Cost> {
    const [, user, system, peak] = await this.line(/^cost ([\d.]+) ([\d.]+) (\d+)$/);
    return { cpuSeconds: Number(user) + Number(system), peakMiB: Number(peak) / 1024 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended already
    }
    await this.#process.status;
    await Promise.all(this.#readers);
  }
}

/** Runs a short command to its end; an error when it fails. */
export async function run(...command: string[]): Promise<void> {
  await using child = new Child(command);
  await child.success();
}

/** Runs a short command of which the failure does not matter. */
export async function attempt(...command: string[]): Promise<boolean> {
  const [program, ...args] = command;
  const { success } = await new Deno.Command(program!, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** A script of this repository as a command. */
export function script(path: string, ...args: string[]): string[] {
  const file = new URL(`../../${path}`, import.meta.url).pathname;
  return [Deno.execPath(), "run", "--allow-all", "--no-check", "--unstable-net", file, ...args];
}

/** What a process has used of a processor so far, in seconds (Linux). */
export async function processorSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
