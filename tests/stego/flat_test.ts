/** Flat pictures: every change in them is seen, which is warned of, refused at stealth, and told by `check`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { estimate } from "../../lib/stego/analysis/check.ts";
import { verdictOf } from "../../lib/stego/analysis/verdict.ts";
import { countUneven, isUneven } from "../../lib/stego/flat.ts";
import { hide } from "../../lib/stego/hidden.ts";
import { carrierOf } from "../../lib/stego/picture.ts";
import { passesOf, type PngHeader } from "../../lib/stego/png/header.ts";
import { type HidingLevel, type Layout, longestUnseenBody } from "../../lib/stego/shape.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { decode, header, photoFile, placesOf, pngFile, seeded, seededBytes } from "./support.ts";

const PASSPHRASE: Layout = { prefix: 16, longestPrefix: 16, head: 20 };
const RECIPIENT: Layout = { prefix: 65, longestPrefix: 560, head: 20 };

/** Scanlines of one value, with noise in the left `part` of every row. */
function flatScanlines(head: PngHeader, part = 0, value = 255): Uint8Array {
  const [pass] = passesOf(head);
  const { stride, height } = pass!;
  const bytes = new Uint8Array(stride * height).fill(value);
  const random = seeded(3);
  for (let at = 0; at < bytes.length; at += stride) {
    bytes[at] = 0;
    const noisy = Math.round((stride - 1) * part);
    for (let i = 1; i <= noisy; i++) bytes[at + i] = 100 + 60 * random();
  }
  return bytes;
}

/** What is hidden in a picture: how many bytes changed outside its noisy `part`, and what the detectors say. */
async function hideIn(
  head: PngHeader,
  part: number,
  { layout, level, bytes }: { layout: Layout; level: HidingLevel; bytes: number | "unseen" },
) {
  const png = await decode(pngFile(head, flatScanlines(head, part)));
  const carrier = carrierOf(png);
  const room = { available: carrier.available, uneven: carrier.countUneven() };
  const unseen = longestUnseenBody(room, layout, level);
  const before = png.scanlines.slice();
  hide(carrier, {
    prefix: seededBytes(2)(layout.prefix),
    longestPrefix: layout.longestPrefix,
    head: seededBytes(4)(layout.head),
    body: seededBytes(1)(bytes === "unseen" ? unseen : bytes),
    prefixPlaces: placesOf(1),
    bodyPlaces: placesOf(2),
  }, { level, random: seededBytes(9) });
  const { stride } = png.passes[0]!;
  const edge = Math.round((stride - 1) * part) + 3;
  let seen = 0;
  for (let i = 0; i < before.length; i++) {
    if (before[i] !== png.scanlines[i] && i % stride > edge) seen++;
  }
  return { room, unseen, seen, verdict: verdictOf(estimate(png)) };
}

Deno.test("what is flat is counted: the same as all neighbours, those at the edges too", () => {
  const rows = ["aaaaa", "aaaaa", "aaaab", "aaaaa"].map((row) =>
    [...row].map((letter) => letter.charCodeAt(0))
  );
  const read = (y: number, out: Int32Array) => out.set(rows[y]!.slice(0, out.length));
  const size = { width: 5, height: 4 };
  assert.equal(countUneven(size, read), 6);
  assert.equal(countUneven(size, read, () => true), 6);
  assert.equal(countUneven(size, read, (_y, x) => x < 4), 3);
  assert.equal(countUneven({ width: 1, height: 1 }, read), 0);
});

Deno.test("photos are uneven in every kind, pictures of one colour not at all", async () => {
  for (const colourType of [0, 2, 4, 6]) {
    for (const interlaced of [false, true]) {
      const head = header(90, 70, { colourType, interlaced });
      const photo = carrierOf(await decode(photoFile(head)));
      assert.ok(isUneven({ available: photo.available, uneven: photo.countUneven() }));
    }
    const head = header(90, 70, { colourType });
    const plain = carrierOf(await decode(pngFile(head, flatScanlines(head))));
    assert.ok(plain.available > 0);
    assert.equal(plain.countUneven(), 0);
  }
});

Deno.test("as much as is said to fit beside what is flat changes nothing that is flat", async () => {
  for (
    const [width, height, part, layout] of [
      [200, 200, 0.2, PASSPHRASE],
      [640, 480, 0.1, PASSPHRASE],
      [1000, 1000, 0.2, RECIPIENT],
    ] as const
  ) {
    const head = header(width, height);
    const { unseen, seen } = await hideIn(head, part, {
      layout,
      level: "stealth",
      bytes: "unseen",
    });
    assert.ok(unseen > 300, `${unseen} bytes in ${width}×${height}`);
    assert.equal(seen, 0, `${width}×${height}`);
  }
});

Deno.test("where a message would show, nothing is said to fit, and the verdict is no clean one", async () => {
  for (
    const [part, layout] of [
      [0, PASSPHRASE],
      [0, RECIPIENT],
      [0.02, PASSPHRASE],
      [0.1, RECIPIENT],
      [0.3, RECIPIENT],
    ] as const
  ) {
    for (const [level, bytes] of [["stealth", 40], ["quick", 40], ["quick", 4700]] as const) {
      const { unseen, seen, verdict } = await hideIn(header(200, 200), part, {
        layout,
        level,
        bytes,
      });
      assert.equal(unseen, 0, `${level} beside ${part}`);
      assert.ok(seen > 15, `${seen} seen`);
      if (bytes === 40 || part === 0) {
        assert.ok(["steps", "replaced"].includes(verdict.sign), `${verdict.sign} at ${level}`);
      }
    }
  }
});

