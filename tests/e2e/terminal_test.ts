/** The line at the terminal: whom it goes to, and what an answer is (threat 25). */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Node } from "../../lib/net/node.ts";
import { textWidth } from "../../lib/terminal/width.ts";
import { node } from "../net/support.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import type { TerminalRun } from "../support/pty.ts";
import { read, startOnTerminal, stopping } from "./support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

interface Scene {
  readonly bob: TerminalRun;
  readonly port: number;
  readonly caller: () => Node;
  readonly folder: string;
}

/** Bob listens at a terminal of `columns`; he has the contacts that `contacts` makes. */
async function scene(
  columns: number,
  use: (scene: Scene) => Promise<void>,
): Promise<void> {
  await withFolder((folder) =>
    stopping(async (keep) => {
      const nodes: Node[] = [];
      const bob = keep(startOnTerminal(
        ["listen", "--bind", "127.0.0.1", "--port", "0", "--save-dir", join(folder, "in")],
        { home: join(folder, "b"), cwd: folder },
        columns,
      ));
      const port = Number((await bob.out.match(/listening on 127\.0\.0\.1:(\d+)/))[1]);
      await bob.out.match(/> /);
      try {
        await use({
          bob,
          port,
          folder,
          caller: () => {
            nodes.push(node({ config: { accept: false } }));
            return nodes.at(-1)!;
          },
        });
      } finally {
        await Promise.all(nodes.map((each) => each.close()));
      }
    })
  );
}

testUnless(
  notLinux,
  "the prompt names whom a line goes to, and what arrives changes no begun line",
  () =>
    scene(100, async ({ bob, port, caller }) => {
      const to = { hostname: "127.0.0.1", port };
      const heard: Record<string, string[]> = { alice: [], carol: [] };
      const connect = async (who: string) => {
        const conversation = await caller().connect(to);
        conversation.handlers = { message: ({ text }) => void heard[who]!.push(text) };
        return conversation;
      };
      const alice = await connect("alice");
      await alice.sendMessage("it is alice").delivered;
      const label = (await bob.out.match(/(p2p1\S+): it is alice/))[1]!;
      await bob.out.match(new RegExp(`${label}> `));
      await bob.type("a secret for al");
      await bob.out.match(/a secret for al/);
      const carol = await connect("carol");
      await carol.sendMessage("and carol").delivered;
      const other = (await bob.out.match(/(p2p1\S+): and carol/))[1]!;
      await bob.type("ice\r");
      await bob.out.match(new RegExp(`me → ${label}: a secret for alice`));
      await carol.sendMessage("hello?").delivered;
      await bob.out.match(new RegExp(`${other}> `));
      await bob.type("for carol\r");
      await bob.out.match(new RegExp(`me → ${other}: for carol`));
      await bob.type(`/to ${label}\r`);
      await carol.sendMessage("still there?").delivered;
      await bob.out.match(/still there\?/);
      await bob.type("chosen\r");
      await bob.out.match(new RegExp(`me → ${label}: chosen`));
      await alice.sendMessage("got it").delivered;
      assert.deepEqual(heard, { alice: ["a secret for alice", "chosen"], carol: ["for carol"] });
    }),
);

testUnless(
  notLinux,
  "at 40 columns a question is whole, and only a yes or a no answers it",
  () =>
    scene(40, async ({ bob, port, folder }) => {
      const name = `${"long name ".repeat(12)}end.txt`;
      await Deno.writeTextFile(join(folder, name), "x");
      const { home } = await makeHome(folder, "a");
      const before = bob.out.text.length;
      const sending = p2p(["send-file", `127.0.0.1:${port}`, join(folder, name)], { home });
      await bob.out.match(/\[y\/N\]/);
      await read();
      const asked = (await bob.screenSince(before)).rows.filter((row) => row !== "");
      assert.match(asked.join(" "), /p2p1\S+ wants to send/);
      const question = asked.slice(asked.findIndex((row) => row.startsWith("take ")));
      assert.match(
        question.map((row) => row.trim()).join(" "),
        /^take from p2p1\S+: long name.*….*end\.txt \(1 B\)\? \[y\/N\]/,
      );
      for (const row of question) assert.ok(textWidth(row) <= 40, row);
      await bob.type("yes let us meet\r");
      await bob.type("\r");
      await bob.type("/who\r");
      await bob.out.match(/p2p: find addressee: nobody|p2p1\S+ {2}[0-9a-f]{4}/);
      assert.ok(
        ![...Deno.readDirSync(join(folder, "in"))].some(({ name }) => name.endsWith("txt")),
      );
      await bob.type("n\r");
      const { code, stderr } = await sending;
      assert.equal(code, 1, stderr);
      await bob.out.match(/yes let us meet/);
      assert.match(bob.out.text.slice(-200), /> yes let us meet/);
    }),
);
