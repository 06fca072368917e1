/** `p2p stego` as a person or a script uses it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  EXECUTABLE,
  makeHome,
  p2p,
  type RunOptions,
  type RunResult,
  withFolder,
} from "../support/executable.ts";
import { testUnless } from "../support/requires.ts";
import { deflateSync } from "node:zlib";
import { concat } from "../../lib/bytes.ts";
import { PNG_SIGNATURE } from "../../lib/stego/png/read.ts";
import { chunk, headerData } from "../../lib/stego/png/write.ts";
import { decode, header, otherChunks, photoFile } from "./support.ts";

const NO_MESSAGE = /^p2p: reveal: no hidden message\n {5}.+\n$/;

/** A folder with cover.png and two passphrase files, and a home with nothing in it. */
async function setting(
  use: (
    run: (args: string[], options?: RunOptions) => Promise<RunResult>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "cover.png"), photoFile(header(200, 150)));
    await Deno.writeTextFile(join(folder, "pass"), "correct horse\n");
    await Deno.writeTextFile(join(folder, "wrong"), "battery staple\n");
    const home = join(folder, "nobody");
    await use(
      (args, options = {}) => p2p(["stego", ...args], { cwd: folder, home, ...options }),
      folder,
    );
  });
}

/** The same with an identity of one's own, which is the key where none is named and needs no slow derivation. */
async function ownSetting(
  use: (
    run: (args: string[], options?: RunOptions) => Promise<RunResult>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  await withFolder(async (place) => {
    const { home } = await makeHome(place, "home");
    await setting((run, folder) => use((args, options) => run(args, { home, ...options }), folder));
  });
}

Deno.test("a message for a passphrase: hidden, revealed, and nothing for another or a clean picture", async () => {
  await setting(async (run, folder) => {
    const secret = "见面九点 🦊 — meet at nine";
    const hide = await run(["hide", "cover.png", secret, "--passphrase-file", "pass"]);
    assert.deepEqual([hide.code, hide.stdout], [0, "cover.stego.png\n"], hide.stderr);
    assert.match(hide.stderr, /^cover\.png: level stealth, \d+ of 90000 samples changed/);
    const reveal = await run(["reveal", "cover.stego.png", "-p", "--passphrase-file", "pass"]);
    assert.deepEqual([reveal.code, reveal.stdout, reveal.stderr], [0, secret, ""]);
    for (const [picture, pass] of [["cover.stego.png", "wrong"], ["cover.png", "pass"]]) {
      const none = await run(["reveal", picture!, "--passphrase-file", pass!]);
      assert.deepEqual([none.code, none.stdout], [3, ""]);
      assert.match(none.stderr, NO_MESSAGE);
    }
    const cover = await Deno.readFile(join(folder, "cover.png"));
    const copy = await Deno.readFile(join(folder, "cover.stego.png"));
    assert.deepEqual(otherChunks(copy), otherChunks(cover));
    const again = await run(["hide", "cover.png", "x", "--passphrase-file", "pass"]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /already exists/);
    assert.deepEqual(await Deno.readFile(join(folder, "cover.stego.png")), copy);
  });
});

Deno.test("for one key and for several, signed: who has one of them reads it and learns who sent it", async () => {
  await setting(async (run, folder) => {
    const alice = await makeHome(folder, "alice");
    const bob = await makeHome(folder, "bob");
    const carol = await makeHome(folder, "carol");
    const args = [
      "hide",
      "cover.png",
      "to two",
      "-r",
      bob.key,
      "-r",
      carol.key,
      "--sign",
      "-o",
      "two.png",
    ];
    const two = await run(args, { home: alice.home });
    assert.equal(two.code, 0, two.stderr);
    await run(["hide", "cover.png", "to bob", "-r", bob.key, "-o", "one.png", "-q"], {
      home: alice.home,
    });
    for (const { home } of [bob, carol]) {
      const read = await run(["reveal", "two.png", "--from", alice.key], { home });
      assert.deepEqual([read.code, read.stdout], [0, "to two"], read.stderr);
      assert.match(read.stderr, new RegExp(`signed by ${alice.key}`));
    }
    assert.equal((await run(["reveal", "one.png"], { home: bob.home })).stdout, "to bob");
    for (const picture of ["one.png", "two.png"]) {
      assert.equal((await run(["reveal", picture], { home: alice.home })).code, 3);
    }
    const unsigned = await run(["reveal", "one.png", "--from", alice.key], { home: bob.home });
    assert.deepEqual([unsigned.code, unsigned.stdout], [3, ""]);
    const other = await run(["reveal", "two.png", "--from", carol.key], { home: bob.home });
    assert.deepEqual([other.code, other.stdout], [3, ""]);
    assert.match(other.stderr, /signed by somebody else/);
  });
});

Deno.test("without a key: one's own identity, or a clear error where there is none", async () => {
  await setting(async (run, folder) => {
    const none = await run(["hide", "cover.png", "note to self"]);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /no key is named[^\n]*\n {5}-r RECIPIENT/);
    const { home } = await makeHome(folder, "me");
    const hide = await run(["hide", "cover.png", "note to self"], { home });
    assert.deepEqual([hide.code, hide.stdout], [0, "cover.stego.png\n"], hide.stderr);
    assert.equal((await run(["reveal", "cover.stego.png"], { home })).stdout, "note to self");
  });
});

