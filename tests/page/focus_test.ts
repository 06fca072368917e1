/** Where the focus goes: back to the opener of a window, to the list on a phone, and nowhere when lines change places. */
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { type Dialog, GENERAL_WINDOWS, WINDOWS_OF_ONE } from "../../web/model.ts";
import { testWithPrograms } from "../support/requires.ts";
import { Hands } from "./hands.ts";
import { command, makeIdentity, open } from "./people.ts";
import { serve, startBrowser, window } from "./support.ts";

testWithPrograms("the focus is where one expects it", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const served = await serve(folder);
  const browser = await startBrowser();
  try {
    const { page } = await window(browser);
    const hands = new Hands(page, "en");
    await open(page, served);
    await makeIdentity(page, "Anna");
    const [ben, clara] = [0, 1].map(() => encodePublicKeyText(generateKeyPair().publicKey));
    await command(page, "contact", { name: "Ben", key: ben });
    await command(page, "contact", { name: "Clara", key: clara });
    await command(page, "group-create", { name: "hiking", members: [ben] });
    await page.reload();
    await hands.sees(".status:not(.off)");
    const line = (id: string | undefined) => `.person[data-id="${id}"]`;

    /** Which conversation each window needs, and what opens it. */
    const openers: Readonly<Record<Dialog["kind"], readonly [talk: string, opener: string]>> = {
      add: [line(ben), hands.named("addPerson")],
      group: [line(ben), hands.named("newGroup")],
      outbox: [line(ben), ".people > footer button"],
      settings: [line(ben), hands.named("settings")],
      person: [line(ben), ".who"],
      members: [".person[data-id^='@']", ".who"],
      hide: [line(ben), hands.named("hideInPicture")],
    };
    for (const kind of [...GENERAL_WINDOWS, ...WINDOWS_OF_ONE]) {
      await t.step(`the window ${kind} gives it back to what opened it`, async () => {
        const [talk, opener] = openers[kind];
        await hands.to(talk);
        await hands.press("Enter");
        await hands.at("#write");
        for (const close of ["Escape", "button"]) {
          await hands.to(opener);
          await hands.press("Enter");
          await hands.sees("dialog[open]");
          await hands.page.waitForFunction(() => document.activeElement?.closest("dialog"));
          if (close === "Escape") await hands.press("Escape");
          else {
            await hands.to(`dialog ${hands.named("close")}`);
            await hands.press("Enter");
          }
          await hands.seesNo("dialog");
          await hands.at(opener);
        }
      });
    }

    await t.step("the end of a window, told late, leaves the next one open", async () => {
      await hands.to(openers.outbox[1]);
      await hands.press("Enter");
      await hands.sees("dialog[open]");
      // As where keys come faster than the browser tells that a dialog is closed.
      await page.evaluate((settings) => {
        const told = new Promise((resolve) =>
          document.querySelector("dialog")!.addEventListener("close", resolve)
        );
        document.querySelector("dialog")!.close();
        document.querySelector<HTMLElement>(settings)!.click();
        return told.then(() => undefined);
      }, hands.named("settings"));
      await hands.sees("#language");
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      await hands.sees("dialog[open] #language");
      await hands.press("Escape");
      await hands.seesNo("dialog");
    });

    await t.step("a window that a form closes gives it back, too", async () => {
      await hands.back(hands.named("newGroup"));
      await hands.press("Enter");
      await hands.at("#field-name");
      await hands.type("reading");
      await hands.press("Enter");
      await hands.reads(".who h2", "@reading");
      await hands.at("#write");
    });

    await t.step("lines of the list change places, and the focus stays on its line", async () => {
      await hands.back(line(ben));
      await command(page, "message", { to: clara, text: "now the first" });
      await page.waitForFunction(
        (id: string) => document.querySelector<HTMLElement>(".person")!.dataset["id"] === id,
        {},
        clara!,
      );
      await hands.at(line(ben));
      await command(page, "message", { to: ben, text: "now this is" });
      await page.waitForFunction(
        (id: string) => document.querySelector<HTMLElement>(".person")!.dataset["id"] === id,
        {},
        ben!,
      );
      await hands.at(line(ben));
    });

    await t.step("on a phone: into the conversation, and back to its line", async () => {
      await page.setViewport({ width: 390, height: 760 });
      await hands.press("Escape");
      await hands.to(line(clara));
      await hands.press("Enter");
      await hands.at(".said");
      await hands.press("Escape");
      await hands.at(line(clara));
      await hands.press("Enter");
      await hands.at(".said");
      await hands.back(hands.named("back"));
      await hands.press("Enter");
      await hands.at(line(clara));
    });
  } finally {
    await browser.close();
    await served.run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
