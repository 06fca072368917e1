/** A conversation at a terminal: calls and their ends, Tab, earlier lines, windows that change, job control, signals. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { deadAddress, node } from "../net/support.ts";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import { TerminalRun } from "../support/pty.ts";
import { listener, read, start, startOnTerminal, stopping } from "./support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

const LISTEN = ["listen", "--bind", "127.0.0.1", "--port", "0"];

/** The row that was typed last, with what stands before it. */
function typing(rows: readonly string[]): string {
  return rows.findLast((row) => row !== "") ?? "";
}

testUnless(
  notLinux,
  "chat calls until somebody answers, and who leaves is called again by Enter or by a line",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const { port } = deadAddress();
        const home = join(folder, "a");
        const alice = keep(
          startOnTerminal(["chat", `127.0.0.1:${port}`], { home, cwd: folder }),
        );
        await alice.see("calling 127.0.0.1");
        await alice.see("Ctrl-C gives up");
        const options = { home: join(folder, "b"), cwd: folder };
        const bob = keep(await listener([], options, port));
        await alice.see("connected to");
        await alice.type("/name bob\r");
        await alice.see("is called bob now");
        bob.kill("SIGTERM");
        await alice.see("Enter calls bob again, /quit leaves");
        await alice.screenWhere(({ rows }) => typing(rows) === "bob (away)>");
        assert.equal(await bob.code(), 143);
        const again = keep(await listener([], options, port));
        await alice.type("\r");
        await alice.see("connected to bob");
        await alice.type("here you are\r");
        await again.out.match(/: here you are\n/);
        await alice.screenWhere(({ rows }) =>
          rows.some((row) => /^\[\d\d:\d\d\]✓me → bob: here you are$/.test(row))
        );
        again.kill("SIGTERM");
        await alice.see("Enter calls bob again");
        assert.equal(await again.code(), 143);
        await alice.type("see you later\r");
        await alice.see("kept; goes out when bob appears: see you later");
        const third = keep(await listener([], options, port));
        await third.out.match(/: see you later\n/);
        await alice.see("delivered to bob: see you later");
        await alice.type("/quit\r");
        assert.equal(await alice.code(), 0);
        await third.err.match(/: the peer left/);
        await third.stop();
        await linesComeBack(home, keep);
      })
    ),
);

/** The next run has the lines of the one before; a run without a history has none, and leaves none. */
async function linesComeBack(
  home: string,
  keep: <R extends TerminalRun>(run: R) => R,
): Promise<void> {
  const once = keep(startOnTerminal([...LISTEN, "--no-history"], { home, cwd: home }));
  await once.see("\x1b[J\r> ");
  await once.type("\x1b[Anothing before\r");
  await once.see("nobody is connected");
  await once.screenWhere(({ rows }) => !rows.join("\n").includes("see you later"));
  await once.type("/who\r/quit\r");
  assert.equal(await once.code(), 0);
  const next = keep(startOnTerminal(LISTEN, { home, cwd: home }));
  await next.see("\x1b[J\r> ");
  await next.type("\x1b[A");
  await next.screenWhere(({ rows }) => typing(rows) === "> /quit");
  await next.type("\x1b[A");
  await next.screenWhere(({ rows }) => typing(rows) === "> see you later");
  await next.type("\x12here");
  await next.screenWhere(({ rows }) => typing(rows) === "search: here> here you are");
  await next.type("\x03\x03");
  assert.equal(await next.code(), 130);
}

testUnless(
  notLinux,
  "Tab completes commands, names and paths, and lists what there is to choose from",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const home = join(folder, "b");
        for (const name of ["Ann Lee", "anton"]) {
          const { key } = await makeHome(folder, name);
          const { code, stderr } = await p2p(["contact", "add", name, key], { home });
          assert.equal(code, 0, stderr);
        }
        await Deno.mkdir(join(folder, "My Docs"));
        for (const name of ["movie one.mkv", "movie two.mkv", "My Docs/letter.txt"]) {
          await Deno.writeTextFile(join(folder, name), "x");
        }
        const bob = keep(startOnTerminal(LISTEN, { home, cwd: folder, env: { HOME: folder } }));
        await bob.see("\x1b[J\r> ");
        const tab = async (keys: string, line: string) => {
          await bob.type(`\x15${keys}\t`);
          await bob.screenWhere(({ rows }) => typing(rows) === `> ${line}`);
        };
        await tab("/ver", "/verify");
        await tab("/verify o", "/verify ok");
        await tab("/to Ann", "/to Ann\\ Lee");
        await tab("an", "an");
        await bob.screenWhere(({ rows }) => rows.includes("Ann Lee  anton"));
        await tab("/file ~/My", "/file ~/My\\ Docs/");
        await bob.type("\t");
        await bob.screenWhere(({ rows }) => typing(rows) === "> /file ~/My\\ Docs/letter.txt");
        await tab('/file "mo', '/file "movie');
        await bob.type("\t");
        await bob.screenWhere(({ rows }) => rows.includes("movie one.mkv  movie two.mkv"));
      })
    ),
);

