/** Where somebody types, it stays: whatever comes meanwhile, from the peer, from the program, or late from the page itself. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { testWithPrograms } from "../support/requires.ts";
import { PageClient } from "./client.ts";
import { Hands } from "./hands.ts";
import { canHold, hold, holds, letCome, told } from "./held.ts";
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
    const erase = async () => {
      await hands.chord("Control", "a");
      await hands.press("Backspace");
    };

    await hands.to(line(benKey));
    await hands.press("Enter");
    await hands.at("#write");

    for (
      const [opener, first, next] of [
        ["hideInPicture", "#field-picture", "#hidden-text"],
        ["newGroup", "#field-name", "dialog fieldset input"],
        ["searchIn", "input.search", "#write"],
      ] as const
    ) {
      await t.step(`what opens has the focus as it opens, not later: ${opener}`, async () => {
        await goTo(benKey);
        await hands.back(hands.named(opener));
        await hold(page, "painted");
        await hands.press("Enter");
        await hands.at(first);
        await hands.to(next);
        if (next === "dialog fieldset input") await hands.tick(() => letCome(page));
        else await hands.type("and there it stays", () => letCome(page));
        await hands.at(next);
        if (opener === "searchIn") await erase();
        await hands.press("Escape");
        await hands.seesNo("dialog");
      });
    }
  } finally {
    ben.close();
    await browser.close();
    for (const { run } of [own, friend]) await run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
