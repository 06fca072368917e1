/** What a peer writes does nothing to the terminal but stand there: no title, clipboard, mode or other line changes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Node } from "../../lib/net/node.ts";
import { node } from "../net/support.ts";
import { withFolder } from "../support/executable.ts";
import { screenOf } from "../support/screen.ts";
import { startOnTerminal, stopping } from "./support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

/** Sequences that drive terminals, and characters that mislead whoever reads. */
const HOSTILE: readonly string[] = [
  "\x1b]0;title\x07",
  "\x1b]2;title\x1b\\",
  "\x9d2;title\x9c",
  "\x1b]52;c;c3RvbGVu\x07",
  "\x1b]52;c;?\x07",
  "\x1b]9;notified\x07\x1b]777;notify;a;b\x07",
  "\x1b]8;;http://127.0.0.1/\x07link\x1b]8;;\x07",
  "\x1b]4;1;#ffffff\x07\x1b]10;?\x07\x1b]11;?\x07",
  "\x1b]1337;File=inline=1:AAAA\x07",
  "\x1b[2J\x1b[H\x1b[3J",
  "\x1b[1;1Hoverwritten",
  "\x1b[10A\x1b[2Koverwritten",
  "\x1b[1;3r\x1b[?6h",
  "\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?2004l",
  "\x1b[4h\x1b[20h\x1b[?7l\x1b[?1h\x1b=",
  "\x1bc\x1b[!p",
  "\x1b(0lqqk\x1b(B\x0e\x0f",
  "\x1bPtmux;\x1b\x1b]0;title\x07\x1b\\",
  "\x1bP+q544e\x1b\\\x1b[c\x1b[6n\x1b[5n\x1b[>q",
  "\x1b_Gi=1;AAAA\x1b\\\x1b^private\x1b\\\x1bXstring\x1b\\",
  "\x9b2J\x9b31m\x90q\x9c",
  "\x05\x07\x08\x08\x08\x0b\x0c\x1a\x7f",
  "\roverwritten\r\n[00:00] alice: forged\n* forged notice\np2p: forged error",
  "\u0085[00:00] alice: forged\u2028[00:00] alice: forged\u2029forged",
  "\u202e[00:00] alice: forged\u202c \u2066x\u2069 \u061c\u200e\u200f",
  "\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\u{e0041}",
  "e" + "\u0301".repeat(400),
  "👩".concat("\u200d👩".repeat(60)),
  "宽".repeat(500),
  "x".repeat(5000),
  " ".repeat(300) + "[00:00] alice: forged",
  "\ufff9a\ufffab\ufffb \ufffe\uffff",
  "\t".repeat(100) + "forged",
  "\ud800",
];

/** A line that only the program or its owner can have made begins so. */
const FORGED = /^(?:\[00:00\]|\* forged|p2p: forged|forged|overwritten)/;

for (const columns of [40, 80, 120]) {
  testUnless(
    notLinux,
    `what a peer writes leaves a terminal of ${columns} columns as it was`,
    () =>
      withFolder((folder) =>
        stopping(async (keep) => {
          const bob = keep(startOnTerminal(
            ["listen", "--bind", "127.0.0.1", "--port", "0"],
            { home: join(folder, "b"), cwd: folder },
            columns,
          ));
          const port = Number((await bob.out.match(/listening on 127\.0\.0\.1:(\d+)/))[1]);
          const nodes: Node[] = [];
          const connect = () => {
            nodes.push(node({ config: { accept: false } }));
            return nodes.at(-1)!.connect({ hostname: "127.0.0.1", port });
          };
          try {
            const alice = await connect();
            await alice.sendMessage("from alice, to stay").delivered;
            await bob.type("/name alice\r");
            await bob.screenWhere(({ rows }) => rows.at(-1) === "" || rows.includes("alice>"));
            await bob.type("a draft");
            const before = await bob.screenWhere(({ rows }) => rows.includes("alice> a draft"));
            const above = before.rows.slice(0, before.rows.indexOf("alice> a draft"));
            const mallory = await connect();
            for (const text of HOSTILE) {
              await mallory.sendMessage(text.toWellFormed()).delivered;
              const { rows, title, commands, bells, modes } = await bob.screen();
              const told = JSON.stringify(text);
              assert.deepEqual(rows.slice(0, above.length), above, told);
              assert.deepEqual({ title, commands, bells, modes }, {
                ...{ title: undefined, commands: [], bells: 0, modes: before.modes },
              }, told);
              for (const row of rows) assert.doesNotMatch(row, FORGED, told);
              // Nobody has the cursor but the line being typed.
              const last = await bob.screenWhere(({ rows, cursor }) =>
                /alice> a draft$/.test(rows[cursor.row]!) && rows.lastIndexOf("") !== cursor.row
              );
              assert.equal(last.cursor.column, last.rows[last.cursor.row]!.length, told);
            }
            await bob.type(" is sent\r");
            await bob.out.match(/me → alice:\s+a\s+draft\s+is\s+sent/);
          } finally {
            await Promise.all(nodes.map((each) => each.close()));
          }
        })
      ),
  );
}

Deno.test("the terminal that these tests look at would have shown it", async () => {
  assert.equal((await screenOf("\x1b]2;title\x1b\\", 80)).title, "title");
  assert.deepEqual((await screenOf("\x1b]52;c;c3RvbGVu\x07", 80)).commands, ["52;c;c3RvbGVu"]);
  assert.equal((await screenOf("\x07", 80)).bells, 1);
  const quiet = (await screenOf("", 80)).modes;
  assert.notDeepEqual((await screenOf("\x1b[?1h\x1b[4h\x1b[?1000h", 80)).modes, quiet);
  assert.match((await screenOf("mine\n\x1b[1;1Hoverwritten", 80)).rows[0]!, FORGED);
});