Deno.test("a file keeps its name, made safe, and never replaces another", async () => {
  await ownSetting(async (run, folder) => {
    const content = crypto.getRandomValues(new Uint8Array(700));
    const name = "-Überraschung …\u202egpj.bin";
    await Deno.writeFile(join(folder, name), content);
    const hide = await run(["hide", "cover.png", `--file=${name}`, "-q"]);
    assert.equal(hide.code, 0, hide.stderr);
    await Deno.mkdir(join(folder, "in"));
    const reveal = ["reveal", "../cover.stego.png", "-q"];
    const cwd = join(folder, "in");
    const first = await run(reveal, { cwd });
    assert.deepEqual([first.code, first.stdout], [0, "_Überraschung …_gpj.bin\n"], first.stderr);
    const second = await run(reveal, { cwd });
    assert.equal(second.stdout, "_Überraschung …_gpj (1).bin\n");
    const third = await run([...reveal, "-o", "out.bin"], { cwd });
    assert.deepEqual([third.code, third.stdout], [0, ""]);
    for (const file of ["_Überraschung …_gpj.bin", "_Überraschung …_gpj (1).bin", "out.bin"]) {
      assert.deepEqual(await Deno.readFile(join(cwd, file)), content);
    }
    assert.equal((await run([...reveal, "-o", "out.bin"], { cwd })).code, 1);
    assert.deepEqual((await run([...reveal, "-o", "-"], { cwd })).stdoutBytes, content);
  });
});

Deno.test("from stdin and to stdout: message, picture and result", async () => {
  await ownSetting(async (run, folder) => {
    const bytes = crypto.getRandomValues(new Uint8Array(300));
    const message = await run(["hide", "cover.png", "-o", "a.png", "-q"], { stdin: bytes });
    assert.equal(message.code, 0, message.stderr);
    assert.deepEqual((await run(["reveal", "a.png", "-q"])).stdoutBytes, bytes);
    const cover = await Deno.readFile(join(folder, "cover.png"));
    const picture = await run(["hide", "-", "hello", "-q"], { stdin: cover });
    assert.equal(picture.code, 0, picture.stderr);
    assert.equal((await decode(picture.stdoutBytes)).header.width, 200);
    const back = await run(["reveal", "-", "-q"], { stdin: picture.stdoutBytes });
    assert.equal(back.stdout, "hello");
  });
});

