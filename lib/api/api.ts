/**
 * What programs and the page may ask for: each command is carried out on one application of conversations and answered by
 * events. Who reads the commands and writes the events (stdin and stdout, a WebSocket) is elsewhere.
 */
import type { P2PError } from "../errors.ts";
import { problemOf } from "../talk/events.ts";
import { text } from "../text/catalogue.ts";
import type { ApiCommand } from "./command-types.ts";
import { refJson } from "./event-json.ts";
import type { ResultJson, Results } from "./event-types.ts";
import { groupCommands } from "./group-commands.ts";
import { acknowledge, type ApiHost, type Handler, type Handlers } from "./handlers.ts";
import { memoryCommands } from "./memory-commands.ts";
import { peopleCommands } from "./people-commands.ts";
import { follow, talkCommands } from "./talk-commands.ts";

const HANDLERS: Handlers<keyof Results> = {
  ...talkCommands,
  ...peopleCommands,
  ...memoryCommands,
  ...groupCommands,
};

/** The interface for one caller. */
export class Api {
  readonly #host: ApiHost;

  constructor(host: Omit<ApiHost, "feed">) {
    this.#host = { ...host, feed: undefined };
    host.stream.stored = () => this.#host.feed?.wake();
    host.stream.over = () => this.#host.feed?.close();
  }

  /** Carries a command out; answers why it failed, which has been told. `quit` is for the caller to see to. */
  async run(command: Exclude<ApiCommand, { type: "quit" }>): Promise<P2PError | undefined> {
    const { stream } = this.#host;
    try {
      const handler = HANDLERS[command.type] as Handler<keyof Results>;
      const outcome = await handler(command as never, this.#host);
      if (outcome !== undefined && "told" in outcome) return outcome.told;
      if (command.ack !== undefined) acknowledge(this.#host, command.ack);
      if (outcome === undefined) return undefined;
      const result = { type: "result", command: command.type, ...refJson(command), ...outcome };
      await stream.write(result as ResultJson);
      return undefined;
    } catch (cause) {
      return await this.refuse(problemOf(text("talk.read-command"), cause), command.ref);
    }
  }

  /** Tells this caller what was wrong with a command. Answers the same. */
  async refuse(error: P2PError, ref?: unknown): Promise<P2PError> {
    await this.#host.stream.refuse(error, ref);
    return error;
  }

  /** Tells what is stored after `cursor` from now on; throws where that cannot be. */
  begin(cursor: string): void {
    follow(this.#host, cursor, false);
  }
}