Deno.test("a clean picture of one colour, of shading or of noise has no single steps", async () => {
  const head = header(200, 200, { colourType: 0 });
  const shaded = flatScanlines(head).map((value, i) =>
    i % 201 === 0 ? value : 80 + ((i % 201) + Math.floor(i / 201)) / 9
  );
  for (const scanlines of [flatScanlines(head), shaded, flatScanlines(head, 0.5)]) {
    const channels = estimate(await decode(pngFile(head, scanlines)));
    assert.equal(channels[0]!.stepped, false);
    assert.notEqual(verdictOf(channels).sign, "steps");
  }
});

Deno.test("a flat picture is warned of, refused with the cure where stealth is asked for, and check sees it", async () => {
  await withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    const run = (args: string[], lang = "en") =>
      p2p(["stego", ...args], { cwd: folder, home, env: { P2P_LANG: lang } });
    for (const [name, colourType] of [["white.png", 2], ["grey.png", 0]] as const) {
      const head = header(200, 200, { colourType });
      await Deno.writeFile(join(folder, name), pngFile(head, flatScanlines(head)));
      const refused = await run(["hide", name, "meet at nine", "--level", "stealth"]);
      assert.deepEqual([refused.code, refused.stdout], [1, ""]);
      assert.match(
        refused.stderr,
        /^p2p: hide in \w+\.png: 100 % of it is flat, [^\n]* room for 0 bytes\n {5}choose another: a photo [^\n]*--level/,
      );
      const chinese = await run(["hide", name, "x", "--level", "stealth"], "zh");
      assert.match(chinese.stderr, /其中 100 % 是纯色区域/);
      const capacity = JSON.parse((await run(["capacity", name, "--json"])).stdout);
      assert.deepEqual([capacity.uneven, capacity.stealth], [0, 0]);
      assert.ok(capacity.quick > 1000);
      const said = (await run(["capacity", name])).stdout;
      assert.match(said, /stealth +0 bytes\n[^\n]+\n {2}100 % of it is flat/);
      assert.match((await run(["check", name])).stdout, /verdict: no sign/);
      const copy = name.replace(".png", ".stego.png");
      for (const level of [["--level", "quick"], []]) {
        const hidden = await run(["hide", name, "meet at nine", "--force", ...level]);
        assert.deepEqual([hidden.code, hidden.stdout], [0, `${copy}\n`], hidden.stderr);
        assert.match(hidden.stderr, /^p2p: warning: \w+\.png: 100 % of it is flat[^\n]* a photo/m);
        assert.equal((await run(["reveal", copy, "-q"])).stdout, "meet at nine");
        assert.match(
          (await run(["check", copy])).stdout,
          /where the picture is flat, \d+ samples lie/,
        );
      }
      assert.match((await run(["check", copy], "zh")).stdout, /纯色区域中有 \d+ 个样本/);
    }
  });
});

Deno.test("one flat picture among others is named, and what does not fit beside the flat part is warned of", async () => {
  await withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    const run = (args: string[]) => p2p(["stego", ...args], { cwd: folder, home });
    const plain = header(200, 200);
    await Deno.writeFile(join(folder, "plain.png"), pngFile(plain, flatScanlines(plain)));
    await Deno.writeFile(join(folder, "photo.png"), photoFile(header(200, 200)));
    const among = await run(["hide", "photo.png", "plain.png", "-m", "meet at nine"]);
    assert.equal(among.code, 0, among.stderr);
    assert.match(among.stderr, /^p2p: warning: plain\.png: 100 % of it is flat/m);
    const screen = header(1000, 800);
    await Deno.writeFile(join(folder, "screen.png"), pngFile(screen, flatScanlines(screen, 0.3)));
    const { stealth } = JSON.parse((await run(["capacity", "screen.png", "--json"])).stdout);
    await Deno.writeFile(join(folder, "fits"), seededBytes(1)(stealth - 10));
    await Deno.writeFile(join(folder, "over"), seededBytes(1)(stealth + 100));
    const fits = await run(["hide", "screen.png", "-f", "fits"]);
    assert.equal(fits.code, 0, fits.stderr);
    assert.doesNotMatch(fits.stderr, /flat/);
    assert.match(fits.stderr, /^screen\.png: level stealth/m);
    assert.match((await run(["check", "screen.stego.png"])).stdout, /verdict: no sign/);
    const over = await run(["hide", "screen.png", "-f", "over", "-o", "over.png"]);
    assert.equal(over.code, 0, over.stderr);
    assert.match(over.stderr, /^p2p: warning: screen\.png: 6\d % of it is flat/m);
  });
});

testWithPrograms(
  "a white bitmap, JPEG and GIF of other programs are warned of as a white PNG is",
  ["ffmpeg"],
  async () => {
    await withFolder(async (folder) => {
      const { home } = await makeHome(folder, "home");
      for (const name of ["white.bmp", "white.jpg", "white.gif"]) {
        const made = await new Deno.Command("ffmpeg", {
          args: ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "color=white:s=200x200"]
            .concat("-frames:v", "1", name),
          cwd: folder,
        }).output();
        assert.ok(made.success);
        const hidden = await p2p(["stego", "hide", name, "x", "--force"], { cwd: folder, home });
        assert.equal(hidden.code, 0, `${name} ${hidden.stderr}`);
        assert.match(hidden.stderr, /: \d+ % of it is flat/);
      }
    });
  },
);
