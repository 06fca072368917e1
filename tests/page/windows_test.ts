/** Every window and every screen that the sources name: without barriers, in both languages, light and dark, narrow and wide. */
import assert from "node:assert/strict";
import type { Browser, Page } from "puppeteer-core";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import {
  type Dialog,
  GENERAL_WINDOWS,
  type Stage,
  STAGES,
  WINDOWS_OF_ONE,
} from "../../web/model.ts";
import { testWithPrograms } from "../support/requires.ts";
import { barriersEverywhere } from "./barriers.ts";
import { WORDS } from "./hands.ts";
import { command, makeIdentity, open, write } from "./people.ts";
import { serve, type Served, startBrowser, window } from "./support.ts";

type Language = "en" | "zh";

const PASSPHRASE = "correct horse";
/** A name that has no room, and a text that has no break. */
const LONG_NAME = "Maximiliane-Alexandra von Hohenzollern-Sigmaringen";
const LONG_TEXT = `https://example.org/${"a".repeat(300)}`;

async function press(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector);
  await page.$eval(selector, (button) => (button as HTMLElement).click());
}

/** How each window is opened, at a wide page with a contact, a group, and something that waits. */
const WINDOWS: Readonly<Record<Dialog["kind"], (page: Page, language: Language) => Promise<void>>> =
  {
    async add(page, language) {
      await press(page, `[aria-label="${WORDS[language].addPerson}"]`);
      await page.waitForSelector(".qr path");
      await press(page, "dialog section:last-of-type > button");
      await page.waitForSelector("output.code");
    },
    async group(page, language) {
      await press(page, `[aria-label="${WORDS[language].newGroup}"]`);
      await page.waitForSelector("dialog fieldset input");
    },
    async outbox(page) {
      await press(page, ".people > footer button");
      await page.waitForSelector("dialog .plain li");
    },
    async settings(page, language) {
      await press(page, `[aria-label="${WORDS[language].settings}"]`);
      await page.waitForSelector("#theme");
    },
    async person(page) {
      await press(page, ".person:not([data-id^='@'])");
      await press(page, ".who");
      await page.waitForFunction(() => document.querySelectorAll(".safety span").length > 1);
    },
    async members(page) {
      await press(page, ".person[data-id^='@']");
      await page.waitForFunction(() =>
        document.querySelector(".who h2")!.textContent === "@hiking"
      );
      await press(page, ".who");
      await page.waitForSelector("dialog .plain li");
    },
    async hide(page, language) {
      await press(page, ".person:not([data-id^='@'])");
      await press(page, `[aria-label="${WORDS[language].hideInPicture}"]`);
      await page.waitForSelector("#field-picture");
    },
  };

interface Scene {
  readonly browser: Browser;
  readonly folder: string;
  readonly language: Language;
  served: Served;
  page: Page;
}

/** A new run of the program with the same home; the page is not open yet. */
async function again(scene: Scene): Promise<void> {
  await scene.page.close();
  await scene.served.run.stop();
  scene.served = await serve(scene.folder, [], { P2P_LANG: scene.language });
  scene.page = (await window(scene.browser)).page;
}

/** How each screen comes up, in this order; undefined for the one that is empty, before anything is known. */
const SCREENS: Readonly<Record<Stage, ((scene: Scene) => Promise<void>) | undefined>> = {
  start: undefined,
  async none({ page, served }) {
    await open(page, served);
    await press(page, ".choice input");
    await page.waitForSelector("#field-again");
  },
  async open({ page, language }) {
    await page.reload();
    await makeIdentity(page, "Anna", PASSPHRASE);
    await page.waitForFunction(
      (text: string) => document.body.innerText.includes(text),
      {},
      WORDS[language].nobodyYet,
    );
  },
  async idle({ page, language }) {
    await WINDOWS.settings(page, language);
    await page.$$eval("dialog section.row button", (all) => all.at(-1)!.click());
    await page.waitForSelector("#field-passphrase");
  },
  async locked(scene) {
    await again(scene);
    await open(scene.page, scene.served);
    await scene.page.waitForSelector("#field-passphrase");
  },
  async outside(scene) {
    await scene.page.close();
    scene.page = (await window(scene.browser)).page;
    await scene.page.goto(scene.served.url);
    await scene.page.waitForSelector("#field-link");
  },
};

/** Somebody with a long name, who is away; a group; what was written to both. */
async function furnish({ page }: Scene): Promise<void> {
  const key = encodePublicKeyText(generateKeyPair().publicKey);
  const short = encodePublicKeyText(generateKeyPair().publicKey);
  await command(page, "contact", { name: LONG_NAME, key });
  await command(page, "contact", { name: "小红", key: short });
  await command(page, "group-create", { name: "hiking", members: [key] });
  await page.reload();
  await press(page, ".person:not([data-id^='@'])");
  await page.waitForSelector(".composer textarea");
  await write(page, LONG_TEXT);
  await page.waitForFunction(() => document.querySelector(".state.waiting") !== null);
}

for (const language of ["en", "zh"] as const) {
  testWithPrograms(
    `every window and every screen is without barriers: ${language}`,
    ["chromium"],
    async (t) => {
      const folder = await Deno.makeTempDir();
      const browser = await startBrowser();
      const scene: Scene = {
        ...{ browser, folder, language },
        served: await serve(folder, [], { P2P_LANG: language }),
        page: (await window(browser)).page,
      };
      const found: string[] = [];
      try {
        const order = ["none", "open", "idle", "locked", "outside"] as const;
        assert.deepEqual([...order, "start"].sort(), [...STAGES].sort());
        for (const stage of order) {
          await t.step(`the screen ${stage}`, async () => {
            await SCREENS[stage]!(scene);
            found.push(...await barriersEverywhere(scene.page, stage));
            await scene.page.setViewport({ width: 1440, height: 800 });
          });
        }
        await again(scene);
        const { page } = scene;
        await open(page, scene.served);
        await page.waitForSelector("#field-passphrase");
        await page.type("#field-passphrase", PASSPHRASE);
        await page.keyboard.press("Enter");
        await page.waitForSelector(".status:not(.off)");
        await furnish(scene);
        found.push(...await barriersEverywhere(page, "a conversation"));
        await press(page, "[data-record]");
        await page.waitForSelector(".recorder [aria-disabled=false]");
        await press(page, ".talk [aria-expanded]");
        await page.waitForSelector("input.search");
        found.push(...await barriersEverywhere(page, "the recorder, the search"));
        for (const kind of [...GENERAL_WINDOWS, ...WINDOWS_OF_ONE]) {
          await t.step(`the window ${kind}`, async () => {
            await page.setViewport({ width: 1440, height: 800 });
            await WINDOWS[kind](page, language);
            await page.waitForSelector("dialog[open]");
            found.push(...await barriersEverywhere(page, kind));
            await page.keyboard.press("Escape");
            await page.waitForFunction(() => document.querySelector("dialog") === null);
          });
        }
        assert.deepEqual(found, []);
      } finally {
        await browser.close();
        await scene.served.run.stop();
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}
