/** What a conversation shows, in which order: messages come while it is closed, while it is loaded, many at once. */
import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { join } from "node:path";
import { testWithPrograms } from "../support/requires.ts";
import { PageClient } from "./client.ts";
import { canHold, hold, holds, letCome, told } from "./held.ts";
import { command, keyOf, makeIdentity, open, write } from "./people.ts";
import { serve, startBrowser, window } from "./support.ts";

/** More than two pages of the history. */
const SAID = 120;

/** The first line of each message that is shown. */
async function shown(page: Page): Promise<string[]> {
  return await page.$$eval(
    ".message .words, .message .file-name bdi",
    (all) => all.map(({ textContent }) => textContent ?? ""),
  );
}

/** Waits for a number of messages. */
async function counts(page: Page, number: number): Promise<void> {
  await page.waitForFunction(
    (number: number) => document.querySelectorAll(".message").length === number,
    {},
    number,
  );
}

testWithPrograms("messages stand in the order of the history", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const browser = await startBrowser();
  const [own, friend] = [
    await serve(join(folder, "own"), ["--accept", "all"]),
    await serve(join(folder, "friend")),
  ];
  const ben = await PageClient.open(friend, "Ben");
  try {
    const { page } = await window(browser);
    await canHold(page);
    await open(page, own);
    await makeIdentity(page, "Anna");
    const key = await keyOf(page);
    const [, port] = await friend.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
    await command(page, "call", { to: `127.0.0.1:${port}` });
    const said = Array.from({ length: SAID }, (_, i) => `line ${i}`);

    await t.step("news of a conversation that was not opened yet stands last", async () => {
      for (const text of said) ben.tell("message", { to: key, text });
      await page.waitForFunction(
        (last: string) => document.querySelector(".person-last")?.textContent === last,
        {},
        said.at(-1)!,
      );
      await page.reload();
      await page.waitForSelector(".status:not(.off)");
      ben.tell("message", { to: key, text: "news" });
      await page.waitForFunction(() =>
        document.querySelector(".person-last")?.textContent === "news"
      );
      await page.click(".person");
      await page.waitForFunction(() => document.querySelectorAll(".message").length > 1);
      assert.deepEqual(await shown(page), [...said, "news"].slice(-50));
    });

    await t.step("older ones come before them, and what was there stays what it is", async () => {
      const last = await page.$(".message:last-of-type");
      for (const number of [100, SAID + 1]) {
        // Without a mouse: the way to the button would scroll, and that loads a page of itself.
        await page.$eval(".older", (button) => (button as HTMLElement).click());
        await counts(page, number);
      }
      assert.deepEqual(await shown(page), [...said, "news"]);
      assert.equal(await last!.evaluate(({ isConnected }) => isConnected), true);
    });

    await t.step("a file that comes while the history is being loaded is shown", async () => {
      await hold(page, { command: "history" });
      await page.click(".person");
      await holds(page);
      const upload = await ben.upload("notes.txt", new TextEncoder().encode("hello"));
      ben.tell("file", { to: key, upload });
      await told(page, "received");
      await letCome(page);
      await page.waitForSelector(".message.theirs.file");
      assert.deepEqual(await shown(page), [...said, "news", "notes.txt"]);
    });

    await t.step(
      "what is written while the program is away stays there, to a group too",
      async () => {
        await command(page, "group-create", { name: "hiking", members: [] });
        await page.reload();
        await page.waitForSelector(".person[data-id^='@']");
        await page.click(".person[data-id^='@']");
        own.run.kill("SIGTERM");
        await page.waitForFunction(() => document.querySelector(".status.off")?.textContent !== "");
        await write(page, "nobody hears this");
        await page.waitForSelector(".message.mine .state.failed");
        assert.deepEqual(await shown(page), ["nobody hears this"]);
      },
    );
  } finally {
    ben.close();
    await browser.close();
    for (const { run } of [own, friend]) await run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
