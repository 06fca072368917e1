/** Machines with made-up tools: each tool is a small shell script that says and does what a real one would. */
import { join } from "node:path";
import { type Host, makeHost } from "../../lib/voice/host.ts";
import type { VoiceTool } from "../../lib/voice/tools.ts";
import { withFolder } from "../support/executable.ts";

/** What a scripted machine offers to its test. */
export interface Scripted {
  readonly host: Host;
  /** A folder for the scripts to leave traces in: `$TRACES` in a script. */
  readonly traces: string;
  /** The text of a trace; undefined while there is none. */
  trace(name: string): string | undefined;
}

/** Runs `use` on a machine whose PATH holds exactly these tools. */
export async function withTools(
  scripts: Partial<Record<VoiceTool, string>>,
  use: (machine: Scripted) => Promise<void>,
  variables: Record<string, string> = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const bin = join(folder, "bin");
    await Deno.mkdir(bin);
    for (const [tool, body] of Object.entries(scripts)) {
      const text = `#!/bin/sh\nPATH=/usr/bin:/bin\nTRACES='${folder}'\n${body}\n`;
      await Deno.writeTextFile(join(bin, tool), text, { mode: 0o755 });
    }
    const host = makeHost("linux", (name) => name === "PATH" ? bin : variables[name]);
    const trace = (name: string) => {
      try {
        return Deno.readTextFileSync(join(folder, name));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    };
    await use({ host, traces: folder, trace });
  });
}

/** A recorder of endless loud sound, in small pieces; it notes its process id as `pid`. */
export const ENDLESS = `echo $$ > "$TRACES/pid"
exec yes "abcdefghijklmno"`;

/** A recorder that fails as `said`. */
export function failing(said: string, code = 1): string {
  return `cat >&2 <<'END'\n${said}\nEND\nexit ${code}`;
}

/** Whether a process with the id in the trace still runs. */
export function runs(pid: string | undefined): boolean {
  if (pid === undefined) throw new Error("no process id was noted");
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid.trim()}/status`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