Deno.test("several pictures share one message, in any order; one that is missing is named", async () => {
  await ownSetting(async (run, folder) => {
    for (const [i, name] of ["a.png", "b.png", "c.png"].entries()) {
      await Deno.writeFile(join(folder, name), photoFile(header(60 + 40 * i, 70), i + 5));
    }
    const content = crypto.getRandomValues(new Uint8Array(4500));
    await Deno.writeFile(join(folder, "big.bin"), content);
    const alone = await run(["hide", "c.png", "-f", "big.bin", "-q"]);
    assert.equal(alone.code, 1);
    assert.match(
      alone.stderr,
      /needs 4509 bytes, and there is room for \d+ in c\.png[^\n]*\n {5}use a larger picture/,
    );
    // Whose key it would have been is said of what was hidden alone.
    const refused = await run(["hide", "c.png", "-f", "big.bin"]);
    assert.doesNotMatch(refused.stderr, /no key is named/);
    const own = await run(["hide", "c.png", "hello", "-o", "own.png"]);
    assert.match(own.stderr, /^no key is named: only your own identity can reveal it$/m);
    const hide = await run(["hide", "-f", "big.bin", "a.png", "b.png", "c.png", "-q"]);
    assert.equal(hide.code, 0, hide.stderr);
    assert.equal(hide.stdout, "a.stego.png\nb.stego.png\nc.stego.png\n");
    const all = await run([
      "reveal",
      "c.stego.png",
      "a.stego.png",
      "b.stego.png",
      "-o",
      "-",
      "-q",
    ]);
    assert.deepEqual(all.stdoutBytes, content, all.stderr);
    const some = await run(["reveal", "c.stego.png", "a.stego.png", "-q"]);
    assert.equal(some.code, 1);
    assert.match(some.stderr, /over 3 pictures, and not all are here\n {5}missing: number 2/);
    const carrier = ["hide", "a.png", "short", "--carrier", "b.png", "-o", ".", "--force", "-q"];
    assert.equal((await run(carrier)).code, 0);
    assert.equal((await run(["reveal", "a.stego.png", "b.stego.png", "-q"])).stdout, "short");
    const mixed = await run(["reveal", "a.stego.png", "c.stego.png", "-q"]);
    assert.equal(mixed.code, 2);
    assert.match(mixed.stderr, /different messages/);
  });
});

Deno.test("capacity tells what fits: that much does, more does not, and both numbers are said", async () => {
  await ownSetting(async (run) => {
    const capacity = JSON.parse((await run(["capacity", "cover.png", "--json"])).stdout);
    assert.deepEqual([capacity.width, capacity.height, capacity.samples], [200, 150, 90_000]);
    assert.ok(capacity.quick > 7 * capacity.stealth && capacity.stealth > 1000);
    for (const level of ["stealth", "quick"] as const) {
      const content = crypto.getRandomValues(new Uint8Array(capacity[level]));
      const args = ["hide", "cover.png", "--level", level, "-q", "--force"];
      const fits = await run(args, { stdin: content });
      assert.equal(fits.code, 0, fits.stderr);
      const back = await run(["reveal", "cover.stego.png", "-q"]);
      assert.deepEqual(back.stdoutBytes, content);
      const large = crypto.getRandomValues(new Uint8Array(capacity[level] + 1000));
      const over = await run(args, { stdin: large });
      assert.equal(over.code, 1);
      assert.match(
        over.stderr,
        new RegExp(`needs ${large.length + 1} bytes, and there is room for \\d+`),
      );
    }
    assert.match(
      (await run(["capacity", "cover.png"])).stdout,
      /200×150, 8-bit RGB\n {2}stealth +\d+ bytes\n {2}quick +\d+ bytes\n/,
    );
  });
});

Deno.test("check prints the estimates and how far the cover is", async () => {
  await ownSetting(async (run) => {
    await run(["hide", "cover.png", "hello", "-q"]);
    const text = (await run(["check", "cover.stego.png", "--cover", "cover.png"])).stdout;
    assert.match(text, /red +0\.\d{4} +-?\d+\.\d\d % +-?\d+\.\d\d %/);
    assert.match(text, /PSNR to the cover \d\d\.\d\d dB\n.* samples differ, by 1 at most/);
    const json = JSON.parse(
      (await run(["check", "cover.stego.png", "--cover", "cover.png", "--json"])).stdout,
    );
    assert.deepEqual(json.channels.map(({ channel }: { channel: string }) => channel), [
      "red",
      "green",
      "blue",
    ]);
    assert.ok(json.cover.psnr > 70 && json.cover.changed > 0);
  });
});

Deno.test("JPEG and GIF go in, PNG comes out, with a warning", async () => {
  await ownSetting(async (run, folder) => {
    for (const name of ["colour.jpg", "palette.gif"]) {
      await Deno.copyFile(
        new URL(`../../fixtures/stego/${name}`, import.meta.url),
        join(folder, name),
      );
      const hide = await run(["hide", name, "hello"]);
      const copy = name.replace(/\..*/, ".stego.png");
      assert.deepEqual([hide.code, hide.stdout], [0, `${copy}\n`], hide.stderr);
      assert.match(hide.stderr, /easier to detect/);
      assert.equal((await run(["reveal", copy, "-q"])).stdout, "hello");
      const none = await run(["reveal", name, "-q"]);
      assert.equal(none.code, 3);
      assert.match(none.stderr, /no hidden message\n {5}only PNG keeps one/);
    }
    const wrong = await run([
      "hide",
      "colour.jpg",
      "x",
      "-o",
      "out.jpg",
      "--passphrase-file",
      "pass",
    ]);
    assert.equal(wrong.code, 2);
  });
});

