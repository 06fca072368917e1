/** Two pages meet by a spoken code; a picture goes from the clipboard into the conversation. */
import assert from "node:assert/strict";
import { base64 as base64Of } from "../../lib/bytes.ts";
import { join } from "node:path";
import { testWithPrograms } from "../support/requires.ts";
import { Hands } from "./hands.ts";
import { makeIdentity, open } from "./people.ts";
import { texturedPng } from "./pictures.ts";
import { serve, type Served, startBrowser, window } from "./support.ts";

testWithPrograms("pairing by a code, and a picture that is pasted", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const browser = await startBrowser();
  const runs: Served[] = [];
  try {
    const begin = async (name: string, language: "en" | "zh") => {
      const served = await serve(join(folder, name), [], { P2P_LANG: language });
      runs.push(served);
      const { page, context } = await window(browser);
      await context.overridePermissions(new URL(served.url).origin, [
        "clipboard-read",
        "clipboard-write",
        "clipboard-sanitized-write",
      ]);
      await open(page, served);
      await makeIdentity(page, name);
      return new Hands(page, language);
    };
    const anna = await begin("Anna", "en");
    const ming = await begin("小明", "zh");

    await t.step(
      "a code is made at one page and entered at the other: both are verified",
      async () => {
        await anna.page.bringToFront();
        await anna.to(anna.named("addPerson"));
        await anna.press("Enter");
        await anna.to("dialog section:last-of-type > button");
        await anna.press("Enter");
        await anna.sees("output.code");
        const code = await anna.page.$eval("output.code", ({ textContent }) => textContent!);
        const hint = await anna.page.$eval("output + .hint", ({ textContent }) => textContent!);
        const [port] = /\d+/.exec(hint)!;
        await ming.page.bringToFront();
        await ming.to(ming.named("addPerson"));
        await ming.press("Enter");
        await ming.to("#field-code");
        await ming.type(code);
        await ming.to("#field-peer");
        await ming.type(`127.0.0.1:${port}`);
        await ming.press("Enter");
        for (const hands of [ming, anna]) {
          await hands.sees(".who .verified");
          await hands.seesNo("dialog");
          await hands.sees(".person .verified");
        }
      },
    );

    await t.step("a wrong code pairs nobody, and says so", async () => {
      await ming.to(ming.named("addPerson"));
      await ming.press("Enter");
      await ming.to("#field-code");
      await ming.type("7-nonsense-code");
      await ming.press("Enter");
      await ming.sees(".notices .error");
      await ming.press("Escape");
      await ming.seesNo("dialog");
      assert.equal((await ming.page.$$(".person")).length, 1);
    });

    await t.step("a picture in the clipboard is sent by Ctrl+V", async () => {
      const [, port] = await runs[0]!.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
      await ming.to(ming.named("addPerson"));
      await ming.press("Enter");
      await ming.to("#field-address");
      await ming.type(`127.0.0.1:${port}`);
      await ming.press("Enter");
      await ming.reads(".who small", ming.words.connected);
      await anna.page.bringToFront();
      await anna.page.evaluate(async (base64: string) => {
        const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
        const type = "image/png";
        await navigator.clipboard.write([
          new ClipboardItem({ [type]: new Blob([bytes], { type }) }),
        ]);
      }, base64Of(texturedPng(64, 48)));
      await anna.to("#write");
      await anna.type("draft");
      await anna.chord("Control", "v");
      await anna.sees(".message.mine img.picture");
      await ming.sees(".message.theirs img.picture");
      const size = await ming.page.$eval(".message.theirs img.picture", async (element) => {
        const image = element as HTMLImageElement;
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
      });
      assert.deepEqual(size, [64, 48]);
      // What was being written stays.
      const draft = await anna.page.$eval("#write", (area) => (area as HTMLTextAreaElement).value);
      assert.equal(draft, "draft");
    });
  } finally {
    await browser.close();
    for (const { run } of runs) await run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
