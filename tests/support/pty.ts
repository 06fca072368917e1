/** A program at a pseudo-terminal, by `script` (util-linux): what it shows, and keys for it. */
import "./lan.ts";

/** A program that runs at a terminal. */
export interface AtTerminal {
  /** Waits until `text` was shown after what was waited for before; answers all that came. */
  see(text: string): Promise<string>;
  /** Types. */
  type(keys: string): Promise<void>;
  /** The exit code, when it has ended. */
  ended(): Promise<number>;
  /** All that was shown. */
  shown(): string;
}

/** Longest wait for a text, in milliseconds. */
const SEE_MS = 20_000;

/** Quotes for the shell that `script` starts. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Runs `command` at a terminal of 80 columns while `use` types and looks. */
export async function atTerminal<T>(
  command: readonly string[],
  env: Record<string, string>,
  use: (terminal: AtTerminal) => Promise<T>,
): Promise<T> {
  const line = `stty cols 80 rows 24; exec ${command.map(quoted).join(" ")}`;
  const child = new Deno.Command("script", {
    args: ["-q", "-e", "-f", "-c", line, "/dev/null"],
    env: { ...env, TERM: "xterm", SHELL: "/bin/sh" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  let text = "";
  let seen = 0;
  let over = false;
  let wake = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
      text += piece;
      wake.resolve();
      wake = Promise.withResolvers();
    }
    over = true;
    wake.resolve();
  })();
  const terminal: AtTerminal = {
    async see(wanted) {
      const until = performance.now() + SEE_MS;
      for (;;) {
        const at = text.indexOf(wanted, seen);
        if (at >= 0) {
          seen = at + wanted.length;
          return text;
        }
        const left = until - performance.now();
        if (left <= 0 || over) {
          throw new Error(`${JSON.stringify(wanted)} was not shown in ${JSON.stringify(text)}`);
        }
        await Promise.race([wake.promise, new Promise((resolve) => setTimeout(resolve, 100))]);
      }
    },
    type: (keys) => writer.write(new TextEncoder().encode(keys)),
    ended: async () => (await child.status).code,
    shown: () => text,
  };
  try {
    return await use(terminal);
  } finally {
    writer.releaseLock();
    await child.stdin.close().catch(() => undefined);
    const force = setTimeout(() => child.kill("SIGKILL"), 2000);
    await child.status;
    clearTimeout(force);
    await reading;
  }
}