Deno.test("bombs are refused before they take time or memory", async () => {
  await ownSetting(async (run, folder) => {
    const data = deflateSync(new Uint8Array(1_000_000));
    const parts = (width: number) =>
      concat(
        PNG_SIGNATURE,
        chunk("IHDR", headerData(header(width, width))),
        chunk("IDAT", data),
        chunk("IEND", new Uint8Array(0)),
      );
    await Deno.writeFile(join(folder, "huge.png"), parts(16_384));
    await Deno.writeFile(join(folder, "more.png"), parts(100));
    for (
      const [name, reason] of [
        ["huge.png", /16384×16384 pixels are more than the limit/],
        ["more.png", /more image data than the header says/],
      ] as const
    ) {
      for (
        const args of [["capacity", name], ["hide", name, "x"], ["reveal", name], ["check", name]]
      ) {
        const start = performance.now();
        const { code, stderr } = await run(args);
        assert.equal(code, 1, args.join(" "));
        assert.match(stderr, reason);
        assert.ok(performance.now() - start < 5000, "a second, and the load of other tests");
      }
    }
  });
});

Deno.test("wrong command lines and bad pictures are answered in one line, and nothing is left behind", async () => {
  await ownSetting(async (run, folder) => {
    await Deno.writeTextFile(join(folder, "text.png"), "this is no picture");
    const grey = header(30, 30, { colourType: 0, bitDepth: 4 });
    await Deno.writeFile(join(folder, "grey4.png"), photoFile(grey));
    const cases: readonly (readonly [string[], number, RegExp])[] = [
      [["hide", "cover.png", "a", "b", "-q"], 2, /more than a picture and a message/],
      [["hide", "cover.png", "-m", "a", "-f", "pass", "-q"], 2, /not both/],
      [["hide", "cover.png", "a", "-p", "-r", "p2p1x", "-q"], 2, /choose -p or -r/],
      [["hide", "cover.png", "cover.png", "-m", "a", "-q"], 2, /get the name cover.stego.png/],
      [
        ["hide", "cover.png", "pass", "-m", "a", "-o", "x.png", "-q"],
        2,
        /existing folder, and x.png is none/,
      ],
      [["hide", "text.png", "a", "-q"], 1, /^p2p: read text\.png: not a PNG file, nor [^\n]*\n$/],
      [["hide", "none.png", "a", "-q"], 1, /^p2p: read none\.png: no such file\n$/],
      [["reveal", "text.png", "-q"], 1, /not a PNG file/],
      [
        ["capacity", "cover.png", "--max-pixels", "100"],
        1,
        /200×150 pixels are more than the limit of 100\n/,
      ],
      [["hide", "cover.png", "a", "--level", "loud", "-q"], 2, /level/],
      [["nonsense"], 2, /nonsense/],
      [["hide", "-", "-q"], 2, /both come from stdin/],
      [
        ["hide", "grey4.png", "a", "-q"],
        1,
        /^p2p: hide in grey4\.png: [^\n]*grey of 4 bits[^\n]*\n/,
      ],
      [["reveal", "grey4.png"], 3, NO_MESSAGE],
    ];
    for (const [args, code, reason] of cases) {
      const { code: got, stderr, stdout } = await run(args);
      assert.equal(got, code, `${args.join(" ")}: ${stderr}`);
      assert.match(stderr, reason, args.join(" "));
      assert.equal(stdout, "");
    }
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(left, ["cover.png", "grey4.png", "pass", "text.png", "wrong"]);
  });
});

