/** Where somebody types, it stays: whatever comes meanwhile, from the peer, from the program, or late from the page itself. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { testWithPrograms } from "../support/requires.ts";
import { PageClient } from "./client.ts";
import { Hands } from "./hands.ts";
import { canHold, hold, holds, letCome } from "./held.ts";
import { command, keyOf, makeIdentity, open } from "./people.ts";
import { serve, startBrowser, window } from "./support.ts";

testWithPrograms("what comes while somebody types takes nothing away", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const browser = await startBrowser();
  const own = await serve(join(folder, "own"));
  const friend = await serve(join(folder, "friend"));
  const ben = await PageClient.open(friend, "Ben");
  try {
    const { page } = await window(browser);
    await canHold(page);
    await open(page, own);
    await makeIdentity(page, "Anna");
    const hands = new Hands(page, "en");
    const key = await keyOf(page);
    const [, port] = await friend.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
    const address = `127.0.0.1:${port}`;
    const { peer } = await command(page, "call", { to: address });
    const { key: benKey } = peer as { key: string };
    const clara = encodePublicKeyText(generateKeyPair().publicKey);
    await command(page, "contact", { name: "Ben", key: benKey });
    await command(page, "contact", { name: "Clara", key: clara });
    await page.reload();
    await hands.sees(".status:not(.off)");
    const line = (id: string) => `.person[data-id="${id}"]`;

    /** Goes to a conversation. */
    const goTo = async (id: string) => {
      await hands.back(line(id));
      await hands.press("Enter");
      await hands.at("#write");
    };
    /** Ben writes, and it has come. */
    let count = 0;
    const benWrites = async () => {
      const text = `line ${++count}`;
      ben.tell("message", { to: key, text });
      await hands.reads(".person-last", text);
    };

    /** A step of somebody who has just opened the page, and Ben's conversation in it. */
    const step = (name: string, act: () => Promise<void>) =>
      t.step(name, async () => {
        await page.evaluate(() => sessionStorage.clear());
        await page.reload();
        await hands.sees(".status:not(.off)");
        await hands.to(line(benKey));
        await hands.press("Enter");
        await hands.at("#write");
        await act();
      });

    for (
      const [opener, first, next] of [
        ["hideInPicture", "#field-picture", "#hidden-text"],
        ["newGroup", "#field-name", "dialog fieldset input"],
        ["searchIn", "input.search", "#write"],
      ] as const
    ) {
      await step(`what opens has the focus as it opens, not later: ${opener}`, async () => {
        await hands.back(hands.named(opener));
        await hold(page, "painted");
        await hands.press("Enter");
        await hands.at(first);
        await hands.to(next);
        if (next === "dialog fieldset input") await hands.tick(() => letCome(page));
        else await hands.type("and there it stays", () => letCome(page));
        await hands.at(next);
      });
    }

    await step("a draft is back before anybody can type over it", async () => {
      await hands.type("begun");
      await goTo(clara);
      await hands.back(line(benKey));
      await hold(page, "painted", { command: "history" });
      await hands.press("Enter");
      await hands.at("#write");
      await hands.type(" and ended", () => letCome(page));
      const draft = await page.$eval("#write", (area) => (area as HTMLTextAreaElement).value);
      assert.equal(draft, "begun and ended");
    });

    /** All that a peer can do at once: a text, a file, an invitation to a group; and it has come. */
    let groups = 0;
    const all = async () => {
      const [name, text] = [`club${++groups}`, `line ${++count}`];
      const upload = await ben.upload(`${name}.txt`, new TextEncoder().encode(name));
      await ben.command("group-create", { name, members: [key] });
      ben.tell("file", { to: key, upload });
      await hands.reads(".person-name", `@${name}`);
      await hands.reads(".person-last", `${name}.txt`);
      ben.tell("message", { to: key, text });
      await hands.reads(".person-last", text);
    };
    for (
      const [where, go] of [
        ["a message", () => hands.at("#write")],
        ["a search", async () => {
          await hands.back(hands.named("searchIn"));
          await hands.press("Enter");
          await hands.at("input.search");
        }],
        ["a name", async () => {
          await hands.back(".who");
          await hands.press("Enter");
          await hands.to("#field-name");
        }],
        ["a new group", async () => {
          await hands.back(hands.named("newGroup"));
          await hands.press("Enter");
          await hands.at("#field-name");
        }],
      ] as const
    ) {
      await step(`what comes from a peer leaves it alone: ${where}`, async () => {
        await go();
        await hands.type("line by line", all);
      });
    }

    for (
      const [what, late, ask] of [
        ["a call", "call", async () => {
          await hands.back(hands.named("addPerson"));
          await hands.press("Enter");
          await hands.to("#field-address");
          await hands.type(address);
        }],
        ["a new group", "group-create", async () => {
          await hands.back(hands.named("newGroup"));
          await hands.press("Enter");
          await hands.at("#field-name");
          await hands.type("choir");
        }],
      ] as const
    ) {
      await step(`${what} is answered to somebody who went on to write to another`, async () => {
        await goTo(clara);
        await hold(page, { command: late });
        await ask();
        await hands.press("Enter");
        await holds(page);
        await hands.press("Escape");
        await hands.seesNo("dialog");
        await goTo(clara);
        const [name] = what === "a call" ? ["Ben"] : ["choir"];
        await hands.type("dear Clara", async () => {
          await letCome(page);
          await hands.reads(".notices", hands.words.nowInList(name));
        });
        await hands.reads(".who h2", "Clara");
      });
    }

    await step("a call is answered to somebody who goes on in the same window", async () => {
      await hold(page, { command: "call" });
      await hands.back(hands.named("addPerson"));
      await hands.press("Enter");
      await hands.to("#field-address");
      await hands.type(address);
      await hands.press("Enter");
      await hands.to("#field-code");
      await holds(page);
      await hands.type("7-apple-pear", async () => {
        await letCome(page);
        await hands.reads(".notices", hands.words.nowInList("Ben"));
      });
    });

    await step("a microphone that may not be used is told to somebody who searches", async () => {
      await page.evaluate(() => {
        navigator.mediaDevices.getUserMedia = () =>
          new Promise((_, reject) => Object.assign(globalThis, { refuse: reject }));
      });
      await hands.to(hands.named("recordVoice"));
      await hands.press("Enter");
      await hands.at(".recorder button.primary");
      await hands.back(hands.named("searchIn"));
      await hands.press("Enter");
      await hands.at("input.search");
      await hands.type("line", async () => {
        await page.evaluate("refuse(new Error('no'))");
        await hands.reads(".notices", hands.words.noMicrophone);
      });
    });

    await step(
      "a list that is gone through stays where it is, and so do the settings",
      async () => {
        await hands.back(hands.named("settings"));
        await hands.press("Enter");
        await hands.to("#theme");
        await hold(page, { command: "set" }, { command: "config" });
        await hands.turn(["ArrowDown", "ArrowDown"], benWrites);
        await holds(page, 2);
        await letCome(page);
        await hands.reads(".notices", hands.words.saved);
        await page.waitForFunction(() => document.documentElement.dataset["theme"] === "dark");
        await benWrites();
        assert.equal(
          await page.$eval("#theme", (list) => (list as HTMLSelectElement).value),
          "dark",
        );
        await hands.turn(["ArrowUp", "ArrowUp"], benWrites);
        await page.waitForFunction(() => document.documentElement.dataset["theme"] === undefined);
        await hands.press("Escape");
        await hands.seesNo("dialog");
      },
    );

    await step("a box stays ticked before the program has heard of it", async () => {
      await hands.back(".who");
      await hands.press("Enter");
      await hands.to("dialog .choice input");
      await hold(page, { command: "verify" });
      await hands.tick(benWrites);
      await holds(page);
      await letCome(page);
      await hands.sees("h2 .verified");
      await benWrites();
      assert.equal(
        await page.$eval("dialog .choice input", (box) => (box as HTMLInputElement).checked),
        true,
      );
    });

    await step("on a phone: its keyboard comes, it is turned, and the draft stays", async () => {
      await page.setViewport({ width: 390, height: 760 });
      await hands.to("#write");
      await hands.type("half a word", () => page.setViewport({ width: 390, height: 380 }));
      await hands.at("#write");
      await hands.type(" and more", async () => {
        await page.setViewport({ width: 760, height: 390 });
        await all();
      });
      await hands.at("#write");
      await page.setViewport({ width: 1280, height: 800 });
    });
  } finally {
    ben.close();
    await browser.close();
    for (const { run } of [own, friend]) await run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
