/**
 * Small JSON files below the state folder: read whole, checked field by field, changed under a lock so that two
 * running programs lose nothing of each other's, replaced atomically.
 */
import { utf8 } from "../bytes.ts";
import { FailureError, FormatError } from "../errors.ts";
import { ensureHome, homePath } from "./home.ts";
import { replaceFile, withFileLock } from "./lock.ts";

/** Larger state files are refused: nobody has that many contacts. */
const MAX_STATE_BYTES = 16 * 1024 * 1024;

/** A JSON object whose fields are not yet checked. */
export type Fields = { readonly [name: string]: unknown };

/** `value` as an object; a FormatError otherwise. */
export function fields(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FormatError(`${what}: not an object`);
  }
  return value as Fields;
}

/** A text field; a FormatError where it is anything else. */
export function textField(from: Fields, name: string, what: string): string {
  const value = from[name];
  if (typeof value !== "string") throw new FormatError(`${what}: no text in "${name}"`);
  return value;
}

/** A text field that may be absent. */
export function optionalText(from: Fields, name: string, what: string): string | undefined {
  return from[name] === undefined ? undefined : textField(from, name, what);
}

/** One state file. */
export class StateFile<T> {
  readonly #name: string;
  readonly #parse: (value: Fields, what: string) => T;
  readonly #empty: () => T;

  /** @param parse checks and converts the content; @param empty what a missing file stands for */
  constructor(name: string, parse: (value: Fields, what: string) => T, empty: () => T) {
    this.#name = name;
    this.#parse = parse;
    this.#empty = empty;
  }

  /** Where it lies. */
  get path(): string {
    return homePath(this.#name);
  }

  /** What it says now. */
  read(): Promise<T> {
    return Promise.resolve().then(() => this.#current());
  }

  #current(): T {
    const what = `read ${this.path}`;
    let text: string;
    try {
      if (Deno.statSync(this.path).size > MAX_STATE_BYTES) {
        throw new FormatError(`${what}: too large`);
      }
      text = Deno.readTextFileSync(this.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return this.#empty();
      throw error;
    }
    return this.#parse(fields(parseJson(text, what), what), what);
  }

  /**
   * Reads, lets `change` answer the new content (a JSON-able object), writes. Nothing is written when it answers
   * undefined.
   */
  async update(change: (current: T) => Fields | undefined): Promise<void> {
    await ensureHome();
    withFileLock(this.path, () => {
      const next = change(this.#current());
      if (next === undefined) return;
      replaceFile(this.path, utf8(`${JSON.stringify(next, null, 2)}\n`), { durable: true });
    });
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FailureError(`${what}: not JSON`, {
      cause,
      hint: "the file was damaged: repair it, or move it away to begin anew",
    });
  }
}
