/** The page of an identity with a passphrase: nothing before it is given, wrong ones are refused, a lock asks for it again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { p2p } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { serve, shows, startBrowser, window } from "./support.ts";
import { open } from "./people.ts";

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
      await give("correct horse");
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
