/** `p2p ui` with the setting "history" off: what is said is shown as long as the page is there, files and notes too, and nowhere afterwards. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fixture } from "../voice/fixtures.ts";
import { makeHome, p2p } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { PageClient } from "./client.ts";
import { command, keyOf, open, write } from "./people.ts";
import { drop, fileOf, serve, startBrowser, window } from "./support.ts";

testWithPrograms(
  "without a history the page shows what is said in its time",
  ["chromium"],
  async () => {
    const folder = await Deno.makeTempDir();
    const browser = await startBrowser();
    const { home } = await makeHome(join(folder, "own"), "home");
    await p2p(["config", "set", "history", "off"], { home });
    const [own, friend] = [
      await serve(join(folder, "own"), ["--accept", "all"]),
      await serve(join(folder, "friend"), ["--accept", "all"]),
    ];
    const ben = await PageClient.open(friend, "Ben");
    try {
      const { page } = await window(browser);
      await open(page, own);
      await page.waitForSelector(".status:not(.off)");
      const anna = await keyOf(page);
      const [, port] = await friend.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
      const { peer } = await command(page, "call", { to: `127.0.0.1:${port}` });
      const { key } = peer as { key: string };
      await page.click(`.person[data-id="${key}"]`);
      await page.waitForSelector(".composer textarea");
      await write(page, "off the record");
      await page.waitForSelector(".message.mine.text .state.delivered");
      await drop(page, ".said", await fileOf(folder, "mine.txt", new TextEncoder().encode("mine")));
      await page.waitForSelector(".message.mine.file .state.delivered");
      ben.tell("message", { to: anna, text: "me neither" });
      await page.waitForSelector(".message.theirs.text");
      const upload = await ben.upload("yours.txt", new TextEncoder().encode("yours"));
      ben.tell("file", { to: anna, upload });
      await page.waitForSelector(".message.theirs.file");
      const note = await ben.upload("note.wav", await Deno.readFile(fixture("stereo-24.wav")));
      ben.tell("voice", { to: anna, upload: note });
      await page.waitForSelector(".message.theirs.voice");
      const shown = await page.$$eval(
        ".message .words, .message .file-name bdi, .message .voice-row",
        (all) => all.map((each) => each.matches(".voice-row") ? "voice" : each.textContent),
      );
      assert.deepEqual(shown, ["off the record", "mine.txt", "me neither", "yours.txt", "voice"]);
      await page.reload();
      await page.waitForSelector(".status:not(.off)");
      await page.click(`.person[data-id="${key}"]`);
      await page.waitForSelector(".composer textarea");
      assert.equal((await page.$$(".message")).length, 0);
    } finally {
      ben.close();
      await browser.close();
      for (const { run } of [own, friend]) await run.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
