/** The file in which a program's cursor is kept: how far it has dealt with what was stored. */
import { FailureError, FormatError, reasonText, systemCode } from "../../lib/errors.ts";
import { CURSOR } from "../../lib/api/command-types.ts";
import { PRIVATE_FILE } from "../../lib/state/home.ts";
import { text } from "../../lib/text/catalogue.ts";

/** What goes wrong with the file, by its name; what is no error of the system stays. */
function cursorError(
  code: "input.read" | "output.write",
  name: string,
  cause: unknown,
): unknown {
  if (systemCode(cause) === undefined && !(cause instanceof Deno.errors.NotCapable)) return cause;
  const reason = systemCode(cause) === "ENOENT" ? text("files.no-folder") : reasonText(cause);
  return new FailureError(code, { name, reason }, { cause });
}

/** One file; one program at a time has it. */
export class CursorFile {
  readonly #path: string;
  #at = -1;

  constructor(path: string) {
    this.#path = path;
  }

  /** The cursor in the file; where there is none yet, `now` is written and answered. */
  begin(now: string): string {
    const kept = this.#read();
    if (kept === undefined) {
      this.advance(now);
      return now;
    }
    this.#at = Number(kept);
    return kept;
  }

  /** Notes that everything up to `cursor` was dealt with. It only moves forward. */
  advance(cursor: string): void {
    if (Number(cursor) <= this.#at) return;
    // Whoever is killed meanwhile leaves the one or the other, whole.
    const fresh = `${this.#path}.new`;
    try {
      Deno.writeTextFileSync(fresh, `${cursor}\n`, { mode: PRIVATE_FILE });
      Deno.renameSync(fresh, this.#path);
    } catch (error) {
      throw cursorError("output.write", this.#path, error);
    }
    this.#at = Number(cursor);
  }

  #read(): string | undefined {
    let content: string;
    try {
      content = Deno.readTextFileSync(this.#path);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw cursorError("input.read", this.#path, error);
    }
    const cursor = content.trim();
    if (CURSOR.test(cursor)) return cursor;
    throw new FormatError("api.cursor-file", { path: this.#path }, {
      hint: text("api.cursor-file.hint"),
    });
  }
}
