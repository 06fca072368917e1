/** QR codes: what we draw is read by an independent decoder, and every kind of picture is read by us. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { qrCode, qrLines, qrPng } from "../../lib/qr/code.ts";
import { readQr } from "../../lib/qr/read.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../lib/stego/png/header.ts";
import { readPng } from "../../lib/stego/png/read.ts";
import { withFolder } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { codeOnTerminal } from "../support/terminal-picture.ts";

const TEXT = "P2P://ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

async function output(program: string, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" })
    .output();
  const text = new TextDecoder();
  assert.equal(code, 0, text.decode(stderr));
  return text.decode(stdout).trim();
}

async function* once(bytes: Uint8Array) {
  yield await Promise.resolve(bytes);
}

testWithPrograms(
  "zbarimg reads our PNG, and what a terminal shows",
  ["zbarimg"],
  () =>
    withFolder(async (folder) => {
      for (const text of [TEXT, TEXT.repeat(2), TEXT.repeat(4)]) {
        const code = qrCode(text);
        const path = join(folder, "code.png");
        await Deno.writeFile(path, qrPng(code));
        assert.equal(await output("zbarimg", ["-q", "--raw", path]), text);
        for (const colours of [true, false]) {
          const shown = codeOnTerminal(qrLines(code, colours).join("\n"), colours);
          await Deno.writeFile(path, qrPng(shown));
          assert.equal(await output("zbarimg", ["-q", "--raw", path]), text, `colours ${colours}`);
        }
      }
    }),
);

Deno.test("114 characters make a code of 41 by 21 cells", () => {
  const lines = qrLines(qrCode("A".repeat(114)), false);
  assert.equal(lines.length, 21);
  assert.ok(lines.every((line) => line.length === 41));
});

testWithPrograms(
  "codes in pictures of every kind are read",
  ["ffmpeg"],
  () =>
    withFolder(async (folder) => {
      const path = join(folder, "code.png");
      await Deno.writeFile(path, qrPng(qrCode(TEXT)));
      const formats = ["monob", "gray", "gray16be", "rgb24", "rgba", "pal8", "ya8", "rgb48be"];
      for (const format of ["as it is", ...formats]) {
        const other = join(folder, `${format}.png`);
        if (format === "as it is") await Deno.copyFile(path, other);
        else await output("ffmpeg", ["-v", "error", "-y", "-i", path, "-pix_fmt", format, other]);
        const png = await readPng(once(await Deno.readFile(other)), DEFAULT_PICTURE_LIMITS);
        assert.equal(readQr(png), TEXT, format);
      }
    }),
);

Deno.test("a picture without a code has none", async () => {
  const blank = qrPng({ size: 21, dark: () => false });
  assert.equal(readQr(await readPng(once(blank), DEFAULT_PICTURE_LIMITS)), undefined);
});
