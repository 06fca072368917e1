/** One press, one thing done: double clicks, keys that are held, keys pressed twice; and what is left in the middle. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { testWithPrograms } from "../support/requires.ts";
import { PageClient } from "./client.ts";
import { Hands } from "./hands.ts";
import { canHold, hold, holdRequest, holds, letCome } from "./held.ts";
import { command, keyOf, makeIdentity, open } from "./people.ts";
import { texturedPng } from "./pictures.ts";
import { drop, fileOf, serve, startBrowser, window } from "./support.ts";

/** Clicks twice in one place; `between` happens after the first click. */
async function doubleClick(
  page: Page,
  { x, y }: { readonly x: number; readonly y: number },
  between?: () => Promise<void>,
): Promise<void> {
  const session = await page.createCDPSession();
  for (const clickCount of [1, 2]) {
    for (const type of ["mousePressed", "mouseReleased"] as const) {
      await session.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount });
    }
    if (clickCount === 1) await between?.();
  }
  await session.detach();
}

testWithPrograms("one press does one thing", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const browser = await startBrowser();
  const own = await serve(join(folder, "own"));
  const friend = await serve(join(folder, "friend"), ["--accept", "all"]);
  const ben = await PageClient.open(friend, "Ben");
  try {
    const { page } = await window(browser);
    await canHold(page);
    await open(page, own);
    await makeIdentity(page, "Anna");
    const hands = new Hands(page, "en");
    const key = await keyOf(page);
    const [, port] = await friend.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
    // No contact: what he sends is asked about.
    const { peer } = await command(page, "call", { to: `127.0.0.1:${port}` });
    const { key: benKey } = peer as { key: string };
    await hands.sees(".person");
    const step = (name: string, act: () => Promise<void>) =>
      t.step(name, async () => {
        await page.evaluate(() => sessionStorage.clear());
        await page.reload();
        await hands.sees(".status:not(.off)");
        await hands.to(`.person[data-id="${benKey}"]`);
        await hands.press("Enter");
        await hands.at("#write");
        await act();
      });
    const middleOf = async (selector: string) => {
      const box = await (await page.waitForSelector(selector))!.boundingBox();
      return { x: box!.x + box!.width / 2, y: box!.y + box!.height / 2 };
    };
    const errors = () =>
      page.$$eval(".notices .error", (all) => all.map(({ textContent }) => textContent));

    await step("a double click on Accept takes one file, not the next one, too", async () => {
      for (const name of ["first.txt", "second.txt"]) {
        const upload = await ben.upload(name, new TextEncoder().encode(name));
        ben.tell("file", { to: key, upload });
      }
      const question = () =>
        page.$$eval(".question p", (all) => all.map(({ innerText }) => innerText));
      await hands.reads(".question", "first.txt");
      const at = await middleOf(".question button.primary");
      await doubleClick(page, at, async () => {
        await hands.reads(".question", "second.txt");
        await page.waitForFunction(
          ({ x, y }: { x: number; y: number }) =>
            document.elementFromPoint(x, y)?.matches(".question button.primary"),
          {},
          at,
        );
      });
      assert.equal((await question()).length, 1);
      await hands.to(".question button:not(.primary)");
      await hands.press("Enter");
      await hands.seesNo(".question");
    });

    for (const held of [false, true]) {
      await step(`Enter makes one group, ${held ? "held down" : "pressed twice"}`, async () => {
        await hold(page, { command: "group-create" });
        await hands.back(hands.named("newGroup"));
        await hands.press("Enter");
        await hands.at("#field-name");
        const name = held ? "reading" : "hiking";
        await hands.type(name);
        for (let i = 0; i < 3; i++) {
          if (held) await page.keyboard.down("Enter");
          else await hands.press("Enter");
        }
        await page.keyboard.up("Enter");
        await holds(page);
        await letCome(page);
        await hands.reads(".who h2", `@${name}`);
        await hands.at("#write");
        // Whatever else was asked has been answered behind this.
        await command(page, "identity");
        assert.deepEqual(await errors(), []);
      });
    }

    await step("Enter held down at the microphone records, and sends nothing", async () => {
      await hands.to(hands.named("recordVoice"));
      await page.keyboard.down("Enter");
      await hands.at(".recorder button.primary");
      await hands.sees(".recorder button.primary[aria-disabled=false]");
      await page.keyboard.down("Enter");
      await page.keyboard.up("Enter");
      await hands.at(".recorder button.primary");
      await hands.press("Escape");
      await hands.at(hands.named("recordVoice"));
      assert.equal(await page.$(".message.voice"), null);
    });

    await step("a double click on the end of a note begins no other", async () => {
      const { x, y } = await middleOf(hands.named("recordVoice"));
      await page.mouse.click(x, y);
      await hands.sees(".recorder button.primary[aria-disabled=false]");
      const button = await (await page.$(".recorder button.primary"))!.boundingBox();
      assert.ok(
        button!.x < x && x < button!.x + button!.width,
        "the one stands where the other did",
      );
      await page.waitForFunction(() =>
        /0:0[1-9]/.test(document.querySelector(".recorder")!.textContent!)
      );
      await doubleClick(page, { x, y }, () => hands.sees("#write:not(.recorder)"));
      await hands.sees(".message.mine.voice .state.delivered");
      assert.equal(await page.$(".recorder"), null);
    });

    await step("a double click on Send sends once", async () => {
      await hands.type("once");
      await doubleClick(page, await middleOf("button.send"));
      await hands.reads(".message.mine", "once");
      await ben.event(({ text }) => text === "once");
      assert.equal((await page.$$(".message.mine.text")).length, 1);
    });

    await step(
      "a recording is dropped with its conversation, and the microphone let go",
      async () => {
        await page.evaluate(() => {
          const { mediaDevices } = navigator;
          const get = mediaDevices.getUserMedia.bind(mediaDevices);
          mediaDevices.getUserMedia = async (wanted) => {
            const stream = await get(wanted);
            Object.assign(globalThis, { stream });
            return stream;
          };
        });
        await hands.to(hands.named("recordVoice"));
        await hands.press("Enter");
        await hands.sees(".recorder button.primary[aria-disabled=false]");
        await hands.back(".person[data-id^='@']");
        await hands.press("Enter");
        await hands.reads(".who h2", "@");
        await hands.seesNo(".recorder");
        await page.waitForFunction(
          "stream.getTracks().every(({ readyState }) => readyState === 'ended')",
        );
      },
    );

    /** Closes the browser's window, as a person would: whether it asked first, and went on as if it had not been asked. */
    const asksBeforeClosing = async () => {
      const asked = new Promise<string>((resolve) =>
        page.once("dialog", async (dialog) => {
          await dialog.dismiss();
          resolve(dialog.type());
        })
      );
      await page.close({ runBeforeUnload: true });
      assert.equal(await asked, "beforeunload");
    };

    await step("a window that has a note alone asks before it is closed", async () => {
      await hands.to(hands.named("recordVoice"));
      await hands.press("Enter");
      await hands.sees(".recorder button.primary[aria-disabled=false]");
      await asksBeforeClosing();
      await hands.sees(".recorder");
      await hands.press("Escape");
      await hands.seesNo(".recorder");
    });

    await step("what is hidden goes out, though window and conversation are left", async () => {
      const picture = await fileOf(folder, "lake.png", texturedPng(320, 240));
      await hands.back(hands.named("hideInPicture"));
      await hands.press("Enter");
      await hands.at("#field-picture");
      await hands.choose(picture);
      await hands.to("#hidden-text");
      await hands.type("密码 is swordfish");
      await hands.to("dialog button.primary");
      const { came, letGo } = await holdRequest(page, "/uploads/");
      await hands.press("Enter");
      await hands.seesNo("dialog");
      await hands.back(".person[data-id^='@']");
      await hands.press("Enter");
      await hands.reads(".who h2", "@");
      await came;
      await asksBeforeClosing();
      await letGo();
      await ben.event(({ type, name }) => type === "received" && name === "lake.png");
      await hands.reads(".person-last", "lake.png");
    });

    await step("a file is dropped in the middle of a draft, which stays", async () => {
      const file = await fileOf(folder, "notes.txt", new TextEncoder().encode("hello"));
      await hands.type("draft", () => drop(page, ".said", file));
      await hands.sees(".message.mine.file .state.delivered");
    });
  } finally {
    ben.close();
    await browser.close();
    for (const { run } of [own, friend]) await run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
