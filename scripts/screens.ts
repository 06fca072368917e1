/**
 * `deno task screens`: what two people see who talk at a terminal of 80 × 24, as pictures in docs/, in both languages.
 * Needs tmux and the executable (`deno task compile`).
 */
import { join } from "node:path";
import { svgOf } from "./screens/svg.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const PROGRAM = join(ROOT, "dist/p2p");

/** What is said, in each language: Alice's lines and Bob's, in turn. */
const TALKS: Readonly<Record<string, readonly string[]>> = {
  en: [
    "Are you at the hut?",
    "Just arrived. Snow up to the window!",
    "Send me a picture",
    "/me laughs",
  ],
  zh: ["你到山上的小屋了吗？", "刚到，雪都堆到窗台了！", "给我发张照片吧", "/me 笑了"],
};

async function tmux(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("tmux", {
    args: ["-L", "p2p-screens", "-f", "/dev/null", ...args],
    env: { LC_ALL: "C.UTF-8" },
  }).output();
  if (!success) throw new Error(`tmux ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** Waits until the pane of `name` shows what `pattern` matches. */
async function shows(name: string, pattern: RegExp): Promise<RegExpExecArray> {
  for (let i = 0; i < 300; i++) {
    const found = pattern.exec(await tmux("capture-pane", "-p", "-t", name));
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(
    `${name} does not show ${pattern}:\n${await tmux("capture-pane", "-p", "-t", name)}`,
  );
}

async function start(
  name: string,
  folder: string,
  command: string,
  language: string,
): Promise<void> {
  const env =
    `env -i PATH=/usr/bin:/bin HOME=${folder} TERM=tmux-256color LC_ALL=C.UTF-8 P2P_LAN=off ` +
    `P2P_LANG=${language} P2P_HOME=${folder}/${name}`;
  await tmux(
    "new-session",
    "-d",
    "-s",
    name,
    "-x",
    "80",
    "-y",
    "24",
    `cd ${folder} && ${env} ${command}`,
  );
}

async function picture(language: string, talk: readonly string[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  const p2p = async (home: string, ...args: string[]) => {
    const { stdout, stderr, success } = await new Deno.Command(PROGRAM, {
      args,
      env: { P2P_HOME: `${folder}/${home}`, P2P_LANG: "en" },
      stdin: "null",
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim();
  };
  try {
    const alice = await p2p("alice", "keygen", "--no-passphrase");
    const bob = await p2p("bob", "keygen", "--no-passphrase");
    await p2p("bob", "contact", "add", "alice", alice);
    await start("bob", folder, `${PROGRAM} listen --bind 127.0.0.1 --port 0`, language);
    const [, port = ""] = await shows("bob", /127\.0\.0\.1:(\d+)/);
    await p2p("alice", "contact", "add", "bob", bob, "--address", `127.0.0.1:${port}`);
    await start("alice", folder, `${PROGRAM} chat bob`, language);
    await shows("alice", /bob>/);
    for (const [i, line] of talk.entries()) {
      const [from, to] = i % 2 === 0 ? ["alice", "bob"] : ["bob", "alice"];
      await shows(from!, />\s*$/);
      await tmux("send-keys", "-t", from!, "-l", line);
      await tmux("send-keys", "-t", from!, "Enter");
      await shows(
        from === "bob" && line.startsWith("/me") ? "bob" : to!,
        new RegExp(line.replace("/me ", "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&")),
      );
    }
    const shown = await tmux("capture-pane", "-p", "-e", "-t", "alice");
    await Deno.writeTextFile(join(ROOT, `docs/conversation-${language}.svg`), svgOf(shown, 80, 24));
  } finally {
    await tmux("kill-server").catch(() => undefined);
    await Deno.remove(folder, { recursive: true });
  }
}

for (const [language, talk] of Object.entries(TALKS)) await picture(language, talk);
