/**
 * The page in a real browser: two people on one machine make their identities, meet, write, send a picture with something
 * hidden in it and a note from the microphone, go away and come back. English and Chinese, light and dark, by keyboard.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { barriersInBoth } from "./barriers.ts";
import { testWithPrograms } from "../support/requires.ts";
import { fileOf, serve, type Served, shows, startBrowser, window } from "./support.ts";
import { makeIdentity, open, tabTo, write } from "./people.ts";
import { texturedPng } from "./pictures.ts";

testWithPrograms("two people at their pages: the whole job", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const browser = await startBrowser();
  const served: Served[] = [];
  const foreign: string[] = [];
  const errors: string[] = [];
  const violations: string[] = [];
  const begin = async (name: string, language: string): Promise<[Page, Served]> => {
    const one = await serve(join(folder, name), [], { P2P_LANG: language });
    served.push(one);
    const { page } = await window(browser);
    page.on("request", (request) => {
      const { origin } = new URL(request.url());
      if (`${origin}/` !== one.url && !/^(?:blob|data):/.test(request.url())) {
        foreign.push(request.url());
      }
    });
    page.on("pageerror", (error) => errors.push(`${name}: ${error}`));
    page.on("console", (line) => {
      if (line.type() === "error") {
        errors.push(`${name}: ${line.text()} ${line.location().url ?? ""}`);
      }
    });
    return [page, one];
  };
  try {
    const [alice, aliceRun] = await begin("alice", "en");
    const [bob, bobRun] = await begin("bob", "zh");

    await t.step("the first minute, by keyboard", async () => {
      for (
        const [page, run, name] of [[alice, aliceRun, "Alice"], [bob, bobRun, "小明"]] as const
      ) {
        await open(page, run);
        await page.waitForSelector("#field-name");
        violations.push(...await barriersInBoth(page, `welcome of ${name}`));
        await makeIdentity(page, name);
        // The token is nowhere any more.
        assert.equal(await page.evaluate(() => location.hash), "");
      }
    });

    await t.step("an invitation from one page is accepted in the other", async () => {
      const listening = await bobRun.run.err.match(/127\.0\.0\.1:(\d+)$/m);
      await bob.bringToFront();
      await tabTo(bob, "[aria-label='添加联系人']");
      await bob.keyboard.press("Enter");
      await bob.waitForSelector(".qr path");
      violations.push(...await barriersInBoth(bob, "add a person"));
      const line = await bob.$eval(".line", (field) => (field as HTMLInputElement).value);
      await bob.keyboard.press("Escape");
      await alice.bringToFront();
      await tabTo(alice, "[aria-label='Add a person']");
      await alice.keyboard.press("Enter");
      await tabTo(alice, "#field-line");
      await alice.keyboard.type(line);
      await alice.keyboard.press("Enter");
      await alice.waitForSelector(".composer textarea");
      await shows(alice, "小明");
      // Where Bob is: his socket is on a free port of this machine alone.
      await alice.click("[aria-label='Add a person']");
      await alice.waitForSelector("#field-address");
      await alice.type("#field-address", `127.0.0.1:${listening[1]}`);
      await alice.keyboard.press("Enter");
      await alice.waitForFunction(() => document.querySelector("dialog") === null);
      await shows(alice, "Connected");
    });

    await t.step("texts: a state of delivery, a link, nothing that runs", async () => {
      await write(alice, "Hello! https://example.org/a <b onclick=alert(1)>bold</b>");
      await alice.waitForSelector(".message.mine .state.delivered");
      await bob.bringToFront();
      await bob.waitForSelector(".person");
      await bob.focus(".person");
      await bob.keyboard.press("Enter");
      await bob.waitForSelector(".message.theirs a[href='https://example.org/a'][rel~=noopener]");
      await shows(bob, "<b onclick=alert(1)>bold</b>");
      await write(bob, "你好，Alice");
      await alice.bringToFront();
      await alice.waitForSelector(".message.theirs");
      await shows(alice, "你好，Alice");
    });

    await t.step("a picture with something hidden in it is sent, shown, and revealed", async () => {
      const picture = await fileOf(folder, "holiday.png", texturedPng(320, 240));
      await alice.focus("[aria-label='Hide a message in a picture']");
      await alice.keyboard.press("Enter");
      await alice.waitForSelector("#field-picture");
      violations.push(...await barriersInBoth(alice, "hide"));
      const field = await alice.$("#field-picture");
      await (field as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(picture);
      await alice.type("#hidden-text", "密码 is swordfish");
      await tabTo(alice, "dialog button.primary");
      await alice.keyboard.press("Enter");
      // Bob does not know Alice yet: he is asked.
      await bob.bringToFront();
      await bob.waitForSelector(".question button.primary");
      await bob.focus(".question button.primary");
      await bob.keyboard.press("Enter");
      await bob.waitForSelector(".message.theirs img.picture");
      await bob.focus(".message.theirs [aria-label='查找隐藏的消息']");
      await bob.keyboard.press("Enter");
      await bob.waitForSelector(".found");
      await shows(bob, "密码 is swordfish");
    });

    await t.step("the safety number is the same at both, and is marked", async () => {
      const number = async (page: Page) => {
        await page.bringToFront();
        await page.focus(".who");
        await page.keyboard.press("Enter");
        await page.waitForFunction(() => document.querySelectorAll(".safety span").length > 1);
        const digits = await page.$eval(".safety", (element) => element.textContent);
        violations.push(...await barriersInBoth(page, "a person"));
        return digits;
      };
      const [a, b] = [await number(alice), await number(bob)];
      assert.equal(a, b);
      assert.match(a ?? "", /^\d{60}$/);
      await bob.focus("#field-name");
      await bob.keyboard.type("Alice");
      await bob.keyboard.press("Enter");
      await bob.focus("dialog .choice input");
      await bob.keyboard.press("Space");
      await bob.waitForSelector("h2 .verified");
      await bob.keyboard.press("Escape");
      await alice.bringToFront();
      await alice.keyboard.press("Escape");
      await alice.waitForFunction(() => document.querySelector("dialog") === null);
    });

    await t.step(
      "a note from the microphone: a meter, an early end, a picture of it, heard",
      async () => {
        await alice.focus("[aria-label='Record a voice note']");
        await alice.keyboard.press("Enter");
        await alice.waitForFunction(() =>
          (document.querySelector<HTMLMeterElement>(".recorder meter")?.value ?? 0) > 0.2
        );
        violations.push(...await barriersInBoth(alice, "recorder"));
        await alice.waitForFunction(() =>
          /0:0[1-9]/.test(document.querySelector(".recorder")!.textContent!)
        );
        await alice.focus(".recorder button.primary");
        await alice.keyboard.press("Enter");
        await bob.bringToFront();
        await bob.waitForSelector(".message.voice .wave rect");
        await bob.waitForFunction(() => {
          const heights = [...document.querySelectorAll(".wave rect")].map((bar) =>
            Number(bar.getAttribute("height"))
          );
          return Math.max(...heights) > 20;
        });
        await bob.focus(".message.voice button");
        await bob.keyboard.press("Enter");
        await bob.waitForFunction(() => (document.querySelector("audio")?.currentTime ?? 0) > 0.3);
        const [note] = [...Deno.readDirSync(bobRun.saveDir)].filter(({ name }) =>
          name.endsWith(".wav")
        );
        assert.match(note?.name ?? "", /^voice-\d{8}-\d{6}\.wav$/);
        // What one sent oneself is heard again, too.
        await alice.bringToFront();
        await alice.waitForSelector(".message.mine.voice audio[src^='blob:']");
      },
    );

    await t.step("a reload loses nothing, search finds, the list of both is whole", async () => {
      await alice.reload();
      await alice.waitForSelector(".person");
      await alice.focus(".person");
      await alice.keyboard.press("Enter");
      await alice.waitForSelector(".message.mine img.picture");
      assert.equal((await alice.$$(".message")).length, 4);
      await alice.focus("[aria-label='Search this conversation']");
      await alice.keyboard.press("Enter");
      await alice.waitForSelector(".search");
      await alice.type(".search", "hello");
      await alice.waitForFunction(() => document.querySelectorAll(".message").length === 1);
      await alice.focus("[aria-label='End the search']");
      await alice.keyboard.press("Enter");
      await alice.waitForFunction(() => document.querySelectorAll(".message").length === 4);
      violations.push(...await barriersInBoth(alice, "conversation in English"));
      violations.push(...await barriersInBoth(bob, "conversation in Chinese"));
    });

    await t.step("a group of both: made in a window, written to from either page", async () => {
      await alice.focus("[aria-label='New group']");
      await alice.keyboard.press("Enter");
      await alice.waitForSelector("dialog fieldset input");
      violations.push(...await barriersInBoth(alice, "new group"));
      await alice.focus("#field-name");
      await alice.keyboard.type("hiking");
      await alice.focus("dialog fieldset input");
      await alice.keyboard.press("Space");
      await tabTo(alice, "dialog button.primary");
      await alice.keyboard.press("Enter");
      await alice.waitForFunction(() =>
        document.querySelector(".who h2")?.textContent?.includes("@hiking")
      );
      await write(alice, "to all of us");
      // Alice is a contact of Bob's by now: her invitation is taken.
      await bob.bringToFront();
      await bob.waitForFunction(() =>
        [...document.querySelectorAll(".person-name")].some(({ textContent }) =>
          textContent === "@hiking"
        )
      );
      await bob.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>(".person")]
          .find(({ textContent }) => textContent?.includes("@hiking"))!.focus()
      );
      await bob.keyboard.press("Enter");
      await shows(bob, "to all of us");
      await write(bob, "我也在");
      await alice.bringToFront();
      await shows(alice, "我也在");
      await alice.waitForSelector(".author");
      await alice.focus("[aria-label='Record a voice note']");
      await alice.keyboard.press("Enter");
      await alice.waitForFunction(() =>
        /0:0[1-9]/.test(document.querySelector(".recorder")?.textContent ?? "")
      );
      await alice.focus(".recorder button.primary");
      await alice.keyboard.press("Enter");
      await bob.waitForSelector(".message.theirs.voice audio[src^='blob:']");
      // What one sent to a group oneself is heard again, too.
      await alice.waitForSelector(".message.mine.voice audio[src^='blob:']");
      await alice.focus(".message.mine.voice button[aria-label='Play']");
      await alice.keyboard.press("Enter");
      await alice.waitForFunction(() => (document.querySelector("audio")?.currentTime ?? 0) > 0.3);
      violations.push(...await barriersInBoth(alice, "group"));
      await alice.focus(".who");
      await alice.keyboard.press("Enter");
      await alice.waitForSelector("dialog .plain li");
      violations.push(...await barriersInBoth(alice, "members"));
      await alice.keyboard.press("Escape");
      await alice.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>(".person")]
          .find(({ textContent }) => textContent?.includes("小明"))!.focus()
      );
      await alice.keyboard.press("Enter");
      await alice.waitForFunction(() =>
        document.querySelector(".who h2")?.textContent?.includes("小明")
      );
    });

    await t.step("what waits is taken back; the settings; the other language", async () => {
      await bob.close();
      bobRun.run.kill("SIGTERM");
      assert.equal(await bobRun.run.code(), 143);
      await shows(alice, "Not connected");
      await write(alice, "later");
      await alice.waitForSelector(".message:last-of-type .state.waiting");
      await alice.waitForFunction(() =>
        document.querySelector(".people > footer")?.textContent?.includes(": 1")
      );
      await alice.focus(".people > footer button");
      await alice.keyboard.press("Enter");
      await alice.waitForSelector("dialog .plain button");
      violations.push(...await barriersInBoth(alice, "outbox"));
      await alice.focus("dialog .plain button");
      await alice.keyboard.press("Enter");
      await shows(alice, "Nothing waits for anybody.");
      await alice.keyboard.press("Escape");
      await alice.waitForSelector(".state.cancelled");
      await alice.focus("[aria-label='Settings']");
      await alice.keyboard.press("Enter");
      await alice.waitForSelector("#language");
      violations.push(...await barriersInBoth(alice, "settings"));
      await alice.select("#language", "zh");
      await shows(alice, "设置");
      violations.push(...await barriersInBoth(alice, "settings in Chinese"));
      await alice.keyboard.press("Escape");
      await alice.waitForFunction(() => document.documentElement.lang === "zh-Hans");
    });

    assert.deepEqual(violations, []);
    assert.deepEqual(foreign, []);
    assert.deepEqual(
      errors.filter((line) => !line.includes("WebSocket connection")),
      [],
    );
  } finally {
    await browser.close();
    for (const { run } of served) await run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
