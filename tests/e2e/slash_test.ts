/** Slash commands of a conversation between two terminals: files, hidden messages, the safety number. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { concat, utf8 } from "../../lib/bytes.ts";
import { p2p, withFolder } from "../support/executable.ts";
import { pattern } from "../transfer/support.ts";
import { startOnTerminal, stopping } from "./support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(utf8(type), 4);
  out.set(data, 8);
  view.setUint32(out.length - 4, crc32(out.subarray(4, out.length - 4)));
  return out;
}

/** A PNG of noise, 8-bit RGB. */
function noisePng(width: number, height: number): Uint8Array {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  const noise = pattern(height * (3 * width + 1));
  for (let y = 0; y < height; y++) noise[y * (3 * width + 1)] = 0;
  return concat(
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(noise)),
    chunk("IEND", new Uint8Array(0)),
  );
}

testUnless(
  notLinux,
  "two people at terminals send files, hide and reveal, and compare the safety number",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        await Deno.writeFile(join(folder, "holiday 1.png"), noisePng(200, 150));
        await Deno.writeTextFile(join(folder, "letter.txt"), "dear bob");
        const saved = join(folder, "in");
        const bob = keep(startOnTerminal(
          ["listen", "--bind", "127.0.0.1", "--port", "0", "--accept", "all", "--save-dir", saved],
          { home: join(folder, "b"), cwd: folder },
        ));
        const peer = (await bob.out.match(/listening on (127\.0\.0\.1:\d+)/))[1]!;
        const alice = keep(
          startOnTerminal(["chat", peer, "--save-dir", saved], {
            home: join(folder, "a"),
            cwd: folder,
          }),
        );
        await alice.out.match(/connected to/);
        await bob.out.match(/connected to/);

        await alice.type("你好 Bob\r");
        await bob.out.match(/\] p2p1\S+: 你好 Bob/);
        await bob.type("hi Alice\r");
        await alice.out.match(/\] p2p1\S+: hi Alice/);

        await alice.type("/file letter.txt\r");
        await bob.out.match(/received from p2p1\S+: \S+letter\.txt \(8 B\)/);
        assert.equal(await Deno.readTextFile(join(saved, "letter.txt")), "dear bob");

        await alice.type('/hide "holiday 1.png" 明天八点见\r');
        await bob.out.match(/holiday 1\.png \(\S+ KiB\)[\s\S]*\/reveal shows/);
        await bob.type("/reveal\r");
        await bob.out.match(/hidden in holiday 1\.png: 明天八点见/);
        await bob.type("/reveal letter.txt\r");
        await bob.out.match(/p2p: /);
        // Advice is of commands that have those flags, and what is hidden less well is said.
        await Deno.writeFile(join(folder, "plain.png"), noisePng(40, 30));
        await bob.type("/reveal plain.png\r");
        await bob.out.match(
          /no hidden message[\s\S]*'p2p stego reveal' takes a passphrase with -p/,
        );
        await alice.type(`/hide plain.png ${"明天八点见".repeat(12)}\r`);
        await alice.out.match(/no room for \d+ bytes at stealth[\s\S]*hidden at quick/);

        await alice.type("/verify\r");
        await bob.type("/verify\r");
        const number = (text: string) =>
          Array.from(text.matchAll(/\* {3}((?:\d{5} ?){4})/g), ([, row]) => row!).join("")
            .replaceAll(" ", "");
        await alice.out.match(/\/verify ok/);
        await bob.out.match(/\/verify ok/);
        assert.equal(number(alice.out.text), number(bob.out.text));
        assert.equal(number(alice.out.text).length, 60);
        await alice.type("/verify ok\r");
        await alice.out.match(/counts as verified now/);

        await alice.type("//etc is a folder\r");
        await bob.out.match(/: \/etc is a folder/);
        await alice.type("/nonsense\r");
        await alice.out.match(/there is no \/nonsense/);
        await alice.type("/quit\r");
        assert.equal(await alice.code(), 0);
        await bob.out.match(/: the peer left/);
        await bob.type("\x04");
        await bob.out.match(/Ctrl-D does not/);
        await bob.type("/quit\r");
        assert.equal(await bob.code(), 0);
      })
    ),
);

testUnless(
  notLinux,
  "whom one talks to is named, verified and sent away from within the conversation",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const home = join(folder, "b");
        const bob = keep(startOnTerminal(
          ["listen", "--bind", "127.0.0.1", "--port", "0"],
          { home, cwd: folder },
        ));
        const peer = (await bob.out.match(/listening on (127\.0\.0\.1:\d+)/))[1]!;
        const alice = keep(
          startOnTerminal(["chat", peer], { home: join(folder, "a"), cwd: folder }),
        );
        await alice.out.match(/connected to/);
        await alice.type("hello\r");
        await bob.out.match(/\] p2p1\S+: hello/);

        await bob.type("/name 10.0.0.1\r");
        await bob.out.match(/looks like an address/);
        await bob.type("/name alice\r");
        await bob.out.match(/is called alice now/);
        await bob.out.match(/alice> /);
        await alice.type("it is me\r");
        await bob.out.match(/\] alice: it is me/);
        await bob.type("/verify ok\r");
        await bob.out.match(/alice counts as verified now/);
        await bob.type("/who\r");
        await bob.out.match(/alice, verified {2}[0-9a-f]{4} /);
        await bob.type("/clear\r/invite Robert\r");
        await bob.out.match(/p2p:\/\/[a-z2-7]{60,}[^]*proves nothing[^]*█[^]*alice> /);
        await bob.type("/block\r");
        await bob.out.match(/\/block yes/);
        await bob.type("/block yes\r");
        await bob.out.match(/alice is blocked/);
        assert.notEqual(await alice.code(), 0, "she is sent away");
        const again = await p2p(["chat", peer, "-m", "let me in"], { home: join(folder, "a") });
        assert.notEqual(again.code, 0, again.stderr);
        const list = await p2p(["contact", "list"], { home });
        assert.match(list.stdout, /^alice\t.*\tverified,blocked\n$/);
      })
    ),
);

testUnless(
  notLinux,
  "who is blocked from within a chat is gone, and the chat stays until it is left",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const at = (home: string) => ({ home: join(folder, home), cwd: folder });
        const bob = keep(
          startOnTerminal(["listen", "--bind", "127.0.0.1", "--port", "0"], at("b")),
        );
        const peer = (await bob.out.match(/listening on (127\.0\.0\.1:\d+)/))[1]!;
        const alice = keep(startOnTerminal(["chat", peer], at("a")));
        await alice.out.match(/connected to/);
        // Whoever is sent away before their side has begun is told nothing more than that somebody called.
        await bob.out.match(/connected to/);
        await alice.type("/block yes\r");
        await alice.out.match(/is blocked/);
        await bob.out.match(/: the peer does not|refused|sent/);
        await alice.type("/who\r");
        await alice.out.match(/nobody|away/);
        await alice.type("/quit\r");
        assert.equal(await alice.code(), 0);
      })
    ),
);
