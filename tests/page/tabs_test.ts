/** Two tabs of one page, and other programs beside it: what is changed anywhere is seen everywhere, without a reload. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { p2p } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { PageClient } from "./client.ts";
import { command, keyOf, makeIdentity, open, write } from "./people.ts";
import { serve, shows, startBrowser, window } from "./support.ts";

/** Somebody who is nowhere. */
const NOBODY = encodePublicKeyText(generateKeyPair().publicKey);

/** Waits until the list of people has, or has not, a line that says `text`. */
async function listed(page: Page, text: string, there = true): Promise<void> {
  await page.waitForFunction(
    (text: string, there: boolean) =>
      [...document.querySelectorAll<HTMLElement>(".person")]
        .some(({ textContent }) => textContent?.includes(text)) === there,
    {},
    text,
    there,
  );
}

async function gone(page: Page, selector: string): Promise<void> {
  await page.waitForFunction(
    (selector: string) => document.querySelector(selector) === null,
    {},
    selector,
  );
}

testWithPrograms("what one tab changes is seen in the other", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const browser = await startBrowser();
  const [own, friend] = [await serve(join(folder, "own")), await serve(join(folder, "friend"))];
  const ben = await PageClient.open(friend, "Ben");
  try {
    const { page: one, context } = await window(browser);
    await open(one, own);
    await makeIdentity(one, "Anna");
    const anna = await keyOf(one);
    const [, port] = await friend.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
    const address = `127.0.0.1:${port}`;
    const { peer } = await command(one, "call", { to: address });
    const { key } = peer as { key: string };
    const two = await context.newPage();
    await two.goto(own.url);
    await two.waitForSelector(".status:not(.off)");
    const tabs = [one, two];
    /** The browser paints, and gives keys to, the tab in front alone. */
    const both = async (look: (page: Page) => Promise<unknown>) => {
      for (const page of tabs) {
        await page.bringToFront();
        await look(page);
      }
    };
    await both((page) => page.waitForSelector(`.person[data-id="${key}"]`));

    await t.step("a contact: saved, renamed, compared, blocked", async () => {
      await command(one, "contact", { name: "Ben", key, address });
      await both((page) => listed(page, "Ben"));
      await command(one, "rename", { name: "Ben", to: "Benjamin" });
      await both((page) => listed(page, "Benjamin"));
      await command(one, "verify", { peer: key, verified: true });
      await both((page) => page.waitForSelector(".person .verified"));
      await command(one, "verify", { peer: key, verified: false });
      await both((page) => gone(page, ".person .verified"));
      await two.bringToFront();
      await two.click(`.person[data-id="${key}"]`);
      await two.click(".who");
      await two.waitForSelector("dialog .danger");
      await command(one, "block", { peer: key });
      await two.waitForFunction(() =>
        document.querySelector("dialog .danger")?.textContent === "Blocked"
      );
      await command(one, "block", { peer: key, blocked: false });
      await two.waitForFunction(() =>
        document.querySelector("dialog .danger")?.textContent !== "Blocked"
      );
      await two.keyboard.press("Escape");
      await two.keyboard.press("Escape");
    });

    await t.step(
      "a group that is made in one tab, renamed while it is open in the other",
      async () => {
        await one.bringToFront();
        await one.click("[aria-label='New group']");
        await one.waitForSelector("#field-name");
        await one.type("#field-name", "hiking");
        await one.keyboard.press("Enter");
        await both((page) => listed(page, "@hiking"));
        await two.bringToFront();
        await two.click(".person[data-id^='@']");
        await write(two, "to all of us");
        await two.waitForSelector(".message.mine");
        await command(one, "group-rename", { group: "@hiking", name: "climbing" });
        await both((page) => listed(page, "@climbing"));
        await listed(two, "@hiking", false);
        await two.waitForFunction(() =>
          document.querySelector(".who h2")?.textContent === "@climbing"
        );
        await write(two, "to the same");
        await two.waitForFunction(() => document.querySelectorAll(".message.mine").length === 2);
        await gone(two, ".state.failed");
        await shows(two, "to all of us");
      },
    );

    await t.step("a setting, the language", async () => {
      await command(one, "set", { name: "theme", value: "dark" });
      await both((page) =>
        page.waitForFunction(() => document.documentElement.dataset["theme"] === "dark")
      );
      await one.bringToFront();
      await one.click("[aria-label='Settings']");
      await one.waitForSelector("#language");
      await one.select("#language", "zh");
      await both((page) => page.waitForFunction(() => document.documentElement.lang === "zh-Hans"));
      await one.bringToFront();
      await one.select("#language", "en");
      await both((page) => page.waitForFunction(() => document.documentElement.lang === "en"));
      await one.bringToFront();
      await one.keyboard.press("Escape");
    });

    await t.step("what was read in one tab is read in the other", async () => {
      // Whoever was blocked was hung up on.
      await command(one, "call", { to: address });
      ben.tell("message", { to: anna, text: "anybody there?" });
      await both((page) => page.waitForSelector(`.person[data-id="${key}"] .unread`));
      await one.bringToFront();
      await one.click(`.person[data-id="${key}"]`);
      await both((page) => gone(page, `.person[data-id="${key}"] .unread`));
    });

    await t.step("a history that is removed, in a window and by another program", async () => {
      await two.bringToFront();
      await two.click(`.person[data-id="${key}"]`);
      await both((page) => page.waitForSelector(".message.theirs"));
      await command(one, "delete-history", { with: key });
      await both((page) => gone(page, ".message"));
      ben.tell("message", { to: anna, text: "once more" });
      await both((page) => page.waitForSelector(".message.theirs"));
      const deleted = await p2p(["history", "delete", "Benjamin", "--yes"], own);
      assert.equal(deleted.code, 0, deleted.stderr);
      await both((page) => gone(page, ".message"));
    });

    await t.step("what another program changes about people", async () => {
      const renamed = await p2p(["contact", "rename", "Benjamin", "Benno"], own);
      assert.equal(renamed.code, 0, renamed.stderr);
      await both((page) => listed(page, "Benno"));
      await command(one, "contact", { name: "nobody", key: NOBODY });
      await both((page) => listed(page, "nobody"));
      await command(one, "forget", { name: "nobody" });
      await both((page) => listed(page, "nobody", false));
    });
  } finally {
    ben.close();
    await browser.close();
    for (const { run } of [own, friend]) await run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