Deno.test("pictures, keys and contents come from pipes too, several times used", async () => {
  await setting(async (run, folder) => {
    const { home } = await makeHome(folder, "me");
    const sh = async (line: string) => {
      const env = { P2P: EXECUTABLE, P2P_HOME: home };
      const command = new Deno.Command("bash", { args: ["-c", line], cwd: folder, env });
      const { code, stdout, stderr } = await command.output();
      const text = new TextDecoder();
      return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
    };
    assert.equal((await run(["hide", "cover.png", "one", "-q"], { home })).code, 0);
    const piped = await sh(`"$P2P" stego reveal <(cat cover.stego.png)`);
    assert.deepEqual([piped.code, piped.stdout], [0, "one"], piped.stderr);
    const two = await sh(
      `"$P2P" stego hide -q -o . -f <(echo content) <(cat cover.png) - < cover.png`,
    );
    assert.equal(two.code, 0, two.stderr);
    const names = two.stdout.trim().split("\n");
    const back = await sh(`"$P2P" stego reveal -q -o - ${names.join(" ")}`);
    assert.deepEqual([back.code, back.stdout], [0, "content\n"], back.stderr);
    const file = await sh(`"$P2P" stego reveal -q ${names.join(" ")}`);
    assert.equal(file.stdout, "stdin\n");
  });
});

Deno.test("a picture that cannot carry is refused before a key is missed, and a fall to quick is said", async () => {
  await setting(async (run, folder) => {
    const grey = header(30, 30, { colourType: 0, bitDepth: 1 });
    await Deno.writeFile(join(folder, "ink.png"), photoFile(grey));
    const refused = await run(["hide", "ink.png", "a"]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^p2p: hide in ink\.png: nothing can be hidden[^\n]*\n {5}choose/);
    const { home } = await makeHome(folder, "me");
    const capacity = JSON.parse((await run(["capacity", "cover.png", "--json"])).stdout);
    const content = crypto.getRandomValues(new Uint8Array(capacity.stealth + 500));
    const fallen = await run(["hide", "cover.png"], { home, stdin: content });
    assert.equal(fallen.code, 0);
    assert.match(fallen.stderr, /warning: no room for \d+ bytes at stealth, only for \d+:/);
    const asked = await run(["hide", "cover.png", "--level", "quick", "--force"], {
      home,
      stdin: content,
    });
    assert.doesNotMatch(asked.stderr, /warning/);
  });
});

Deno.test("an output in a folder, or in one that is not there", async () => {
  await ownSetting(async (run, folder) => {
    await Deno.mkdir(join(folder, "out.gif"));
    const inside = await run(["hide", "cover.png", "a", "-q", "-o", "out.gif"]);
    assert.deepEqual([inside.code, inside.stdout], [0, "out.gif/cover.stego.png\n"], inside.stderr);
    const again = await run(["hide", "cover.png", "a", "-q", "-o", "out.gif/"]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /out\.gif\/cover\.stego\.png: the file already exists/);
    const none = await run(["hide", "cover.png", "a", "-q", "-o", "nowhere/"]);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /^p2p: write nowhere\/: no such folder\n/);
  });
});

testUnless(
  Deno.build.os === "linux" ? undefined : "needs /dev/full",
  "a stdout that takes nothing is one clear line, and no other file is made in the place of a name that is not UTF-8",
  async () => {
    await ownSetting(async (run, folder) => {
      assert.equal((await run(["hide", "cover.png", "one", "-q"])).code, 0);
      const bash = async (line: string) => {
        const env = { P2P: EXECUTABLE, P2P_HOME: join(folder, "elsewhere") };
        const command = new Deno.Command("bash", { args: ["-c", line], cwd: folder, env });
        const { code, stderr } = await command.output();
        return { code, stderr: new TextDecoder().decode(stderr) };
      };
      for (
        const args of [
          "capacity cover.png",
          "check cover.png",
          "hide -q --passphrase-file pass cover.png hello -o -",
          "hide -q --passphrase-file pass cover.png hello -o other.png",
        ]
      ) {
        const { code, stderr } = await bash(`"$P2P" stego ${args} > /dev/full`);
        assert.equal(code, 1, `${args}: ${stderr}`);
        assert.match(stderr, /^p2p: write stdout: [^\n]+\n$/, args);
      }
      const before = [...Deno.readDirSync(folder)].length;
      const named = await bash(
        `"$P2P" stego hide -q --passphrase-file pass cover.png x -o $'\\xd6.png'`,
      );
      assert.notEqual(named.code, 0);
      assert.match(named.stderr, /UTF-8/);
      assert.equal([...Deno.readDirSync(folder)].length, before);
    });
  },
);
