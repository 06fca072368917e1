/** The page of an identity with a passphrase: nothing before it is given, wrong ones are refused, a lock asks for it again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { en } from "../../web/texts/en.ts";
import { p2p } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { Hands } from "./hands.ts";
import { holdRequest } from "./held.ts";
import { serve, shows, startBrowser, window } from "./support.ts";
import { makeIdentity, open } from "./people.ts";

testWithPrograms(
  "a passphrase opens the page, and opens it again after a lock",
  ["chromium"],
  async () => {
    const folder = await Deno.makeTempDir();
    const secret = join(folder, "secret");
    await Deno.writeTextFile(secret, "correct horse\n");
    const home = join(folder, "one", "home");
    const made = await p2p(["keygen", "--passphrase-file", secret], { home });
    assert.equal(made.code, 0, made.stderr);
    const served = await serve(join(folder, "one"));
    const browser = await startBrowser();
    try {
      const { page } = await window(browser);
      const state = () =>
        page.evaluate(async () => {
          const headers = { "x-p2p-key": localStorage.getItem("p2p-key")! };
          return await (await fetch("/state", { headers })).json();
        });
      const give = async (words: string) => {
        await page.waitForSelector("#field-passphrase");
        await page.focus("#field-passphrase");
        await page.keyboard.type(words);
        await page.keyboard.press("Enter");
      };
      await open(page, served);
      await page.waitForSelector("#field-passphrase");
      const before = await state();
      assert.equal(before.stage, "locked");
      assert.equal(before.self, undefined);
      await give("wrong");
      await page.waitForFunction(() => document.querySelector(".problem")!.textContent !== "");
      assert.equal((await state()).stage, "locked");
      // Typed anew while the wrong one is being tried: that stays, and so does the focus.
      const { came, letGo } = await holdRequest(page, "/unlock");
      await give("wrong");
      await came;
      const hands = new Hands(page, "en");
      await hands.chord("Control", "a");
      await hands.type("correct horse", async () => {
        await letGo();
        await page.waitForFunction(() => document.querySelector(".problem")!.textContent !== "");
      });
      await page.keyboard.press("Enter");
      await page.waitForSelector(".people");
      await page.waitForSelector(".status:not(.off)");

      // Locked by hand, as after a time without use: the conversations are gone from the screen.
      await page.focus("[aria-label='Settings']");
      await page.keyboard.press("Enter");
      await page.waitForSelector("dialog section.row button");
      await page.$$eval("dialog section.row button", (all) => all.at(-1)!.click());
      await shows(page, "Locked");
      assert.equal(await page.$(".people"), null);
      assert.equal((await state()).stage, "idle");
      await give("wrong");
      await page.waitForFunction(() => document.querySelector(".problem")!.textContent !== "");
      await give("correct horse");
      await page.waitForSelector(".people");
      await page.waitForSelector(".status:not(.off)");

      // Somebody without a session gets nothing, and the link that was used opens nothing.
      const { page: other } = await window(browser);
      await open(other, served);
      await shows(other, "This window has no session");
    } finally {
      await browser.close();
      await served.run.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
);

testWithPrograms(
  "a page where nobody is locks by itself, whatever it does by itself meanwhile",
  ["chromium"],
  async () => {
    const folder = await Deno.makeTempDir();
    const served = await serve(folder, ["--lock", "1"]);
    const browser = await startBrowser();
    try {
      const { page } = await window(browser);
      await open(page, served);
      await makeIdentity(page, "Anna");
      // What comes is looked at, of itself: commands of the page without a person.
      await page.evaluate(() => {
        const key = localStorage.getItem("p2p-key") ?? "";
        const socket = new WebSocket(`ws://${location.host}/events`, ["p2p", `key.${key}`]);
        socket.onopen = () => setInterval(() => socket.send('{"type":"outbox"}'), 1000);
      });
      await page.waitForFunction(
        (words: string) => document.querySelector("h1")?.textContent === words,
        { timeout: 120_000 },
        en.lockedTitle,
      );
      assert.equal(await page.$(".people"), null);
      // No passphrase: the terminal shows a new link, and that alone opens it.
      const links =
        () => [...served.run.err.text.matchAll(/(http:\/\/127\.0\.0\.1:\d+\/#[\w-]+)/g)];
      await served.run.err.match(/locked[\s\S]*#/);
      const [before, now] = links();
      for (const [link, opens] of [[before![1]!, false], [now![1]!, true]] as const) {
        await page.waitForSelector("#field-link");
        await page.type("#field-link", link);
        await page.keyboard.press("Enter");
        if (opens) await page.waitForSelector(".status:not(.off)");
        else {
          await shows(page, en.linkUsed);
          await page.$eval("#field-link", (field) => (field as HTMLInputElement).select());
        }
      }
    } finally {
      await browser.close();
      await served.run.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
