/**
 * Tests that read like a terminal session (`*.txt` beside this file), after the test scripts of age and Go. Each runs in a
 * folder of its own with a home of its own. A line is one of
 *
 *     p2p ARGS…            must end with 0; `! p2p ARGS…` with something else, `[3] p2p ARGS…` with 3
 *     stdin FILE           what the next command reads
 *     stdout PATTERN       what the last command printed matches; `! stdout PATTERN` does not; `stdout > FILE` keeps it
 *     stderr PATTERN       the same of stderr
 *     cmp A B              two files are the same; `! cmp A B` they differ
 *     exists FILE…         they are there; `! exists FILE…` none is
 *     mode FILE 600        permissions
 *     write FILE TEXT      makes a file of one line; `append FILE TEXT` adds one
 *     env NAME=VALUE       for the commands that follow
 *     home NAME            whose home the commands that follow have
 *     start NAME ARGS…     runs `p2p ARGS…` beside what follows, until `end NAME`; NAME may be taken again then
 *     says NAME PATTERN    waits until it has printed, on stdout or stderr, a line that matches
 *     type NAME TEXT       a line on its standard input
 *     end NAME [CODE]      tells it to end, and waits; with CODE it ends by itself, with that
 *
 * Words are quoted by ' as in sh; $NAME is a file's first line, by `keep NAME stdout`, or by `keep NAME RUN PATTERN` what a
 * pattern finds in what a run says. `#` begins a comment.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type Run, start } from "../e2e/support.ts";
import { p2p, type RunResult } from "../support/executable.ts";

/** The words of a line: blanks part them, quotes hold them together, `$NAME` is what was kept. */
function words(line: string, kept: ReadonlyMap<string, string>): string[] {
  return Array.from(
    line.matchAll(/(?:'[^']*'|[^\s'])+/g),
    ([word]) =>
      word.replace(/'([^']*)'|\$([A-Z]+)/g, (_, quoted?: string, name?: string) => {
        if (quoted !== undefined) return quoted;
        const value = kept.get(name!);
        assert.ok(value !== undefined, `$${name} was not kept`);
        return value;
      }),
  );
}

async function there(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** What a session has come to. */
class Session {
  readonly #folder: string;
  readonly #kept = new Map<string, string>();
  readonly #env: Record<string, string> = { LC_ALL: "C" };
  #stdin: Uint8Array | undefined;
  readonly #runs = new Map<string, Run>();
  #home = ".p2p";
  #last: RunResult | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async line(line: string): Promise<void> {
    const code = /^\[(\d+)\] /.exec(line);
    const not = line.startsWith("! ");
    const [verb, ...args] = words(line.slice(code?.[0].length ?? (not ? 2 : 0)), this.#kept);
    switch (verb) {
      case "p2p":
        return await this.#run(args, code === null ? undefined : Number(code[1]), not);
      case "stdin":
        this.#stdin = await Deno.readFile(this.#path(args[0]));
        return;
      case "stdout":
      case "stderr":
        return await this.#printed(verb, args, not);
      case "keep":
        return await this.#keep(args[0]!, args[1]!, args[2]);
      case "home":
        this.#home = `.${args[0]!}`;
        return;
      case "start":
        return this.#start(args[0]!, args.slice(1));
      case "says":
        return void await this.#said(args[0]!, args[1]!);
      case "type":
        return await this.#running(args[0]!).type(`${args.slice(1).join(" ")}\n`);
      case "end":
        return await this.#end(args[0]!, args[1]);
      case "cmp": {
        const [a, b] = await Promise.all(args.map((name) => Deno.readFile(this.#path(name))));
        const same = a!.length === b!.length && a!.every((byte, i) => byte === b![i]);
        return assert.equal(same, !not);
      }
      case "exists":
        for (const name of args) assert.equal(await there(this.#path(name)), !not, name);
        return;
      case "mode": {
        const { mode } = await Deno.stat(this.#path(args[0]));
        return assert.equal((mode! & 0o777).toString(8), args[1]);
      }
      case "write":
      case "append": {
        const text = `${args.slice(1).join(" ")}\n`;
        return await Deno.writeTextFile(this.#path(args[0]), text, { append: verb === "append" });
      }
      case "env": {
        const [name, value] = args[0]!.split("=");
        this.#env[name!] = value!;
        return;
      }
      default:
        assert.fail(`no such line: ${verb}`);
    }
  }

  #path(name: string | undefined): string {
    assert.ok(name !== undefined, "a file is missing");
    return join(this.#folder, name);
  }

  async #run(args: readonly string[], code: number | undefined, fails: boolean): Promise<void> {
    this.#last = await p2p(args, {
      ...this.#where(),
      ...(this.#stdin === undefined ? {} : { stdin: this.#stdin }),
    });
    this.#stdin = undefined;
    const { code: ended, stderr } = this.#last;
    if (fails) assert.notEqual(ended, 0, "it must fail");
    else assert.equal(ended, code ?? 0, stderr);
  }

  #where() {
    return { cwd: this.#folder, home: join(this.#folder, this.#home), env: this.#env };
  }

  async #keep(name: string, from: string, pattern: string | undefined): Promise<void> {
    const kept = pattern === undefined
      ? this.#last![from as "stdout"].split("\n")[0]
      : (await this.#said(from, pattern))[1];
    assert.ok(kept !== undefined && kept !== "", "there is nothing to keep");
    this.#kept.set(name, kept);
  }

  #start(name: string, args: readonly string[]): void {
    assert.ok(!this.#runs.has(name), `${name} runs already`);
    this.#runs.set(name, start(args, this.#where()));
  }

  #running(name: string): Run {
    const run = this.#runs.get(name);
    assert.ok(run !== undefined, `${name} does not run`);
    return run;
  }

  /** The first match of `pattern` on either stream. */
  async #said(name: string, pattern: string): Promise<RegExpExecArray> {
    const run = this.#running(name);
    const of = (stream: Run["out"]) => stream.match(new RegExp(pattern, "m"));
    return await Promise.any([of(run.out), of(run.err)]);
  }

  async #end(name: string, code: string | undefined): Promise<void> {
    const run = this.#running(name);
    if (code === undefined) run.kill("SIGTERM");
    const ended = await run.code();
    this.#runs.delete(name);
    assert.equal(ended, code === undefined ? 143 : Number(code), run.err.text);
    await run.stop();
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    for (const run of this.#runs.values()) await run.stop();
  }

  async #printed(
    stream: "stdout" | "stderr",
    args: readonly string[],
    not: boolean,
  ): Promise<void> {
    assert.ok(this.#last !== undefined, "nothing has run");
    if (args[0] === ">") return await Deno.writeFile(this.#path(args[1]), this.#last.stdoutBytes);
    const pattern = new RegExp(args.join(" "), "m");
    if (not) assert.doesNotMatch(this.#last[stream], pattern);
    else assert.match(this.#last[stream], pattern);
  }
}

/** Runs the session `text` in `folder`; a failure names its line. */
export async function runSession(text: string, folder: string): Promise<void> {
  const session = new Session(folder);
  try {
    for (const [i, line] of text.split("\n").entries()) {
      if (line.trim() === "" || line.startsWith("#")) continue;
      try {
        await session.line(line);
      } catch (error) {
        throw new Error(`line ${i + 1}: ${line}`, { cause: error });
      }
    }
  } finally {
    await session.close();
  }
}
