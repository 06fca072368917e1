/** What a terminal shows after some output, and what that did to it besides: by xterm.js, without a window. */
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
  /** Modes as they are now. */
  readonly modes: Readonly<Record<string, unknown>>;
}

/** Numbers of operating system commands that are looked for (xterm, iTerm2, urxvt). */
const COMMANDS = [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 52, 99, 133, 777, 1337];

/** A terminal of that size that was given `output`. */
export async function screenOf(output: string, columns: number, rows = 24): Promise<Screen> {
  const terminal = new xterm.Terminal({
    ...{ cols: columns, rows, scrollback: SCROLLBACK, allowProposedApi: true },
  });
  const commands: string[] = [];
  let title: string | undefined;
  let bells = 0;
  terminal.onTitleChange((changed) => title = changed);
  terminal.onBell(() => bells++);
  for (const number of COMMANDS) {
    terminal.parser.registerOscHandler(number, (data) => {
      commands.push(`${number};${data}`);
      return false;
    });
  }
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const { active } = terminal.buffer;
  const all = Array.from(
    { length: active.length },
    (_, i) => active.getLine(i)!.translateToString(true).trimEnd(),
  );
  const screen = {
    rows: all,
    window: all.slice(active.baseY),
    cursor: { row: active.baseY + active.cursorY, column: active.cursorX },
    ...{ title, commands, bells, modes: { ...terminal.modes } },
  };
  terminal.dispose();
  return screen;
}
