/** Bitmaps and GIF frames as covers, against ffmpeg's decoder, and by hand where ffmpeg writes none. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { P2PError } from "../../lib/errors.ts";
import { filePieces } from "../../lib/files/pieces.ts";
import { decodeBmp } from "../../lib/stego/foreign/bmp.ts";
import { openForeign } from "../../lib/stego/foreign/open.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../lib/stego/png/header.ts";
import { says } from "../support/english.ts";
import { withFolder } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { header, photoFile, rgbaOf } from "./support.ts";
import { onePiece } from "./one-piece.ts";

async function ffmpeg(args: readonly string[], cwd: string): Promise<Uint8Array> {
  const command = new Deno.Command("ffmpeg", {
    args: ["-nostdin", "-v", "error", ...args],
    cwd,
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return stdout;
}

testWithPrograms(
  "a bitmap of every depth has the colours that ffmpeg sees",
  ["ffmpeg"],
  async () => {
    await withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/in.png`, photoFile(header(37, 23)));
      for (const kind of ["bgr24", "bgra", "rgb565le", "rgb555le", "rgb8", "gray", "monob"]) {
        await ffmpeg(["-y", "-i", "in.png", "-pix_fmt", kind, "x.bmp"], folder);
        const raw = await ffmpeg(
          ["-i", "x.bmp", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
          folder,
        );
        const png = await openForeign(
          "BMP",
          filePieces(`${folder}/x.bmp`),
          DEFAULT_PICTURE_LIMITS,
        );
        assert.deepEqual([png.header.width, png.header.height], [37, 23], kind);
        // 5 and 6 bits are stretched to 8 in more than one way.
        const most = kind.startsWith("rgb5") ? 4 : 0;
        rgbaOf(png).forEach((pixel, i) => {
          for (let c = 0; c < 3; c++) {
            const apart = Math.abs(pixel[c]! - raw[3 * i + c]!);
            assert.ok(apart <= most, `${kind}, pixel ${i}: ${pixel} and ${raw.subarray(3 * i)}`);
          }
        });
      }
    });
  },
);

/** A bitmap of 2 × 2 pixels, 32 bits each, with the given height field and masks. */
function bitmap(height: number, compression: number, pixels: readonly number[]): Uint8Array {
  const file = new Uint8Array(14 + 40 + 16 + 16);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(10, 70, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 2, true);
  view.setInt32(22, height, true);
  view.setUint16(28, 32, true);
  view.setUint32(30, compression, true);
  [0xff, 0xff00, 0xff0000, 0xff000000].forEach((mask, i) => view.setUint32(54 + 4 * i, mask, true));
  pixels.forEach((pixel, i) => view.setUint32(70 + 4 * i, pixel, true));
  return file;
}

function decoded(file: Uint8Array) {
  return decodeBmp(onePiece(file), () => undefined);
}

Deno.test("rows from the top down, masks of their own and alpha are read as they stand", async () => {
  const pixels = [0x80030201, 0x80060504, 0x80090807, 0x800c0b0a];
  const down = await decoded(bitmap(-2, 6, pixels));
  assert.deepEqual([...down.samples.subarray(0, 8)], [1, 2, 3, 0x80, 4, 5, 6, 0x80]);
  const up = await decoded(bitmap(2, 6, pixels));
  assert.deepEqual([...up.samples.subarray(0, 8)], [7, 8, 9, 0x80, 10, 11, 12, 0x80]);
  assert.equal((await decoded(bitmap(2, 0, pixels))).channels, 3);
});

Deno.test("run lengths are refused by name, and any damage by an error of ours", async () => {
  await assert.rejects(decoded(bitmap(2, 1, [])), says(/^read BMP: a compressed bitmap$/));
  await fc.assert(
    fc.asyncProperty(fc.nat(85), fc.nat(255), fc.nat(86), async (at, value, length) => {
      const file = bitmap(2, 3, [1, 2, 3, 4]).slice(0, length);
      file[at] = value;
      try {
        await openForeign("BMP", onePiece(file), { maxPixels: 10_000 });
      } catch (error) {
        if (!(error instanceof P2PError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a GIF whose first frame covers a part of its screen keeps the whole screen", async () => {
  const gif = await Deno.readFile(new URL("../../fixtures/stego/palette.gif", import.meta.url));
  const whole = rgbaOf(await openForeign("GIF", onePiece(gif), DEFAULT_PICTURE_LIMITS));
  const frame = gif.findIndex((byte, i) => byte === 0x2c && gif[i + 5] === 96 && gif[i + 7] === 64);
  const [width, height, left, top] = [130, 90, 20, 7];
  const moved = gif.slice();
  moved.set([width, 0, height, 0], 6);
  moved.set([left, 0, top, 0], frame + 1);
  const png = await openForeign("GIF", onePiece(moved), DEFAULT_PICTURE_LIMITS);
  assert.deepEqual([png.header.width, png.header.height], [width, height]);
  rgbaOf(png).forEach((pixel, i) => {
    const [x, y] = [i % width - left, Math.floor(i / width) - top];
    const inside = x >= 0 && x < 96 && y >= 0 && y < 64;
    assert.deepEqual(pixel, inside ? whole[y * 96 + x] : [0, 0, 0, 0], `pixel ${i}`);
  });
});
