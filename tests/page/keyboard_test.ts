/** The whole job by keys alone, in English and in Chinese: nothing is clicked, and no script moves the focus. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Browser } from "puppeteer-core";
import { p2p } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { Hands } from "./hands.ts";
import { open } from "./people.ts";
import { texturedPng } from "./pictures.ts";
import { fileOf, serve, type Served, startBrowser, window } from "./support.ts";

/** What the two say. */
const SAID = {
  en: { own: "Anna", friend: "Ben", first: "Hello Ben", second: "See you on Saturday" },
  zh: { own: "王芳", friend: "小明", first: "小明你好", second: "周六见" },
} as const;

const PASSPHRASE = "correct horse battery";

interface Somebody {
  readonly hands: Hands;
  readonly served: Served;
}

async function somebody(
  browser: Browser,
  folder: string,
  language: "en" | "zh",
): Promise<Somebody> {
  const served = await serve(folder, [], { P2P_LANG: language });
  const { page } = await window(browser);
  await open(page, served);
  return { hands: new Hands(page, language), served };
}

/** The first minute: a name, for one of them a passphrase. */
async function firstMinute({ hands }: Somebody, name: string, passphrase = ""): Promise<void> {
  await hands.page.bringToFront();
  await hands.at("#field-name");
  await hands.type(name);
  if (passphrase !== "") {
    await hands.to(".choice input");
    await hands.tick();
    await hands.sees("#field-again");
    await hands.to("#field-passphrase");
    await hands.type(passphrase);
    await hands.to("#field-again");
    await hands.type(passphrase);
  }
  await hands.press("Enter");
  await hands.sees(".status:not(.off)");
}

/** The own invitation is shown and copied; the clipboard has it. */
async function copyInvitation({ hands }: Somebody): Promise<void> {
  await hands.page.bringToFront();
  await hands.to(hands.named("addPerson"));
  await hands.press("Enter");
  await hands.at("dialog h2");
  await hands.sees(".qr path");
  await hands.to(".line + button");
  await hands.press("Enter");
  await hands.reads(".notices", hands.words.copied);
  await hands.press("Escape");
  await hands.seesNo("dialog");
  await hands.at(hands.named("addPerson"));
}

/** Somebody becomes a contact by the invitation in the clipboard. */
async function addPerson({ hands }: Somebody, name: string): Promise<void> {
  await hands.page.bringToFront();
  await hands.to(hands.named("addPerson"));
  await hands.press("Enter");
  await hands.to("#field-line");
  await hands.chord("Control", "v");
  await hands.press("Enter");
  await hands.reads(".who h2", name);
  await hands.seesNo("dialog");
  await hands.at("#write");
}

