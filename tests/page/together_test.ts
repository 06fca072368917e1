/** Two pages: the field that grows, a file taken back on its way, everything at once with both pages reloaded. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { hex } from "../../lib/bytes.ts";
import { Sm3 } from "../../lib/crypto/sm3.ts";
import { p2p } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { until } from "../support/until.ts";
import { command, keyOf, makeIdentity, open } from "./people.ts";
import { texturedPng } from "./pictures.ts";
import { drop, fileOf, serve, type Served, shows, startBrowser, window } from "./support.ts";

/** Large enough to be seen on its way, twice. */
const SIZE = 64 << 20;
/** One that takes far longer than it takes the program to see that it was taken back. */
const LONG = 4 * SIZE;
/** Texts of each, half of them before the reload. */
const TEXTS = 50;

/** A file of which no piece is like another; answers its SM3. */
async function makeFile(path: string): Promise<string> {
  const sm3 = new Sm3();
  using file = await Deno.open(path, { write: true, create: true });
  const piece = new Uint32Array(1 << 18);
  for (let at = 0, count = 0; at < SIZE; at += piece.byteLength) {
    for (let i = 0; i < piece.length; i++) piece[i] = Math.imul(++count, 2654435761);
    const bytes = new Uint8Array(piece.buffer);
    sm3.update(bytes);
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await file.write(rest));
  }
  return hex(sm3.digest());
}

async function digestOf(path: string): Promise<string> {
  const sm3 = new Sm3();
  for await (const piece of (await Deno.open(path)).readable) sm3.update(piece);
  return hex(sm3.digest());
}

/** Opens the one conversation. */
async function openTalk(page: Page): Promise<void> {
  await page.bringToFront();
  await page.waitForSelector(".status:not(.off)");
  await page.waitForSelector(".person");
  await page.click(".person");
  await page.waitForSelector("#write");
}

/** Writes texts as fast as a page takes them. */
async function say(page: Page, texts: readonly string[]): Promise<void> {
  await page.evaluate((texts: readonly string[]) => {
    const area = document.querySelector<HTMLTextAreaElement>("#write")!;
    for (const text of texts) {
      area.value = text;
      area.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
      );
    }
  }, texts);
}

/** What a page has gone through of a file, on its way from the browser (`.upload`) or between the programs. */
async function passes(page: Page, selector: string, bytes: number): Promise<void> {
  await page.waitForFunction(
    (selector: string, bytes: number) =>
      (document.querySelector<HTMLProgressElement>(`${selector} progress`)?.value ?? 0) > bytes,
    { polling: 10 },
    selector,
    bytes,
  );
}

/** Loads what is older, and answers what each message says, from first to last. */
async function all(page: Page): Promise<string[]> {
  await page.bringToFront();
  while (await page.$(".older") !== null) {
    const before = (await page.$$(".message")).length;
    await page.$eval(".older", (button) => (button as HTMLElement).click());
    await page.waitForFunction(
      (before: number) => document.querySelectorAll(".message").length > before,
      {},
      before,
    );
  }
  return await page.$$eval(
    ".message",
    (all) =>
      all.map((message) =>
        message.querySelector(".words, .file-name bdi")?.textContent ??
          message.className.split(" ").at(-1)!
      ),
  );
}

/** The same of the program's history. */
async function kept({ home }: Served, name: string): Promise<string[]> {
  const { stdout, code, stderr } = await p2p(
    ["history", "show", name, "--limit", "500", "--json"],
    { home },
  );
  assert.equal(code, 0, stderr);
  return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line))
    .map(({ kind, text }) => kind === "voice" ? kind : text);
}

