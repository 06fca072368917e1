/** What pictures may cost: hostile ones are refused at once, and what hides far more than itself stays small in memory. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { concat, utf8 } from "../../lib/bytes.ts";
import { conceal } from "../../lib/hidden/conceal.ts";
import { PictureSet } from "../../lib/hidden/picture.ts";
import { AtomicFile } from "../../lib/files/atomic.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../lib/stego/png/header.ts";
import { PNG_SIGNATURE } from "../../lib/stego/png/read.ts";
import { chunk, headerData } from "../../lib/stego/png/write.ts";
import { p2pCommand, withFolder } from "../support/executable.ts";
import { testUnless } from "../support/requires.ts";
import { header, photoFile } from "./support.ts";
import { onePiece } from "./one-piece.ts";

const NO_PROC = Deno.build.os === "linux" ? undefined : "needs /proc";
const MOST_MIB = 300;
const HIDDEN_BYTES = 256 << 20;

/** How a run ended, the most memory it had, in MiB, and how long it took, in milliseconds. */
interface Watched {
  readonly code: number;
  readonly stderr: string;
  readonly peak: number;
  readonly took: number;
}

/** Runs `p2p stego ARGS`; `interruptAfter` milliseconds it gets a SIGINT. */
async function watched(
  args: readonly string[],
  folder: string,
  interruptAfter?: number,
): Promise<Watched> {
  const start = performance.now();
  const child = p2pCommand(["stego", ...args], {
    cwd: folder,
    home: join(folder, "home"),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const timer = interruptAfter === undefined
    ? undefined
    : setTimeout(() => child.kill("SIGINT"), interruptAfter);
  let peak = 0;
  let running = true;
  const output = child.output().finally(() => running = false);
  while (running) {
    try {
      const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    await Promise.race([output, new Promise((resolve) => setTimeout(resolve, 10))]);
  }
  clearTimeout(timer);
  const { code, stderr } = await output;
  const took = performance.now() - start;
  return { code, stderr: new TextDecoder().decode(stderr), peak, took };
}

/** bomb.png, of less than half a megabyte, which hides 256 MiB of zeros for the passphrase in `pass`. */
async function makeBomb(folder: string): Promise<void> {
  const file = photoFile(header(500, 400));
  const source = { name: "cover", repeatable: true, pieces: () => onePiece(file) };
  const pictures = await PictureSet.open([source], DEFAULT_PICTURE_LIMITS);
  await conceal(pictures, [await AtomicFile.create(join(folder, "bomb.png"))], {
    lock: { passphrase: utf8("pass") },
    message: { name: "zeros", content: new Uint8Array(HIDDEN_BYTES) },
  });
  assert.ok((await Deno.stat(join(folder, "bomb.png"))).size < 500_000);
  await Deno.writeTextFile(join(folder, "pass"), "pass\n");
}

testUnless(
  NO_PROC,
  "256 MiB that were hidden in half a megabyte come out in little memory, can be refused, and heed an interrupt",
  async () => {
    await withFolder(async (folder) => {
      await makeBomb(folder);
      const reveal = ["reveal", "bomb.png", "--passphrase-file", "pass", "-o", "out"];
      const refused = await watched([...reveal, "--max-bytes", "1000000"], folder);
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /268435456 bytes, more than the limit of 1000000\n.*--max-bytes/,
      );
      const all = await watched(reveal, folder);
      assert.equal(all.code, 0, all.stderr);
      assert.equal((await Deno.stat(join(folder, "out"))).size, HIDDEN_BYTES);
      assert.ok(all.peak > 20 && all.peak < MOST_MIB, `${all.peak} MiB`);
      await Deno.remove(join(folder, "out"));
      const interrupted = await watched(reveal, folder, all.took * 0.7);
      assert.equal(interrupted.code, 130, interrupted.stderr);
      const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      assert.deepEqual(left, ["bomb.png", "pass"]);
    });
  },
);

/** A file of each format whose header asks for far more than it has, and a stream that does not end. */
async function hostilePictures(): Promise<ReadonlyMap<string, Uint8Array>> {
  const fixture = (name: string) =>
    Deno.readFile(new URL(`../../fixtures/stego/${name}`, import.meta.url));
  const jpeg = async (name: string, marker: number) => {
    const bytes = await fixture(name);
    const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === marker);
    bytes.set([0xff, 0xff, 0xff, 0xff], frame + 5);
    return bytes;
  };
  const gif = await fixture("palette.gif");
  const frame = gif.findIndex((byte, i) => byte === 0x2c && gif[i + 5] === 96 && gif[i + 7] === 64);
  const wide = gif.slice();
  wide.set([0xff, 0xff, 0xff, 0xff], 6);
  const far = gif.slice();
  far.set([0xff, 0xff, 0xff, 0xff], frame + 1);
  const bmp = new Uint8Array(54);
  const view = new DataView(bmp.buffer);
  bmp.set(utf8("BM"));
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 60_000, true);
  view.setInt32(22, -60_000, true);
  view.setUint16(28, 24, true);
  const png = (width: number, data: Uint8Array, depth = 8, colourType = 6) =>
    concat(
      PNG_SIGNATURE,
      chunk("IHDR", headerData(header(width, width, { bitDepth: depth, colourType }))),
      chunk("IDAT", data),
      chunk("IEND", new Uint8Array(0)),
    );
  const zeros = new Uint8Array(deflateSync(new Uint8Array(100_000_000)));
  return new Map([
    ["wide.png", png(16_384, zeros)],
    ["deep.png", png(6_200, zeros, 16)],
    ["endless.png", png(100, zeros)],
    ["baseline.jpg", await jpeg("colour.jpg", 0xc0)],
    ["progressive.jpg", await jpeg("progressive.jpg", 0xc2)],
    ["wide.gif", wide],
    ["far.gif", far],
    ["wide.bmp", bmp],
  ]);
}

