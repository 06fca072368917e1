/** What pictures may cost: hostile ones are refused at once, and what hides far more than itself stays small in memory. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { concat, utf8 } from "../../lib/bytes.ts";
import { conceal } from "../../lib/hidden/conceal.ts";
import { PictureSet } from "../../lib/hidden/picture.ts";
import { AtomicFile } from "../../lib/files/atomic.ts";
import { DEFAULT_LIMITS } from "../../lib/stego/png/header.ts";
import { PNG_SIGNATURE } from "../../lib/stego/png/read.ts";
import { onePiece } from "../../lib/stego/png/source.ts";
import { chunk, headerData } from "../../lib/stego/png/write.ts";
import { p2pCommand, withFolder } from "../support/executable.ts";
import { testUnless } from "../support/requires.ts";
import { header, photoFile } from "./support.ts";

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
  const pictures = await PictureSet.open([source], DEFAULT_LIMITS);
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
      const all = await watched(reveal, folder);
      assert.equal(all.code, 0, all.stderr);
      assert.equal((await Deno.stat(join(folder, "out"))).size, HIDDEN_BYTES);
      assert.ok(all.peak > 20 && all.peak < MOST_MIB, `${all.peak} MiB`);
      await Deno.remove(join(folder, "out"));
      const refused = await watched([...reveal, "--max-bytes", "1000000"], folder);
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /268435456 bytes, more than the limit of 1000000\n.*--max-bytes/,
      );
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
          assert.equal(code, 1, what);
          assert.match(stderr, new RegExp(`^p2p: read ${name}: .*(?:limit|more image data)`), what);
          assert.ok(peak < MOST_MIB, `${what}: ${peak} MiB`);
          assert.ok(took < 5000, `${what}: ${took} ms; a second, and the load of other tests`);
        }
      }
    });
  },
);