for (const language of ["en", "zh"] as const) {
  const said = SAID[language];
  testWithPrograms(`the whole job by keys alone: ${language}`, ["chromium"], async (t) => {
    const folder = await Deno.makeTempDir();
    const browser = await startBrowser();
    const all: Somebody[] = [];
    const step = async (name: string, act: () => Promise<void>) => {
      if (!await t.step(name, act)) throw new Error("the rest needs this step");
    };
    try {
      const own = await somebody(browser, join(folder, "own"), language);
      all.push(own);
      const friend = await somebody(browser, join(folder, "friend"), language);
      all.push(friend);
      const { hands } = own;
      const { hands: other } = friend;
      const { words } = hands;

      await step("the first minute", async () => {
        await firstMinute(own, said.own, PASSPHRASE);
        await firstMinute(friend, said.friend);
      });

      await step("an invitation is shown, copied, and taken at the other side", async () => {
        await copyInvitation(friend);
        await addPerson(own, said.friend);
      });

      await step("connecting: somebody who is nowhere to be found, then by address", async () => {
        await hands.back(".connect");
        await hands.press("Enter");
        await hands.reads(".connect", words.connecting);
        await hands.sees(".notices .error");
        await hands.reads(".connect", words.connect);
        const [, port] = await friend.served.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
        await hands.back(hands.named("addPerson"));
        await hands.press("Enter");
        await hands.to("#field-address");
        await hands.type(`127.0.0.1:${port}`);
        await hands.press("Enter");
        await hands.seesNo("dialog");
        await hands.reads(".who small", words.connected);
      });

      await step("a text is written, delivered, and found again", async () => {
        await hands.to("#write");
        await hands.type(said.first);
        await hands.press("Enter");
        await hands.sees(".message.mine .state.delivered");
        await hands.at("#write");
        await hands.type(said.second);
        await hands.press("Enter");
        await hands.sees(".message.mine:nth-of-type(2) .state.delivered");
        await hands.back(hands.named("searchIn"));
        await hands.press("Enter");
        await hands.at("input.search");
        await hands.type(said.second.slice(0, 2));
        await hands.page.waitForFunction(() => document.querySelectorAll(".message").length === 1);
        await hands.press("Escape");
        await hands.at(hands.named("searchIn"));
        await hands.page.waitForFunction(() => document.querySelectorAll(".message").length === 2);
        // The other side: the list, Enter, and an answer.
        await other.page.bringToFront();
        await other.to(".person");
        await other.press("Enter");
        await other.at("#write");
        await other.reads(".message.theirs", said.second);
        await other.type("OK");
        await other.press("Enter");
        await hands.page.bringToFront();
        await hands.reads(".message.theirs", "OK");
      });

      await step("a file by the picker; the other side is asked, and takes it", async () => {
        const path = await fileOf(folder, "notes.txt", new TextEncoder().encode("hello"));
        await hands.to(hands.named("attach"));
        await hands.choose(path);
        await other.page.bringToFront();
        await other.sees(".question");
        await other.back(".question button.primary");
        await other.press("Enter");
        await other.reads(".message.theirs.file", "notes.txt");
        // What had the focus is gone: the messages have it.
        await other.at(".said");
        const saved = await Deno.readTextFile(join(friend.served.saveDir, "notes.txt"));
        assert.equal(saved, "hello");
      });

      await step("the safety number is compared, the stranger gets a name", async () => {
        await other.back(".who");
        await other.press("Enter");
        await other.at("dialog h2");
        await other.page.waitForFunction(() =>
          document.querySelectorAll(".safety span").length > 1
        );
        await other.to("dialog .choice input");
        await other.tick();
        await other.sees("h2 .verified");
        await other.to("#field-name");
        await other.type(said.own);
        await other.press("Enter");
        await other.reads(".person-name", said.own);
        await other.press("Escape");
        await other.at(".who");
      });

      await step("a message is hidden in a picture, and looked for", async () => {
        await hands.page.bringToFront();
        const picture = await fileOf(folder, "lake.png", texturedPng(320, 240));
        await hands.to(hands.named("hideInPicture"));
        await hands.press("Enter");
        await hands.at("#field-picture");
        await hands.choose(picture);
        await hands.to("#hidden-text");
        await hands.type("密码 is swordfish");
        await hands.to("dialog button.primary");
        await hands.press("Enter");
        await hands.seesNo("dialog");
        await hands.at(hands.named("hideInPicture"));
        await other.page.bringToFront();
        await other.sees(".message.theirs img.picture");
        await other.to(".message.theirs " + other.named("reveal"));
        await other.press("Enter");
        await other.reads(".found", "密码 is swordfish");
      });

      await step(
        "a voice note: dropped, then ended early; what was begun is still there",
        async () => {
          await hands.page.bringToFront();
          await hands.to("#write");
          await hands.type(said.first);
          await hands.to(hands.named("recordVoice"));
          await hands.press("Enter");
          await hands.at(".recorder button.primary");
          await hands.sees(".recorder button.primary[aria-disabled=false]");
          await hands.press("Escape");
          await hands.at(hands.named("recordVoice"));
          await hands.press("Enter");
          await hands.page.waitForFunction(() =>
            (document.querySelector<HTMLMeterElement>(".recorder meter")?.value ?? 0) > 0.2 &&
            /0:0[1-9]/.test(document.querySelector(".recorder")!.textContent!)
          );
          await hands.at(".recorder button.primary");
          await hands.press("Enter");
          await hands.at(hands.named("recordVoice"));
          await hands.sees(".message.mine.voice .state.delivered");
          await hands.back("#write");
          const draft = await hands.page.$eval(
            "#write",
            (area) => (area as HTMLTextAreaElement).value,
          );
          assert.equal(draft, said.first);
          await hands.press("Enter");
          await other.page.bringToFront();
          await other.sees(".message.theirs.voice audio[src^='blob:']");
          await other.to(".message.theirs.voice " + other.named("play"));
          await other.press("Enter");
          await other.page.waitForFunction(() =>
            (document.querySelector("audio")?.currentTime ?? 0) > 0.3
          );
        },
      );

      await step("a group is made and written to", async () => {
        await hands.page.bringToFront();
        await hands.back(hands.named("newGroup"));
        await hands.press("Enter");
        await hands.at("#field-name");
        await hands.type("hiking");
        await hands.to("dialog fieldset input");
        await hands.tick();
        await hands.to("dialog button.primary");
        await hands.press("Enter");
        await hands.reads(".who h2", "@hiking");
        await hands.at("#write");
        await hands.type(said.second);
        await hands.press("Enter");
        await other.page.bringToFront();
        await other.reads(".person-name", "@hiking");
        // Escape leaves the conversation: its line in the list has the focus.
        await other.press("Escape");
        await other.at(".person");
        await other.back(".person[data-id^='@']");
        await other.press("Enter");
        await other.reads(".who h2", "@hiking");
        await other.reads(".message.theirs", said.second);
        await hands.page.bringToFront();
        await hands.back(".who");
        await hands.press("Enter");
        await hands.reads("dialog", said.friend);
        await hands.press("Escape");
        await hands.at(".who");
        await hands.back(".person:not([aria-current])");
        await hands.press("Enter");
        await hands.reads(".who h2", said.friend);
      });

      await step("what waits for somebody who is away is taken back", async () => {
        await other.page.close();
        friend.served.run.kill("SIGTERM");
        assert.equal(await friend.served.run.code(), 143);
        await hands.reads(".who small", words.away);
        await hands.at("#write");
        await hands.type(said.second);
        await hands.press("Enter");
        await hands.sees(".message:last-of-type .state.waiting");
        await hands.reads(".people > footer button", words.outboxCount(1));
        await hands.back(".people > footer button");
        await hands.press("Enter");
        await hands.to("dialog .plain button");
        await hands.press("Enter");
        await hands.reads("dialog", words.outboxEmpty);
        await hands.at("dialog h2");
        await hands.press("Escape");
        await hands.at(".people > footer button");
        await hands.sees(".state.cancelled");
      });

      await step("settings by arrows: the language, the colours", async () => {
        const language_ = language === "en" ? "zh-Hans" : "en";
        const [away, home] = language === "en"
          ? ["ArrowDown", "ArrowUp"] as const
          : ["ArrowUp", "ArrowDown"] as const;
        await hands.back(hands.named("settings"));
        await hands.press("Enter");
        await hands.at("dialog h2");
        await hands.to("#language");
        await hands.turn([away]);
        await hands.page.waitForFunction(
          (lang: string) => document.documentElement.lang === lang,
          {},
          language_,
        );
        await hands.turn([home]);
        await hands.reads("dialog h2", words.settings);
        await hands.to("#theme");
        await hands.turn(["ArrowDown", "ArrowDown"]);
        await hands.page.waitForFunction(() =>
          getComputedStyle(document.body).backgroundColor === "rgb(18, 22, 20)"
        );
        await hands.reads(".notices", words.saved);
        const secret = await fileOf(folder, "secret", new TextEncoder().encode(PASSPHRASE));
        const { stdout } = await p2p(["config", "get", "theme", "--passphrase-file", secret], {
          home: own.served.home,
        });
        assert.equal(stdout.trim(), "dark");
      });

      await step("the lock, and the passphrase that opens it", async () => {
        await hands.to("dialog section:last-of-type button");
        await hands.press("Enter");
        await hands.reads("h1", words.lockedTitle);
        await hands.at("#field-passphrase");
        await hands.type("wrong");
        await hands.press("Enter");
        await hands.page.waitForFunction(() =>
          document.querySelector(".problem")!.textContent !== ""
        );
        await hands.at("#field-passphrase");
        await hands.type(PASSPHRASE);
        await hands.press("Enter");
        await hands.sees(".status:not(.off)");
        await hands.to(".person");
      });

      await step("the end: the program is ended, and the page says so", async () => {
        own.served.run.kill("SIGTERM");
        assert.equal(await own.served.run.code(), 143);
        await hands.reads(".status.off", words.offline);
      });
    } finally {
      await browser.close();
      for (const { served } of all) await served.run.stop();
      await Deno.remove(folder, { recursive: true });
    }
  });
}