testWithPrograms("two pages, everything at once", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const browser = await startBrowser();
  const served: Served[] = [];
  const pages: Page[] = [];
  try {
    for (const name of ["Anna", "Ben"]) {
      const one = await serve(join(folder, name), ["--accept", "all"]);
      served.push(one);
      const { page } = await window(browser);
      await open(page, one);
      await makeIdentity(page, name);
      pages.push(page);
    }
    const [anna, ben] = pages as [Page, Page];
    const [annaRun, benRun] = served as [Served, Served];
    const address = async ({ run }: Served) =>
      `127.0.0.1:${(await run.err.match(/127\.0\.0\.1:(\d+)\s*$/m))[1]}`;
    await command(anna, "call", { to: await address(benRun) });
    for (
      const [page, other, run, name] of [[anna, ben, benRun, "Ben"], [
        ben,
        anna,
        annaRun,
        "Anna",
      ]] as const
    ) {
      await command(page, "contact", {
        name,
        key: await keyOf(other),
        address: await address(run),
      });
    }
    await openTalk(ben);
    await openTalk(anna);
    const saved = () => [...Deno.readDirSync(benRun.saveDir)].map(({ name }) => name).sort();
    const large = join(folder, "large.bin");
    const digest = await makeFile(large);
    const long = await fileOf(folder, "long.bin", new Uint8Array());
    await Deno.truncate(long, LONG);

    await t.step("the field grows with its text by the style alone, up to a bound", async () => {
      const look = () =>
        anna.$eval("#write", (area) => ({
          height: (area as HTMLElement).offsetHeight,
          style: area.getAttribute("style"),
        }));
      const { height } = await look();
      await anna.$eval("#write", (area) => {
        (area as HTMLTextAreaElement).value = "line\n".repeat(30);
        area.dispatchEvent(new InputEvent("input", { bubbles: true }));
      });
      // A measure by the script would lay out all messages for each key.
      assert.deepEqual(await look(), { height: 180, style: null });
      await anna.$eval("#write", (area) => {
        (area as HTMLTextAreaElement).value = "";
        area.dispatchEvent(new InputEvent("input", { bubbles: true }));
      });
      assert.equal((await look()).height, height);
    });

    for (const where of ["the page", "the shell"]) {
      await t.step(`a file is taken back on its way, in ${where}: both say so`, async () => {
        await anna.bringToFront();
        const before = (await anna.$$(".state.cancelled")).length;
        await drop(anna, ".said", long);
        // However fast the machine is, it is not there yet.
        await until(() => saved().some((name) => name.endsWith(".p2p-part")), "a transfer");
        benRun.run.kill("SIGSTOP");
        await anna.waitForFunction(
          (before: number) => document.querySelectorAll(".message").length > before,
          {},
          before,
        );
        if (where === "the page") {
          await anna.$eval(
            ".message:last-of-type footer .link",
            (button) => (button as HTMLElement).click(),
          );
        } else {
          const id = await anna.$eval(
            ".message:last-of-type",
            (message) => (message as HTMLElement).dataset["id"]!,
          );
          const { code, stderr } = await p2p(["outbox", "cancel", id], annaRun);
          assert.equal(code, 0, stderr);
        }
        await anna.waitForFunction(
          (before: number) => document.querySelectorAll(".state.cancelled").length > before,
          {},
          before,
        );
        benRun.run.kill("SIGCONT");
        await ben.bringToFront();
        await shows(ben, "long.bin: its sender took it back");
        await ben.waitForFunction(() => document.querySelector(".transfer") === null);
        await until(() => saved().length === 0, "an empty folder");
        assert.equal((await ben.$$(".message")).length, 0);
      });
    }

    await t.step("texts both ways, a picture, a note and a file, both pages reloaded", async () => {
      const lines = (name: string, from: number, to: number) =>
        Array.from({ length: to - from }, (_, i) => `${name} ${from + i}`);
      const half = TEXTS / 2;
      await anna.bringToFront();
      await anna.click("[aria-label='Record a voice note']");
      await anna.waitForFunction(() =>
        /0:0[1-9]/.test(document.querySelector(".recorder")?.textContent ?? "")
      );
      await anna.click(".recorder button.primary");
      await anna.waitForSelector(".message.voice");
      const picture = await fileOf(folder, "lake.png", texturedPng(320, 240));
      await anna.click("[aria-label='Hide a message in a picture']");
      const field = await anna.waitForSelector("#field-picture");
      await (field as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(picture);
      await anna.type("#hidden-text", "swordfish");
      await anna.click("dialog button.primary");
      await anna.waitForFunction(() => document.querySelector("dialog") === null);
      await ben.waitForSelector(".message.theirs.voice");
      await ben.waitForSelector(".message.theirs img.picture");
      await drop(anna, ".said", large);
      await Promise.all([
        say(anna, lines("anna", 0, half)),
        say(ben, lines("ben", 0, half)),
        passes(anna, ".upload", SIZE / 8),
      ]);
      await anna.reload();
      await openTalk(anna);
      await drop(anna, ".said", large);
      await Promise.all([
        say(anna, lines("anna", half, TEXTS)),
        passes(ben, ".transfer", SIZE / 8),
      ]);
      await ben.reload();
      await openTalk(ben);
      await say(ben, lines("ben", half, TEXTS));
      await ben.waitForFunction(() =>
        [...document.querySelectorAll(".message.theirs .file-name bdi")].some(({ textContent }) =>
          textContent === "large.bin"
        )
      );
      for (const [page, name] of [[anna, "ben"], [ben, "anna"]] as const) {
        await page.bringToFront();
        await shows(page, `${name} ${TEXTS - 1}`);
        // What the program did not have at the reload is offered again.
        for (const button of await page.$$(".again")) {
          await button.evaluate((each) => (each as HTMLElement).click());
        }
        await page.waitForFunction(() =>
          [...document.querySelectorAll(".message.mine .state")].every((state) =>
            state.matches(".delivered, .cancelled")
          )
        );
      }
      assert.equal(await digestOf(join(benRun.saveDir, "large.bin")), digest);
      const names = saved();
      assert.equal(names.length, 3, names.join());
      const [atAnna, atBen] = [await all(anna), await all(ben)];
      await ben.click(".message.theirs [aria-label='Look for a hidden message']");
      await shows(ben, "swordfish");
      assert.deepEqual(atAnna, await kept(annaRun, "Ben"));
      assert.deepEqual(atBen, await kept(benRun, "Anna"));
      const wanted = [
        ...lines("anna", 0, TEXTS),
        ...lines("ben", 0, TEXTS),
        ...["voice", "lake.png", "large.bin"],
      ].sort();
      assert.deepEqual(atBen.toSorted(), wanted);
      assert.deepEqual(atAnna.toSorted(), [...wanted, "long.bin", "long.bin"].sort());
      for (const said of [atAnna, atBen]) {
        for (const name of ["anna", "ben"]) {
          assert.deepEqual(
            said.filter((text) => text.startsWith(`${name} `)),
            lines(name, 0, TEXTS),
          );
        }
      }
    });
  } finally {
    await browser.close();
    for (const { run } of served) await run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
