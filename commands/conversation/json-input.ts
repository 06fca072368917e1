/** Commands for programs: one JSON object a line on stdin (`--json`). */
import { Api } from "../../lib/api/api.ts";
import {
  type ApiCommand,
  parseCommand,
  readCommandLine,
  refIn,
} from "../../lib/api/command-types.ts";
import type { P2PError } from "../../lib/errors.ts";
import { problemOf } from "../../lib/talk/events.ts";
import { text } from "../../lib/text/catalogue.ts";
import { stdinLines } from "./lines.ts";
import type { Session } from "./session.ts";

/** Commands that are being carried out at once; the input is read no further meanwhile. */
const WINDOW = 256;

/** How the input ended, and the first command of it that failed. */
export interface JsonInputEnd {
  readonly how: "quit" | "end";
  readonly failure: P2PError | undefined;
}

/** What a program's input is read with. */
export interface JsonInputOptions {
  /** Notes how far the program is, where somebody keeps that. */
  readonly acknowledge?: ((cursor: string) => void) | undefined;
  /** Is given the interface before anything is read. */
  readonly begin?: (api: Api) => void;
}

/**
 * Carries out commands from stdin until it ends or says "quit". Every failure is an `error` event. Rejects where events
 * cannot be written any more.
 */
export async function runJsonInput(
  { talk, stream }: Session,
  { acknowledge, begin }: JsonInputOptions = {},
): Promise<JsonInputEnd> {
  const api = new Api({ talk, stream: stream!, acknowledge });
  const input = new JsonInput(api);
  begin?.(api);
  return await Promise.race([input.run(), input.broken]);
}

class JsonInput {
  /** Rejects where events cannot be written any more. */
  readonly broken: Promise<never>;
  readonly #api: Api;
  readonly #break: (error: unknown) => void;
  readonly #working = new Set<Promise<void>>();
  #failure: P2PError | undefined;

  constructor(api: Api) {
    this.#api = api;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => undefined);
    this.broken = promise;
    this.#break = reject;
  }

  async run(): Promise<JsonInputEnd> {
    const how = await this.#read();
    await Promise.all(this.#working);
    return { how, failure: this.#failure };
  }

  async #read(): Promise<JsonInputEnd["how"]> {
    const bad = (error: P2PError) => this.#begin(this.#api.refuse(error));
    for await (const line of stdinLines(undefined, bad)) {
      if (line.trim() === "") continue;
      let command: ApiCommand;
      let value: unknown;
      try {
        value = readCommandLine(line);
        command = parseCommand(value);
      } catch (error) {
        const problem = problemOf(text("talk.read-command"), error);
        this.#begin(this.#api.refuse(problem, refIn(value)));
        continue;
      }
      if (command.type === "quit") return "quit";
      this.#begin(this.#api.run(command));
      if (this.#working.size >= WINDOW) await Promise.race(this.#working);
    }
    return "end";
  }

  /** Work on one line; the input is read on meanwhile. */
  #begin(carriedOut: Promise<P2PError | undefined>): void {
    const work = carriedOut.then((error) => void (this.#failure ??= error), this.#break)
      .finally(() => this.#working.delete(work));
    this.#working.add(work);
  }
}