testUnless(
  notLinux,
  "a window that shrinks and grows leaves one copy of a long line, and what arrives meanwhile whole",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const bob = keep(startOnTerminal(LISTEN, { home: join(folder, "b"), cwd: folder }, 80));
        const port = Number((await bob.out.match(/listening on 127\.0\.0\.1:(\d+)/))[1]);
        const other = node({ config: { accept: false } });
        try {
          const conversation = await other.connect({ hostname: "127.0.0.1", port });
          const draft = "words ".repeat(12) + "end";
          await bob.type(draft);
          await bob.screenWhere(({ rows }) => typing(rows).endsWith("end"));
          for (const columns of [40, 100, 30, 80]) {
            await bob.resize(columns, 30);
            const text = `arrives at ${columns}`;
            await conversation.sendMessage(text).delivered;
            const { rows } = await bob.screenWhere(({ rows }) =>
              rows.some((row) => row.endsWith(text)) && typing(rows).endsWith("end")
            );
            assert.equal(rows.filter((row) => row.includes("words")).length, 1, rows.join("\n"));
          }
        } finally {
          await other.close();
        }
      })
    ),
);

testUnless(
  notLinux,
  "several conversations have numbers; the prompt says who has written, and Alt turns to them",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const bob = keep(startOnTerminal(LISTEN, { home: join(folder, "b"), cwd: folder }, 100));
        const port = Number((await bob.out.match(/listening on 127\.0\.0\.1:(\d+)/))[1]);
        const [one, two] = [
          node({ config: { accept: false } }),
          node({ config: { accept: false } }),
        ];
        try {
          const [alice, carol] = [
            await one.connect({ hostname: "127.0.0.1", port }),
            await two.connect({ hostname: "127.0.0.1", port }),
          ];
          await alice.sendMessage("I am alice").delivered;
          await bob.type("/name alice\r");
          await bob.see("is called alice now");
          await carol.sendMessage("I am carol").delivered;
          await bob.type("/name carol\r");
          await bob.see("is called carol now");
          await bob.type("a draft");
          await bob.screenWhere(({ rows }) => typing(rows) === "carol> a draft");
          await alice.sendMessage("one").delivered;
          await alice.sendMessage("two").delivered;
          await bob.screenWhere(({ rows }) => typing(rows) === "[1:alice 2] carol> a draft");
          await bob.type("\x1b1");
          await bob.screenWhere(({ rows }) => typing(rows) === "alice> a draft");
          await bob.type("\x15/to 2\r");
          await bob.screenWhere(({ rows }) => typing(rows) === "carol>");
          await bob.type("/who\r");
          const { rows } = await bob.screenWhere(({ rows }) =>
            rows.some((row) => /^\* >2 carol {2}/.test(row))
          );
          assert.ok(rows.some((row) => /^\* {2}1 alice {2}/.test(row)), rows.join("\n"));
        } finally {
          await Promise.all([one.close(), two.close()]);
        }
      })
    ),
);

testUnless(
  notLinux,
  "who offers a file is told that it waits for a yes, and that it was declined, once",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        await Deno.writeTextFile(join(folder, "movie.mkv"), "x");
        const bob = keep(startOnTerminal(LISTEN, { home: join(folder, "b"), cwd: folder }, 100));
        const peer = (await bob.out.match(/listening on (127\.0\.0\.1:\d+)/))[1]!;
        const alice = keep(
          startOnTerminal(["chat", peer], { home: join(folder, "a"), cwd: folder }, 100),
        );
        await alice.see("connected to");
        await alice.type("/name bob\r/file movie.mkv\r");
        await alice.see("waiting for bob to accept movie.mkv");
        await bob.see("[y/N]");
        await read();
        await bob.type("n\r");
        await alice.see("declined");
        await alice.type("/quit\r");
        assert.equal(await alice.code(), 0);
        assert.equal(alice.out.text.match(/declined/g)?.length, 1);
      })
    ),
);

