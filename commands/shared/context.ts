/** What a command sees as `this`: stricli's process streams. */
import type { CommandContext as StricliContext } from "@stricli/core";

import type { NamedCommand } from "../table.ts";

/** The context of every command. */
export interface CommandContext extends StricliContext {
  /** The commands that are loaded: this one, or all for those that speak of all. */
  readonly commands: readonly NamedCommand[];
  readonly process: {
    readonly stdout: { write(text: string): void };
    readonly stderr: { write(text: string): void };
    exitCode?: number | string | null;
  };
}
