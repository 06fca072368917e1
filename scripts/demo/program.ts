/** Runs p2p from the source for the demo, and shows what is run as a person would type it. */
import { settle } from "../../lib/system/settle.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** Prints one line of the transcript. */
export function say(line: string): void {
  console.log(line);
}

/** How `p2p ARGS` is started. */
function command(
  args: readonly string[],
  home: string,
  options: Pick<Deno.CommandOptions, "stdin" | "cwd">,
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--unstable-net", MAIN, ...args],
    env: { P2P_HOME: home },
    stdout: "piped",
    stderr: "piped",
    ...options,
  });
}

/** One of the two people. */
export class Person {
  constructor(readonly name: string, readonly home: string, readonly folder: string) {}

  /** Runs `p2p ARGS` to its end, shows it, and answers its stdout. Ends the demo where it fails. */
  async run(args: readonly string[], shown: string = args.join(" ")): Promise<string> {
    say(`  ${this.name}$ p2p ${shown}`);
    const { code, stdout, stderr } = await command(args, this.home, {
      stdin: "null",
      cwd: this.folder,
    }).output();
    const text = new TextDecoder();
    const out = text.decode(stdout);
    if (code !== 0) {
      throw new Error(`p2p ${args.join(" ")} ended with ${code}:\n${text.decode(stderr)}`);
    }
    for (const line of out.trimEnd().split("\n")) {
      if (line !== "" && !line.startsWith("{")) say(`      ${line}`);
    }
    return out;
  }

  /** Starts `p2p ARGS --json`, which goes on beside the rest. */
  start(args: readonly string[]): Conversation {
    say(`  ${this.name}$ p2p ${args.join(" ")}`);
    const options = { stdin: "piped", cwd: this.folder } as const;
    return new Conversation(command([...args, "--json"], this.home, options).spawn());
  }
}

/** One JSON event of p2p. */
export type Event = Readonly<Record<string, unknown>> & { readonly type: string };

/** A running `p2p … --json`: commands in, events out. */
export class Conversation {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #events: Event[] = [];
  readonly #waiting: Array<() => void> = [];
  readonly #stderr: Promise<string>;
  #ended = false;
  #running = true;
  /** Why nothing more can be read. */
  #broken: unknown;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#stderr = new Response(child.stderr).text();
    child.status.then(() => this.#running = false);
    settle(this.#read(), (error) => {
      this.#broken = error;
      this.#wake();
    });
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#events.push(JSON.parse(line));
      this.#wake();
    }
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** The next event of `type`; those before it are dropped. */
  async next(type: string): Promise<Event> {
    for (;;) {
      const event = this.#events.shift();
      if (event?.type === type) return event;
      if (event?.type === "error") throw new Error(`p2p said: ${JSON.stringify(event)}`);
      if (event !== undefined) continue;
      if (this.#broken !== undefined) throw this.#broken;
      if (this.#ended) throw new Error(`no ${type} came:\n${await this.#stderr}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Gives one command. */
  async command(command: Event): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(command)}\n`));
  }

  /** Ends it and waits for its end. */
  async quit(): Promise<void> {
    await this.command({ type: "quit" });
    await this.#input.close();
    await this.#child.status;
  }

  /** Ends it at once, whatever it does. */
  stop(): void {
    if (this.#running) this.#child.kill("SIGTERM");
  }
}
