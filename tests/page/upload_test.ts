/** Files from the page to somebody at a terminal: dropped, a reload in the middle, gone on with, cancelled. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Sm3 } from "../../lib/crypto/sm3.ts";
import { hex } from "../../lib/bytes.ts";
import { events, listener } from "../e2e/support.ts";
import { p2p } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { command, makeIdentity, open, write } from "./people.ts";
import { drop, serve, shows, startBrowser, window } from "./support.ts";

/** Large enough to be seen on its way. */
const SIZE = 96 << 20;

/** A file of `size` bytes, no piece like another; answers its SM3. */
async function makeFile(path: string, size: number): Promise<string> {
  const sm3 = new Sm3();
  using file = await Deno.open(path, { write: true, create: true });
  const piece = new Uint32Array(1 << 18);
  for (let at = 0, count = 0; at < size; at += piece.byteLength) {
    for (let i = 0; i < piece.length; i++) piece[i] = Math.imul(++count, 2654435761);
    const bytes = new Uint8Array(piece.buffer);
    sm3.update(bytes);
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await file.write(rest));
  }
  return hex(sm3.digest());
}

testWithPrograms(
  "a page and a terminal: texts, and files that survive a reload",
  ["chromium"],
  async (t) => {
    const folder = await Deno.makeTempDir();
    const browser = await startBrowser();
    const served = await serve(join(folder, "page"));
    const save = join(folder, "taken");
    await Deno.mkdir(save);
    const peer = await listener(["--json", "--accept", "all", "--save-dir", save], {
      home: join(folder, "terminal"),
    });
    try {
      const { page } = await window(browser);
      await open(page, served);
      await makeIdentity(page, "Alice");
      const result = await command(page, "call", { to: peer.peer });
      const { key } = result["peer"] as { key: string };
      await command(page, "contact", { name: "terminal", key });
      await page.reload();
      await page.waitForSelector(".person");
      await page.focus(".person");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".composer textarea");

      await t.step(
        "what the page writes stands in the terminal, and the other way round",
        async () => {
          await write(page, "from the page");
          const [, line] = await peer.out.match(/^(\{"type":"message".*"from the page".*\})$/m);
          const { peer: { key: who } } = JSON.parse(line!);
          await peer.type(
            `${JSON.stringify({ type: "message", to: who, text: "from the terminal" })}\n`,
          );
          await shows(page, "from the terminal");
          await page.waitForSelector(".message.mine .state.delivered");
        },
      );

      await t.step(
        "what another program of the same identity writes stands in the page",
        async () => {
          const { code, stderr } = await p2p(["chat", peer.peer, "-m", "from beside the page"], {
            home: served.home,
            cwd: folder,
          });
          assert.equal(code, 0, stderr);
          await shows(page, "from beside the page");
          await peer.out.match(/"from beside the page"/);
        },
      );

      const path = join(folder, "large.bin");
      const digest = await makeFile(path, SIZE);
      await t.step(
        "a file is dropped, the page reloads in the middle, and it goes on",
        async () => {
          await drop(page, ".said", path);
          await page.waitForFunction(() =>
            (document.querySelector<HTMLProgressElement>(".upload progress")?.value ?? 0) > 8e6
          );
          await page.reload();
          await page.waitForSelector(".person");
          await page.focus(".person");
          await page.keyboard.press("Enter");
          await page.waitForSelector(".note");
          await shows(page, "large.bin stopped at");
          const [{ offset = 0 } = {}] = await page.evaluate(async () =>
            (await (await fetch("/uploads", {
              headers: { "x-p2p-key": localStorage.getItem("p2p-key")! },
            })).json()).uploads
          );
          assert.ok(offset >= 8e6 && offset < SIZE, `${offset}`);
          // Nothing of what is here is read again.
          const begins: number[] = [];
          page.on("request", (request) => {
            const at = /\/uploads\/[0-9a-f]+\?offset=(\d+)/.exec(request.url())?.[1];
            if (at !== undefined) begins.push(Number(at));
          });
          await drop(page, ".said", path);
          await peer.out.match(/"type":"file".*large\.bin/);
          await page.waitForFunction(() =>
            document.querySelectorAll(".message.file .state.delivered").length === 1
          );
          assert.equal(begins[0], offset);
          const file = events(peer.out.text).find(({ type }) => type === "file")!;
          assert.equal(file["size"], SIZE);
          assert.equal(file["sm3"], digest);
          assert.equal((await page.$$(".note")).length, 0);
        },
      );

      await t.step("an upload is cancelled: nothing of it stays", async () => {
        await Deno.utime(path, new Date(1e12), new Date(1e12));
        await drop(page, ".said", path);
        await page.waitForFunction(() =>
          (document.querySelector<HTMLProgressElement>(".upload progress")?.value ?? 0) > 4e6
        );
        await page.focus(".upload .link");
        await page.keyboard.press("Enter");
        await page.waitForFunction(() => document.querySelector(".upload") === null);
        await page.waitForFunction(async () =>
          (await (await fetch("/uploads", {
            headers: { "x-p2p-key": localStorage.getItem("p2p-key")! },
          })).json()).uploads.length === 0
        );
        assert.equal((await page.$$(".message.file")).length, 1);
      });

      await t.step("a folder is refused at once, and what is dropped with it goes", async () => {
        const [inner, small] = [join(folder, "inner"), join(folder, "small.txt")];
        await Deno.mkdir(inner);
        await Deno.writeTextFile(small, "small");
        let tries = 0;
        page.on("request", (request) => tries += request.method() === "PUT" ? 1 : 0);
        await drop(page, ".said", inner, small);
        await shows(page, "inner cannot be read");
        await peer.out.match(/"type":"file".*small\.txt/);
        assert.equal(tries, 1, "nothing of the folder was tried");
      });
    } finally {
      await browser.close();
      await served.run.stop();
      await peer.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