testUnless(
  NO_PROC,
  "a picture of any format that asks for too much is refused at once, by every command",
  async () => {
    await withFolder(async (folder) => {
      for (const [name, bytes] of await hostilePictures()) {
        await Deno.writeFile(join(folder, name), bytes);
        for (const args of [["capacity", name], ["check", name], ["reveal", "-p", name]]) {
          const { code, stderr, peak, took } = await watched(args, folder);
          const what = `${args.join(" ")}: ${stderr}`;
          if (args[0] === "reveal" && /(?:jpg|gif)$/.test(name)) {
            assert.equal(code, 3, `nobody decodes what cannot hold a message: ${what}`);
            continue;
          }
          assert.equal(code, 1, what);
          assert.match(stderr, new RegExp(`^p2p: read ${name}: .*(?:limit|more image data)`), what);
          assert.ok(peak < MOST_MIB, `${what}: ${peak} MiB`);
          assert.ok(took < 5000, `${what}: ${took} ms; a second, and the load of other tests`);
        }
      }
    });
  },
);

/** A JPEG in colour of the size in which every block is empty: two bits each. `sof` and `sampling` as in T.81 B.2.2. */
function emptyJpeg(width: number, height: number, sof: number, sampling: number): Uint8Array {
  const be = (value: number) => [value >> 8, value & 255];
  const segment = (
    marker: number,
    ...data: number[]
  ) => [0xff, marker, ...be(data.length + 2), ...data];
  /** A code of one bit, for the symbol 0: no difference, or the end of the block. */
  const table = (id: number) => segment(0xc4, id, 1, ...new Array(15).fill(0), 0);
  const components = [[1, sampling], [2, 0x11], [3, 0x11]];
  const front = [
    0xff,
    0xd8,
    ...segment(0xdb, 0, ...new Array(64).fill(1)),
    ...segment(
      sof,
      8,
      ...be(height),
      ...be(width),
      3,
      ...components.flatMap(([id, factors]) => [id!, factors!, 0]),
    ),
    ...table(0x00),
    ...table(0x10),
    ...segment(0xda, 3, ...components.flatMap(([id]) => [id!, 0]), 0, sof === 0xc2 ? 0 : 63, 0),
  ];
  const blocks = 3 * Math.ceil(width / 8) * Math.ceil(height / 8);
  return concat(Uint8Array.from(front), new Uint8Array(blocks / 4), Uint8Array.of(0xff, 0xd9));
}

testUnless(
  NO_PROC,
  "a large JPEG of few bytes stays within its memory, and an interrupt ends its decoding",
  async () => {
    await withFolder(async (folder) => {
      const files = {
        "plain.jpg": emptyJpeg(4464, 4464, 0xc0, 0x22),
        "full.jpg": emptyJpeg(4464, 4464, 0xc0, 0x11),
        "progressive.jpg": emptyJpeg(4464, 4464, 0xc2, 0x22),
      };
      for (const [name, bytes] of Object.entries(files)) {
        await Deno.writeFile(join(folder, name), bytes);
        for (const command of ["capacity", "check"]) {
          const { code, stderr, peak } = await watched([command, name], folder);
          const what = `${command} ${name}: ${stderr}: ${peak} MiB`;
          assert.equal(code, name === "plain.jpg" ? 0 : 1, what);
          if (code === 1) assert.match(stderr, /decoding it takes .* more than the limit/, what);
          assert.ok(peak < MOST_MIB, what);
        }
      }
      const interruptAfter = 500;
      const { code, took } = await watched(["capacity", "plain.jpg"], folder, interruptAfter);
      assert.equal(code, 130);
      assert.ok(took < interruptAfter + 700, `${took} ms`);
    });
  },
);
