/** Chinese by an input method: its keys decide nothing, and what is being composed stays, whatever comes meanwhile. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { CDPSession } from "puppeteer-core";
import { testWithPrograms } from "../support/requires.ts";
import { PageClient } from "./client.ts";
import { Hands } from "./hands.ts";
import { command, keyOf, open } from "./people.ts";
import { serve, startBrowser, window } from "./support.ts";

/** An input method, as the browser hears of it. */
class InputMethod {
  constructor(readonly session: CDPSession) {}

  /** Shows what is composed so far, in the place of what it was before. */
  async compose(text: string): Promise<void> {
    const end = text.length;
    await this.session.send("Input.imeSetComposition", {
      ...{ text, selectionStart: end, selectionEnd: end },
    });
  }

  /** Puts the text there that was meant. */
  async commit(text: string): Promise<void> {
    await this.session.send("Input.insertText", { text });
  }

  /** A key that it takes for itself: browsers hear of it, as of one with the code 229. */
  async take(key: "Enter" | "Escape"): Promise<void> {
    for (const type of ["rawKeyDown", "keyUp"] as const) {
      const fields = { key, code: key, windowsVirtualKeyCode: 229 };
      await this.session.send("Input.dispatchKeyEvent", { type, ...fields });
    }
  }
}

testWithPrograms("Chinese is composed by an input method", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const browser = await startBrowser();
  const own = await serve(join(folder, "own"), [], { P2P_LANG: "zh" });
  const friend = await serve(join(folder, "friend"));
  const ben = await PageClient.open(friend, "小明");
  try {
    const { page } = await window(browser);
    await open(page, own);
    const hands = new Hands(page, "zh");
    const method = new InputMethod(await page.createCDPSession());
    const holds = async (selector: string, text: string) => {
      const has = await page.$eval(selector, (field) => (field as HTMLTextAreaElement).value);
      assert.equal(has, text);
      await hands.at(selector);
    };
    let count = 0;
    const comes = async (key: string) => {
      const text = `第 ${++count} 条`;
      ben.tell("message", { to: key, text });
      await hands.reads(".person-last", text);
    };

    await t.step("a name, and the other language in the middle of it", async () => {
      await hands.at("#field-name");
      await method.compose("wang");
      await method.take("Enter");
      await method.commit("王");
      await hands.to("button[lang]");
      await hands.press("Enter");
      await hands.reads("h1", "Talk to people");
      await hands.press("Enter");
      await hands.reads("h1", hands.words.welcome);
      await hands.back("#field-name");
      await holds("#field-name", "王");
      await hands.press("End");
      await method.compose("fang");
      await method.commit("芳");
      await holds("#field-name", "王芳");
      await hands.press("Enter");
      await hands.sees(".status:not(.off)");
    });

    const key = await keyOf(page);
    const [, port] = await friend.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
    const { peer } = await command(page, "call", { to: `127.0.0.1:${port}` });
    await command(page, "contact", { name: "小明", key: (peer as { key: string }).key });
    await hands.sees(".person");

    await t.step(
      "a message: Enter chooses, and sends nothing; what comes breaks nothing",
      async () => {
        await hands.to(".person");
        await hands.press("Enter");
        await hands.at("#write");
        await hands.type("A ");
        await method.compose("ni");
        await comes(key);
        await method.take("Enter");
        await method.compose("nihao");
        await comes(key);
        await holds("#write", "A nihao");
        await method.commit("你好");
        // As Safari has it: the composition is over, and then comes the key that ended it.
        await method.take("Enter");
        await holds("#write", "A 你好");
        assert.equal(await page.$(".message.mine"), null);
        await hands.press("Enter");
        await hands.reads(".message.mine", "A 你好");
        await holds("#write", "");
        await ben.event(({ text }) => text === "A 你好");
      },
    );

    await t.step("a search: Escape gives a composition up, not the search", async () => {
      await hands.back(hands.named("searchIn"));
      await hands.press("Enter");
      await hands.at("input.search");
      await method.compose("di");
      await comes(key);
      await method.take("Escape");
      await holds("input.search", "di");
      await method.compose("");
      await method.take("Escape");
      await holds("input.search", "");
      await method.compose("nihao");
      await method.commit("你好");
      await page.waitForFunction(() => document.querySelectorAll(".message").length === 1);
      await holds("input.search", "你好");
      await hands.press("Escape");
      await hands.seesNo("input.search");
    });

    await t.step("a window: Escape gives a composition up, not the window", async () => {
      await hands.to(hands.named("newGroup"));
      await hands.press("Enter");
      await hands.at("#field-name");
      await method.compose("pa");
      await comes(key);
      await method.take("Escape");
      await method.compose("pashan");
      await method.take("Enter");
      await holds("#field-name", "pashan");
      await method.commit("爬山");
      await method.take("Escape");
      await holds("#field-name", "爬山");
      await hands.press("Enter");
      await hands.reads(".who h2", "@爬山");
    });
  } finally {
    ben.close();
    await browser.close();
    for (const { run } of [own, friend]) await run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
