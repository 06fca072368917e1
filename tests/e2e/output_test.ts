/** A listener whose output nobody reads: other peers go on, and nothing is acknowledged that was not written. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Node } from "../../lib/net/node.ts";
import { node, stalled as heldUp } from "../net/support.ts";
import { makeHome, p2p, p2pCommand, withFolder } from "../support/executable.ts";
import { notLinux, testUnless } from "../support/requires.ts";

/** More than the pipe and the runtime's own buffers hold. */
const LARGE = "x".repeat(60_000);
const COUNT = 40;

interface Stalled {
  readonly port: number;
  readonly child: Deno.ChildProcess;
  readonly caller: Node;
}

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof TypeError)) throw error;
  }
  await child.status;
}

/** A `p2p listen` whose standard output is a pipe that nobody has read from yet. */
async function stalled(folder: string, use: (scene: Stalled) => Promise<void>): Promise<void> {
  const child = p2pCommand(
    ["listen", "--bind", "127.0.0.1", "--port", "0", "--accept", "all", "--save-dir", folder],
    { home: join(folder, "b"), stdin: "null", stdout: "piped", stderr: "piped" },
  ).spawn();
  const errors = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  const caller = node({ config: { accept: false } });
  try {
    let said = "";
    while (!/listening on 127\.0\.0\.1:(\d+)/.test(said)) said += (await errors.read()).value ?? "";
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(said)![1]);
    await use({ port, child, caller });
  } finally {
    await caller.close();
    await end(child);
    await errors.cancel();
    if (!child.stdout.locked) await child.stdout.cancel();
  }
}

Deno.test("a listener whose output nobody reads takes other peers' files, and acknowledges nothing unread", () =>
  withFolder((folder) =>
    stalled(folder, async ({ port, caller }) => {
      const conversation = await caller.connect({ hostname: "127.0.0.1", port });
      let acknowledged = 0;
      const all = Array.from({ length: COUNT }, () => conversation.sendMessage(LARGE));
      for (const { delivered } of all) delivered.then(() => acknowledged++, () => undefined);
      await heldUp(conversation);
      assert.ok(acknowledged < COUNT / 2, `${acknowledged} of ${COUNT} were acknowledged`);
      const { home } = await makeHome(folder, "a");
      await Deno.writeTextFile(join(folder, "n.txt"), "x");
      const begun = performance.now();
      const sent = await p2p(["send-file", `127.0.0.1:${port}`, join(folder, "n.txt")], { home });
      assert.equal(sent.code, 0, sent.stderr);
      assert.ok(performance.now() - begun < 5000);
    })
  ));

Deno.test("when the reader of its output goes away a listener says goodbye and ends", () =>
  withFolder((folder) =>
    stalled(folder, async ({ port, child, caller }) => {
      const conversation = await caller.connect({ hostname: "127.0.0.1", port });
      await conversation.sendMessage("first").delivered;
      await child.stdout.cancel();
      const { delivered } = conversation.sendMessage("into a closed pipe");
      await assert.rejects(delivered);
      const info = await conversation.closed;
      assert.deepEqual([info.by, info.code], ["peer", 0]);
      assert.equal((await child.status).code, 1);
    })
  ));

testUnless(
  notLinux,
  "a stderr that nobody reads holds up nobody, and what is said there is bounded",
  () =>
    withFolder(async (folder) => {
      const port = 20_000 + crypto.getRandomValues(new Uint16Array(1))[0]! % 20_000;
      const child = p2pCommand(["listen", "--bind", "127.0.0.1", "--port", `${port}`], {
        home: join(folder, "b"),
        cwd: folder,
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const caller = node({ config: { accept: false } });
      const to = { hostname: "127.0.0.1", port };
      try {
        const reader = child.stderr.getReader();
        const decoder = new TextDecoder();
        let said = "";
        while (!said.includes("listening on")) {
          said += decoder.decode((await reader.read()).value, { stream: true });
        }
        // Each call is two lines; a pipe and what the runtime reads ahead hold some thousand.
        for (let i = 0; i < 1500; i++) {
          const conversation = await caller.connect(to);
          await conversation.sendMessage("x").delivered;
          conversation.close();
        }
        child.kill("SIGTERM");
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          said += decoder.decode(value, { stream: true });
        }
        assert.equal((await child.status).code, 143);
        assert.ok(said.split("\n").length > 1500, "what was said is there once somebody reads");
      } finally {
        await caller.close();
      }
    }),
);
