/**
 * Pictures of the page for the documents, `docs/page-*.png`: two people talk, in English and in Chinese; light and dark, narrow
 * and wide.
 *
 *   deno task screenshots [FOLDER]
 */
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { command, keyOf, makeIdentity, open, write } from "./people.ts";
import { texturedPng } from "./pictures.ts";
import { fileOf, serve, type Served, shows, startBrowser, window } from "./support.ts";

/** As few bytes as 256 colours need: the screens have not many more. */
async function shrink(path: string): Promise<void> {
  const made = `${path}.small.png`;
  const palette = "split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=none";
  const { success } = await new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-y", "-i", path, "-vf", palette, "-compression_level", "100", made],
  }).output();
  if (success) await Deno.rename(made, path);
}

/** What is said in one language. */
interface Scene {
  readonly language: "en" | "zh";
  readonly own: string;
  readonly friend: string;
  readonly others: readonly string[];
  readonly group: string;
  readonly lines: ReadonlyArray<readonly [who: "own" | "friend", text: string]>;
  readonly picture: string;
  readonly hidden: string;
}

const SCENES: readonly Scene[] = [
  {
    language: "en",
    own: "Anna",
    friend: "Ben",
    others: ["Clara", "Dimitri", "Eve"],
    group: "hiking",
    lines: [
      ["friend", "Did you get home before the rain?"],
      ["own", "Just. The path along the lake was worth it, though."],
      ["friend", "The map for Saturday: https://example.org/maps/lake-loop (12 km, 400 m up)"],
      ["own", "Perfect. I'll bring the stove; you bring the coffee."],
    ],
    picture: "lake.png",
    hidden: "The key is under the third stone.",
  },
  {
    language: "zh",
    own: "王芳",
    friend: "小明",
    others: ["李雷", "陈静", "赵敏"],
    group: "周末徒步",
    lines: [
      ["friend", "下雨之前到家了吗？"],
      ["own", "刚好赶上。沿湖的那条小路很值得走。"],
      ["friend", "周六的路线：https://example.org/maps/lake-loop （12 km，爬升 400 m）"],
      ["own", "太好了。我带炉子，你带 coffee。"],
    ],
    picture: "湖边.png",
    hidden: "钥匙在第三块石头下面。",
  },
];

async function person(browser: Browser, folder: string, name: string, language: string) {
  const served = await serve(join(folder, name), ["--accept", "all"], { P2P_LANG: language });
  const { page } = await window(browser);
  await open(page, served);
  return { served, page };
}

async function look(
  page: Page,
  scheme: "light" | "dark",
  width: number,
  height: number,
): Promise<void> {
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: scheme },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
  await page.setViewport({ width, height, deviceScaleFactor: 1 });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  // Two frames: the layout has followed.
  await page.evaluate(() =>
    new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))
  );
}

