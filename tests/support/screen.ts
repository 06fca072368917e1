/** What a terminal shows of some output, and what that did to it besides: by xterm.js, without a window. */
import xterm from "@xterm/headless";

/** Rows that scrolled away and are kept. */
const SCROLLBACK = 50_000;

/** A terminal after some output. */
export interface Screen {
  /** Its rows, those that scrolled away first, without blanks at their ends. */
  readonly rows: readonly string[];
  /** Those in the window alone. */
  readonly window: readonly string[];
  /** Where the cursor is, in `rows`. */
  readonly cursor: { readonly row: number; readonly column: number };
  /** The title that was set; undefined where none was. */
  readonly title: string | undefined;
  /** Operating system commands that came: colours, the clipboard, notifications. */
  readonly commands: readonly string[];
  readonly bells: number;
  /** Times that everything from the first column on was erased: tmux then keeps what stood there among what scrolled away. */
  readonly erasedWhole: number;
  /** Modes as they are now. */
  readonly modes: Readonly<Record<string, unknown>>;
}

/** Numbers of operating system commands that are looked for (xterm, iTerm2, urxvt). */
const COMMANDS = [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 52, 99, 133, 777, 1337];

/** A terminal that is written to, and answers what it is asked. */
export class Emulator {
  readonly #terminal: xterm.Terminal;
  readonly #commands: string[] = [];
  #title: string | undefined;
  #bells = 0;
  #erasedWhole = 0;

  /** @param answer takes what the terminal says to the program, such as where its cursor is */
  constructor(columns: number, rows: number, answer: (text: string) => void = () => undefined) {
    this.#terminal = new xterm.Terminal({
      ...{ cols: columns, rows, scrollback: SCROLLBACK, allowProposedApi: true },
    });
    this.#terminal.onTitleChange((title) => this.#title = title);
    this.#terminal.onBell(() => this.#bells++);
    this.#terminal.onData(answer);
    this.#terminal.parser.registerCsiHandler({ final: "J" }, ([how]) => {
      const { cursorX, cursorY } = this.#terminal.buffer.active;
      if (how === 0 && cursorX === 0 && cursorY === 0) this.#erasedWhole++;
      return false;
    });
    for (const number of COMMANDS) {
      this.#terminal.parser.registerOscHandler(number, (data) => {
        this.#commands.push(`${number};${data}`);
        return false;
      });
    }
  }

  write(output: string): void {
    this.#terminal.write(output);
  }

  /** Changes the window: rows that no longer fit are broken anew. */
  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** The row with the cursor, without blanks at its end, once all that was written is taken. */
  async row(): Promise<string> {
    await this.#taken();
    const { active } = this.#terminal.buffer;
    return active.getLine(active.baseY + active.cursorY)!.translateToString(true).trimEnd();
  }

  #taken(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write("", resolve));
  }

  /** What it shows, once all that was written is taken. */
  async screen(): Promise<Screen> {
    await this.#taken();
    const { active } = this.#terminal.buffer;
    const rows = Array.from(
      { length: active.length },
      (_, i) => active.getLine(i)!.translateToString(true).trimEnd(),
    );
    return {
      rows,
      window: rows.slice(active.baseY),
      cursor: { row: active.baseY + active.cursorY, column: active.cursorX },
      ...{ title: this.#title, commands: [...this.#commands], bells: this.#bells },
      erasedWhole: this.#erasedWhole,
      modes: { ...this.#terminal.modes },
    };
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}

/** A terminal of that size that was given `output`. */
export async function screenOf(output: string, columns: number, rows = 24): Promise<Screen> {
  const emulator = new Emulator(columns, rows);
  emulator.write(output);
  const screen = await emulator.screen();
  emulator.dispose();
  return screen;
}
