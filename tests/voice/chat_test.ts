/** `/voice` in a conversation: recorded at the prompt, sent, and no key lost to the recording. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { testWithPrograms } from "../support/requires.ts";
import { atTerminal } from "../support/pty.ts";
import { withTools } from "./scripted.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const FLAGS = ["run", "--quiet", "--no-check", "-A", "--unstable-net", "--config", CONFIG, MAIN];

const MICROPHONE =
  `case "$*" in *pipe:1*) while :; do yes abcdefghijklmno | head -c 9600; sleep 0.1; done;;
  *) exit 1;; esac`;

testWithPrograms(
  "/voice records for its seconds or until Enter, and typing goes on",
  ["script"],
  async () => {
    await withTools(
      { ffmpeg: MICROPHONE, ffprobe: "exit 1", sox: "exit 1" },
      async ({ traces }) => {
        const env = { PATH: `${join(traces, "bin")}:/usr/bin:/bin`, TMPDIR: traces };
        const listener = new Deno.Command(Deno.execPath(), {
          args: [
            ...FLAGS,
            ...["listen", "--port", "0", "--bind", "127.0.0.1", "--json", "--no-play"],
            ...["--accept", "all", "--save-dir", join(traces, "in")],
          ],
          env: { ...env, P2P_HOME: join(traces, "listener") },
          stdin: "null",
          stdout: "piped",
          stderr: "piped",
        }).spawn();
        const complaints = new Response(listener.stderr).text();
        let alive = true;
        void listener.status.then(() => alive = false);
        const lines = listener.stdout.pipeThrough(new TextDecoderStream())
          .pipeThrough(new TransformStream(splitter())).getReader();
        const event = async (type: string): Promise<Record<string, unknown>> => {
          for (;;) {
            const { value, done } = await lines.read();
            if (done) throw new Error(`no ${type} came: ${await complaints}`);
            const found = JSON.parse(value) as Record<string, unknown>;
            if (found["type"] === type) return found;
          }
        };
        try {
          const { port } = await event("listening");
          const chat = [Deno.execPath(), ...FLAGS, "chat", `127.0.0.1:${port}`];
          await atTerminal(chat, { ...env, P2P_HOME: join(traces, "chat") }, async (terminal) => {
            await terminal.see("type a message");
            await terminal.type("/voice 1\r");
            await terminal.see("recorded 0:01");
            assert.equal((await event("voice"))["seconds"], 1);
            await terminal.type("every key counts\r");
            assert.equal((await event("message"))["text"], "every key counts");
            await terminal.type("/voice 60\r");
            await terminal.see("0:01, 0:59 left");
            await terminal.type("\r");
            await terminal.see("keep it?");
            await terminal.type("\r");
            const { seconds, path } = await event("voice");
            assert.ok(Number(seconds) >= 1 && Number(seconds) < 10, `${seconds}`);
            assert.equal(
              (await Deno.stat(String(path))).size,
              44 + Math.round(Number(seconds) * 96_000),
            );
            await terminal.type("/voice 60\r");
            await terminal.see("0:01, 0:59 left");
            await terminal.type("\x03");
            await terminal.see("keep it?");
            await terminal.type("n");
            await terminal.see("discarded");
            await terminal.type("still here\r");
            assert.equal((await event("message"))["text"], "still here");
            await terminal.type("/quit\r");
            assert.equal(await terminal.ended(), 0);
          });
        } finally {
          if (alive) listener.kill("SIGKILL");
          await listener.status;
          await lines.cancel();
          await complaints;
        }
      },
    );
  },
);

/** Cuts text into lines. */
function splitter(): Transformer<string, string> {
  let rest = "";
  return {
    transform(text, controller) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) controller.enqueue(part);
    },
  };
}