async function play(browser: Browser, scene: Scene, folder: string, target: string): Promise<void> {
  const { language } = scene;
  const runs: Served[] = [];
  const shoot = async (page: Page, name: string) => {
    const path = join(target, `page-${name}-${language}.png`);
    await page.screenshot({ path: path as `${string}.png` });
    await shrink(path);
  };
  try {
    const own = await person(browser, folder, `own-${language}`, language);
    runs.push(own.served);
    await own.page.waitForSelector("#field-name");
    await look(own.page, "light", 390, 760);
    await shoot(own.page, "first");
    const friend = await person(browser, folder, `friend-${language}`, language);
    runs.push(friend.served);
    await own.page.setViewport({ width: 1280, height: 800 });
    await makeIdentity(own.page, scene.own);
    await friend.page.bringToFront();
    await makeIdentity(friend.page, scene.friend);
    const [, port] = await friend.served.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
    const [ownKey, friendKey] = [await keyOf(own.page), await keyOf(friend.page)];
    const address = `127.0.0.1:${port}`;
    await command(own.page, "contact", { name: scene.friend, key: friendKey, address });
    await command(friend.page, "contact", { name: scene.own, key: ownKey });
    for (const [i, name] of scene.others.entries()) {
      const key = encodePublicKeyText(generateKeyPair().publicKey);
      await command(own.page, "contact", { name, key });
      if (i === 0) await command(own.page, "verify", { peer: key, verified: true });
    }
    await command(own.page, "verify", { peer: friendKey, verified: true });
    await command(own.page, "group-create", { name: scene.group, members: [friendKey] });
    await command(own.page, "call", { to: scene.friend });
    for (const { page } of [friend, own]) {
      await page.bringToFront();
      await page.reload();
      await page.waitForSelector(".person");
    }
    const choose = async (page: Page, name: string) => {
      await page.bringToFront();
      await page.evaluate((name: string) => {
        const all = [...document.querySelectorAll<HTMLElement>(".person")];
        all.find((each) => each.querySelector("bdi")?.textContent === name)!.click();
      }, name);
      await page.waitForSelector(".composer textarea");
    };
    await choose(friend.page, scene.own);
    await choose(own.page, scene.friend);
    const say = async (who: "own" | "friend", text: string) => {
      const page = who === "own" ? own.page : friend.page;
      await page.bringToFront();
      await write(page, text);
      await shows(who === "own" ? friend.page : own.page, text.slice(0, 12));
    };
    for (const [who, text] of scene.lines.slice(0, 2)) await say(who, text);
    // A picture with something hidden in it, and a note.
    const picture = await fileOf(folder, scene.picture, texturedPng(440, 250, 8));
    await friend.page.bringToFront();
    await friend.page.click(".composer .icon-button:nth-of-type(2)");
    await friend.page.waitForSelector("#field-picture");
    const field = await friend.page.$("#field-picture");
    await (field as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(picture);
    await friend.page.type("#hidden-text", scene.hidden);
    await friend.page.click("dialog button.primary");
    await own.page.bringToFront();
    await own.page.waitForSelector(".message.theirs img.picture");
    for (const [who, text] of scene.lines.slice(2)) await say(who, text);
    await friend.page.bringToFront();
    await friend.page.click(".composer > .icon-button:nth-last-of-type(2)");
    await friend.page.waitForFunction(() =>
      /0:0[3-9]/.test(document.querySelector(".recorder")?.textContent ?? "")
    );
    await friend.page.click(".recorder .primary");
    await own.page.bringToFront();
    await own.page.waitForFunction(() => {
      const heights = [...document.querySelectorAll(".wave rect")].map((bar) =>
        Number(bar.getAttribute("height"))
      );
      return Math.max(0, ...heights) > 20;
    });
    await own.page.$eval(
      ".message.theirs .file-row .icon-button",
      (button) => (button as HTMLElement).click(),
    );
    await own.page.waitForSelector(".found");
    await own.page.$eval(".said", (said) => said.scrollTo(0, said.scrollHeight));
    await look(own.page, "light", 1440, 900);
    await shoot(own.page, "wide-light");
    await look(own.page, "dark", 1440, 900);
    await shoot(own.page, "wide-dark");
    await look(own.page, "light", 390, 760);
    await shoot(own.page, "narrow-light");
    await look(own.page, "dark", 390, 760);
    await own.page.$eval(".talk .bar .icon-button", (button) => (button as HTMLElement).click());
    await own.page.waitForSelector(".people .person");
    await shoot(own.page, "people-dark");
    await look(own.page, "light", 1440, 900);
    await own.page.$eval(".people .icon-button", (button) => (button as HTMLElement).click());
    await own.page.waitForSelector(".qr path");
    await shoot(own.page, "invite-light");
    await own.page.keyboard.press("Escape");
    await choose(own.page, scene.friend);
    await own.page.$eval(".who", (button) => (button as HTMLElement).click());
    await own.page.waitForFunction(() => document.querySelectorAll(".safety span").length > 1);
    await look(own.page, "dark", 1440, 900);
    await shoot(own.page, "person-dark");
  } finally {
    for (const { run } of runs) await run.stop();
  }
}

const target = Deno.args[0] ?? new URL("../../docs", import.meta.url).pathname;
const folder = await Deno.makeTempDir();
for (const scene of SCENES) {
  const browser = await startBrowser();
  try {
    await play(browser, scene, folder, target);
  } finally {
    await browser.close();
  }
}
await Deno.remove(folder, { recursive: true });
