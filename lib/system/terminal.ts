/**
 * The controlling terminal (tty(4)), for a question while stdin or stderr is something else: the runtime may not open
 * it. Linux with the GNU library only.
 */
import { type Bytes, utf8 } from "../bytes.ts";
import { fromLibc, type Functions, O_CLOEXEC } from "./libc.ts";

const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize", nonblocking: true },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  tcflush: { parameters: ["i32", "i32"], result: "i32" },
} as const;

type Calls = Functions<typeof SYMBOLS>;

const calls = fromLibc(SYMBOLS);

const O_RDWR = 2;
const O_NOCTTY = 0o400;
/** Changes wait for what is being written, and drop what was typed before. */
const TCSAFLUSH = 2;
/** `struct termios`: 60 bytes, the local modes behind input, output and control modes. */
const TERMIOS_BYTES = 60;
const LOCAL_MODES_AT = 12;
const ISIG = 0o1;
const ICANON = 0o2;
const ECHO = 0o10;
/** Where the control characters stand, and which of them say that one byte at a time is read, without a time limit. */
const CONTROL_AT = 17;
const VTIME = 5;
const VMIN = 6;

/** The queue of what was typed and not read, for tcflush(3). */
const TCIFLUSH = 0;

/** Drops what was typed at stdin, a terminal, and not read yet: it was not meant for what is asked next. */
export function dropTyped(): void {
  calls()?.tcflush(0, TCIFLUSH);
}

/** The terminal of this program's session. */
export class ControllingTerminal {
  readonly #libc: Calls;
  readonly #descriptor: number;
  #before: Bytes | undefined;

  private constructor(libc: Calls, descriptor: number) {
    this.#libc = libc;
    this.#descriptor = descriptor;
  }

  /** Opens it; undefined where there is none, or no way to it. */
  static open(): ControllingTerminal | undefined {
    const libc = calls();
    const descriptor = libc?.open(utf8("/dev/tty\0"), O_RDWR | O_NOCTTY | O_CLOEXEC) ?? -1;
    return libc === undefined || descriptor < 0
      ? undefined
      : new ControllingTerminal(libc, descriptor);
  }

  /** Writes `text`; false when the terminal does not take it. */
  write(text: string): boolean {
    const bytes = utf8(text);
    return Number(this.#libc.write(this.#descriptor, bytes, BigInt(bytes.length))) === bytes.length;
  }

  /** Gives what is typed at once, and neither shows nor acts on it, until `restore` or `close`; false where that fails. */
  makeRaw(): boolean {
    const modes = new Uint8Array(TERMIOS_BYTES);
    if (this.#libc.tcgetattr(this.#descriptor, modes) !== 0) return false;
    const raw = modes.slice();
    const view = new DataView(raw.buffer);
    const local = view.getUint32(LOCAL_MODES_AT, true);
    view.setUint32(LOCAL_MODES_AT, local & ~(ISIG | ICANON | ECHO), true);
    raw[CONTROL_AT + VTIME] = 0;
    raw[CONTROL_AT + VMIN] = 1;
    if (this.#libc.tcsetattr(this.#descriptor, TCSAFLUSH, raw) !== 0) return false;
    this.#before = modes;
    return true;
  }

  /** Undoes `makeRaw`. */
  restore(): void {
    if (this.#before !== undefined) {
      this.#libc.tcsetattr(this.#descriptor, TCSAFLUSH, this.#before);
    }
    this.#before = undefined;
  }

  /** What was typed next, up to `maxBytes`; null when the terminal is gone. */
  async read(maxBytes: number): Promise<Bytes | null> {
    const typed = new Uint8Array(maxBytes);
    const length = Number(await this.#libc.read(this.#descriptor, typed, BigInt(maxBytes)));
    return length <= 0 ? null : typed.subarray(0, length);
  }

  close(): void {
    this.restore();
    this.#libc.close(this.#descriptor);
  }
}