testUnless(
  notLinux,
  "a yes that was not entered goes with its question, and other words stay",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        await Deno.writeTextFile(join(folder, "movie.mkv"), "x");
        const bob = keep(startOnTerminal(LISTEN, { home: join(folder, "b"), cwd: folder }, 100));
        const peer = (await bob.out.match(/listening on (127\.0\.0\.1:\d+)/))[1]!;
        for (const typed of ["y", "wait a moment"]) {
          const alice = keep(
            start(["send-file", peer, "movie.mkv"], { home: join(folder, "a"), cwd: folder }),
          );
          await bob.screenWhere(({ rows }) => typing(rows).endsWith("[y/N]"));
          await read();
          await bob.type(typed);
          await bob.screenWhere(({ rows }) => typing(rows).endsWith(typed));
          alice.kill("SIGTERM");
          assert.equal(await alice.code(), 143);
          const { rows } = await bob.screenWhere(({ rows }) => typing(rows).includes(">"));
          assert.equal(typing(rows).endsWith(typed), typed !== "y", rows.join("\n"));
        }
      })
    ),
);

testUnless(
  notLinux,
  "what is not delivered at once is named, each by its words, and so is its delivery",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
        const alice = keep(
          startOnTerminal(["chat", bob.peer], { home: join(folder, "a"), cwd: folder }, 100),
        );
        await alice.see("connected to");
        await alice.type("/name bob\r");
        await alice.see("is called bob now");
        bob.kill("SIGSTOP");
        try {
          await alice.type("bring bread\r");
          await alice.type("and salt\r");
          await alice.see("not yet delivered to bob: bring bread");
          await alice.see("not yet delivered to bob: and salt");
        } finally {
          bob.kill("SIGCONT");
        }
        await alice.see("delivered to bob: bring bread");
        await alice.see("delivered to bob: and salt");
        await alice.type("/quit\r");
        assert.equal(await alice.code(), 0);
      })
    ),
);

testUnless(
  notLinux,
  "a terminal without UTF-8 gets ASCII alone, and TERM=dumb no escape sequences",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const options = { home: join(folder, "b"), cwd: folder };
        const plain = keep(startOnTerminal(LISTEN, { ...options, env: { LC_ALL: "C" } }));
        await plain.see("\x1b[J\r> ");
        await plain.type("/help\r");
        await plain.see("/file PATH.");
        await plain.see("Alt-Enter");
        assert.match(plain.shown(), /^\p{ASCII}*$/u);
        const help = keep(startOnTerminal(["help"], { ...options, env: { LC_ALL: "C" } }));
        assert.equal(await help.code(), 0);
        await help.out.over;
        assert.match(help.shown(), /^\p{ASCII}*-r p2p1\.\p{ASCII}*$/u);
        const dumb = keep(startOnTerminal(LISTEN, { ...options, env: { TERM: "dumb" } }));
        await dumb.see("your key: p2p1");
        assert.ok(!dumb.shown().includes("\x1b"), dumb.shown());
      })
    ),
);

testUnless(
  notLinux,
  "Ctrl-Z gives the terminal back, and fg paints the line again",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const shell = keep(
          new TerminalRun(["bash", "--norc", "--noediting", "-i"], {
            home: join(folder, "b"),
            cwd: folder,
            env: { PS1: "sh$ " },
          }),
        );
        await shell.see("sh$ ");
        await shell.type(`${EXECUTABLE} ${LISTEN.join(" ")}\n`);
        await shell.see("\x1b[?2004h");
        await shell.type("a draft\x1a");
        await shell.see("\x1b[?2004l");
        await shell.see("Stopped");
        await shell.type("stty -a\n");
        await shell.see(" icanon");
        await shell.type("fg\n");
        await shell.screenWhere(({ rows }) => typing(rows) === "> a draft");
        await shell.type("\x03");
        await shell.see("\x1b[?2004l");
        await shell.type("echo code $?\n");
        await shell.see("code 130");
      })
    ),
);

for (const [signal, code] of [["SIGHUP", 129], ["SIGTERM", 143]] as const) {
  testUnless(
    notLinux,
    `${signal} says goodbye to the peer and gives the terminal back`,
    () =>
      withFolder((folder) =>
        stopping(async (keep) => {
          const bob = keep(await listener([], { home: join(folder, "b"), cwd: folder }));
          const script = `"$0" chat "$1"; echo "code $?"; stty -a`;
          const alice = keep(
            new TerminalRun(["sh", "-c", script, EXECUTABLE, bob.peer], {
              home: join(folder, "a"),
              cwd: folder,
            }),
          );
          await alice.see("/quit leaves");
          await bob.err.match(/^connected to/m);
          const shell = await alice.process();
          const children = await Deno.readTextFile(`/proc/${shell}/task/${shell}/children`);
          Deno.kill(Number(children.trim()), signal);
          await bob.err.match(/: the peer left/);
          await alice.see("\x1b[?2004l");
          await alice.see(`code ${code}`);
          await alice.see(" icanon");
        })
      ),
  );
}
