/** What a command sees as `this`: stricli's process streams. */
import type { CommandContext as StricliContext } from "@stricli/core";

/** The context of every command. */
export interface CommandContext extends StricliContext {
  readonly process: {
    readonly stdout: { write(text: string): void };
    readonly stderr: { write(text: string): void };
    exitCode?: number | string | null;
  };
}
