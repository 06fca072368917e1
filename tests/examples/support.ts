/** The programs of examples/, as somebody runs them: the executable in PATH, a home, an own group of processes. */
import { dirname } from "node:path";
import { EXECUTABLE } from "../support/executable.ts";

/** An example. */
export type BotName = "echo-bot.sh" | "auto_reply.py" | "drop_box.py" | "build_gateway.py";

const EXAMPLES = new URL("../../examples/", import.meta.url).pathname;

/** The command that runs an example. */
export function exampleCommand(name: string, args: readonly string[]): string[] {
  return [name.endsWith(".py") ? "python3" : "sh", `${EXAMPLES}${name}`, ...args];
}

/** Its environment. */
export function exampleEnvironment(home: string): Record<string, string> {
  return { PATH: `${dirname(EXECUTABLE)}:${Deno.env.get("PATH")}`, P2P_HOME: home };
}

/** A bot that listens, with all that it started in a process group of its own, which can be killed whole. */
export class Bot {
  /** Resolves when its p2p is bound, rejects where it ends without. */
  readonly ready: Promise<void>;
  readonly #process: Deno.ChildProcess;

  constructor(name: BotName, args: readonly string[], home: string, port: number) {
    const flags = ["--bind", "127.0.0.1", "--port", String(port)];
    this.#process = new Deno.Command("setsid", {
      args: exampleCommand(name, [...args, ...flags]),
      env: exampleEnvironment(home),
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.ready = this.#read();
    this.ready.catch(() => undefined);
  }

  async #read(): Promise<void> {
    const bound = Promise.withResolvers<void>();
    const reading = async () => {
      let text = "";
      for await (const chunk of this.#process.stderr.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        if (/^listening on /m.test(text)) bound.resolve();
      }
      bound.reject(new Error(`it ended: ${text}`));
    };
    void reading();
    await bound.promise;
  }

  /** Kills all of the group, its p2p, or the bot without its p2p. */
  async kill(which: "all" | "p2p" | "bot"): Promise<void> {
    const { pid } = this.#process;
    const chosen = async () =>
      which === "all"
        ? []
        : (await membersOf(pid)).filter(({ listens }) => listens === (which === "p2p"));
    let members = await chosen();
    // One that has no p2p yet dies whole; one that is no group yet is itself alone.
    if (members.length === 0) {
      kill(-pid);
      kill(pid);
    }
    // What was started while they were listed is killed too.
    for (; members.length > 0; members = await chosen()) {
      for (const member of members) kill(member.pid);
    }
    // A script outlives neither: it has lost its reader or its writer.
    await this.#process.status;
  }
}

/** The processes of a group that are not over, and which of them are p2p. */
async function membersOf(group: number): Promise<{ pid: number; listens: boolean }[]> {
  const members = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // After the name in parentheses: state, parent, group.
      const stat = await Deno.readTextFile(`/proc/${name}/stat`);
      const [, state, , its] = stat.slice(stat.lastIndexOf(")")).split(" ");
      if (its !== String(group) || state === "Z") continue;
      const words = (await Deno.readTextFile(`/proc/${name}/cmdline`)).split("\0");
      members.push({ pid: Number(name), listens: words.includes("--cursor-file") });
    } catch (error) {
      // It has ended meanwhile.
      const over = error instanceof Deno.errors.NotFound || String(error).includes("ESRCH") ||
        String(error).includes("No such process");
      if (!over) throw error;
    }
  }
  return members;
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A UDP port of 127.0.0.1 that is free now. */
export function freePort(): number {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = socket.addr as Deno.NetAddr;
  socket.close();
  return port;
}
