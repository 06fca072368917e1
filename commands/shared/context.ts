/** What a command sees as `this`: stricli's process streams. */
import type { CommandContext as StricliContext } from "@stricli/core";

/** The context of every command. */
export interface CommandContext extends StricliContext {
  /** The commands that are loaded: this one, or all for those that speak of all. */
  readonly commands: ReadonlyArray<readonly [name: string, command: unknown]>;
  readonly process: {
    readonly stdout: { write(text: string): void };
    readonly stderr: { write(text: string): void };
    exitCode?: number | string | null;
  };
}
