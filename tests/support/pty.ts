/** A program at a pseudo-terminal, by `script` (util-linux): what it shows, keys for it, and a window that changes. */
import { Run } from "./runs.ts";
import { Emulator, type Screen, screenOf } from "./screen.ts";

/** The terminal, and where the program runs. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** `P2P_HOME`. */
  readonly home?: string;
  readonly cwd?: string | URL;
  /** Colours are off unless it says otherwise. */
  readonly env?: Record<string, string>;
}

/** Quotes for the shell that `script` starts. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A program that runs at a terminal; `out` is all that was sent to the terminal. */
export class TerminalRun extends Run {
  #columns: number;
  #rows: number;
  #seen = 0;
  readonly #emulator: Emulator;

  constructor(command: readonly string[], options: TerminalOptions = {}) {
    const { columns = 80, rows = 24, home, cwd, env } = options;
    const line = `stty cols ${columns} rows ${rows}; exec ${command.map(quoted).join(" ")}`;
    super(
      new Deno.Command("script", {
        args: ["-q", "-e", "-f", "-c", line, "/dev/null"],
        env: {
          ...{ TERM: "xterm", SHELL: "/bin/sh", NO_COLOR: "1" },
          ...(home === undefined ? {} : { P2P_HOME: home }),
          ...env,
        },
        ...(cwd === undefined ? {} : { cwd }),
        ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
      }),
    );
    [this.#columns, this.#rows] = [columns, rows];
    this.#emulator = new Emulator(columns, rows, (answer) => {
      // A program that has ended takes none.
      this.type(answer).catch(() => undefined);
    });
    this.out.piece = (text) => this.#emulator.write(text);
  }

  /** Waits until `text` was shown after what was waited for before; answers all that came. */
  async see(text: string): Promise<string> {
    const find = () => {
      const at = this.out.text.indexOf(text, this.#seen);
      return at < 0 ? undefined : at;
    };
    this.#seen = await this.out.until(find, JSON.stringify(text)) + text.length;
    return this.out.text;
  }

  /** All that was sent. */
  shown(): string {
    return this.out.text;
  }

  /** What the window shows now. */
  screen(): Promise<Screen> {
    return this.#emulator.screen();
  }

  /** What a window shows that was given what was sent from `from` on. */
  screenSince(from: number): Promise<Screen> {
    return screenOf(this.out.text.slice(from), this.#columns, this.#rows);
  }

  /** Waits until the window shows what `wanted` looks for. */
  async screenWhere(wanted: (screen: Screen) => boolean): Promise<Screen> {
    let screen = await this.screen();
    for (let length = this.out.text.length; !wanted(screen); length = this.out.text.length) {
      const more = () => this.out.text.length > length ? true : undefined;
      await this.out.until(more, `a screen like that: ${screen.rows.join("\n")}`);
      screen = await this.screen();
    }
    return screen;
  }

  /** Waits until the row with the cursor is what `wanted` looks for: as soon as it is painted. */
  async rowWhere(wanted: (row: string) => boolean): Promise<void> {
    for (;;) {
      const { length } = this.out.text;
      const row = await this.#emulator.row();
      if (wanted(row)) return;
      const more = () => this.out.text.length !== length ? true : undefined;
      await this.out.until(more, `a row like that: ${row}`);
    }
  }

  /** The process at the terminal. */
  async process(): Promise<number> {
    const path = `/proc/${this.pid}/task/${this.pid}/children`;
    return Number((await Deno.readTextFile(path)).trim().split(" ")[0]);
  }

  /** Changes the window; the program is told (SIGWINCH). */
  async resize(columns: number, rows: number): Promise<void> {
    const terminal = await Deno.readLink(`/proc/${await this.process()}/fd/0`);
    this.#emulator.resize(columns, rows);
    const { success } = await new Deno.Command("stty", {
      args: ["-F", terminal, "cols", String(columns), "rows", String(rows)],
    }).output();
    if (!success) throw new Error(`cannot change the window of ${terminal}`);
    [this.#columns, this.#rows] = [columns, rows];
  }
}

/** A program at a terminal, as most tests use it. */
export type AtTerminal = Pick<TerminalRun, "see" | "type" | "shown"> & {
  /** The exit code, when it has ended. */
  ended(): Promise<number>;
};

/** Runs `command` at a terminal of 80 columns while `use` types and looks. */
export async function atTerminal<T>(
  command: readonly string[],
  env: Record<string, string>,
  use: (terminal: AtTerminal) => Promise<T>,
): Promise<T> {
  const run = new TerminalRun(command, { env });
  try {
    return await use({
      see: (text) => run.see(text),
      type: (keys) => run.type(keys),
      shown: () => run.shown(),
      ended: () => run.code(),
    });
  } finally {
    await run.endInput().catch(() => undefined);
    const force = setTimeout(() => run.kill(), 2000);
    await run.code();
    clearTimeout(force);
    await run.out.over;
  }
}
