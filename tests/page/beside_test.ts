/** The page and the terminal: one person at a page, or at two, the other in `p2p chat`; what either writes is in both histories. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { start, startOnTerminal, stopping } from "../e2e/support.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { until } from "../support/until.ts";
import { command, keyOf, makeIdentity, open, write } from "./people.ts";
import { serve, shows, startBrowser, window } from "./support.ts";

/** What the shell shows of a history: direction and text, line by line. */
async function historyOf(home: string, name: string): Promise<string[]> {
  const { code, stdout, stderr } = await p2p(["history", name, "--json"], { home });
  assert.equal(code, 0, stderr);
  return stdout.trim().split("\n").map((line) => {
    const { from, text, state } = JSON.parse(line);
    return `${from === "me" ? "me" : "them"}: ${text} (${state})`;
  });
}

async function openTalk(page: Page, key: string): Promise<void> {
  await page.waitForSelector(`.person[data-id="${key}"]`);
  await page.click(`.person[data-id="${key}"]`);
  await page.waitForSelector(".composer textarea");
}

testWithPrograms("a page and a chat at a terminal talk, and both histories say the same", [
  "chromium",
], () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const browser = await startBrowser();
      try {
        const ui = await serve(join(folder, "anna"));
        keep(ui.run);
        const { page } = await window(browser);
        await open(page, ui);
        await makeIdentity(page, "Anna");
        const anna = await keyOf(page);
        const [, port] = await ui.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
        const bob = await makeHome(folder, "bob");
        await command(page, "contact", { name: "bob", key: bob.key });
        const added = await p2p(
          ["contact", "add", "anna", anna, "--address", `127.0.0.1:${port}`],
          bob,
        );
        assert.equal(added.code, 0, added.stderr);
        const chat = keep(startOnTerminal(["chat", "anna"], { home: bob.home, cwd: folder }, 100));
        await chat.out.match(/anna> /);

        await chat.type("from the terminal, 你好\r");
        await openTalk(page, bob.key);
        await shows(page, "from the terminal, 你好");
        await write(page, "from the page, 你也好");
        await chat.out.match(/from the page, 你也好/);
        await page.waitForSelector(".message.mine .state.delivered");

        // A second page and a listener of the same person: whoever it reaches, all show it.
        const second = keep(
          start(["ui", "--no-open", "--bind", "127.0.0.1", "--listen", port!], { home: ui.home }),
        );
        const [, url = "", token = ""] = await second.err.match(
          /(http:\/\/127\.0\.0\.1:\d+\/)#([\w-]+)/,
        );
        const { page: other } = await window(browser);
        await open(other, { ...ui, url, token });
        await other.waitForSelector(".status:not(.off)");
        await openTalk(other, bob.key);
        await shows(other, "from the page, 你也好");
        await chat.type("to both pages\r");
        for (const each of [page, other]) {
          await each.bringToFront();
          await shows(each, "to both pages");
        }
        await page.bringToFront();
        await write(page, "and to the other");
        await chat.out.match(/and to the other/);
        for (const each of [other, page]) {
          await each.bringToFront();
          await each.waitForFunction(() =>
            [...document.querySelectorAll(".message.mine")].some((each) =>
              each.textContent?.includes("and to the other") &&
              each.querySelector(".state.delivered") !== null
            )
          );
        }
        const said = [
          ["them", "from the terminal, 你好"],
          ["me", "from the page, 你也好"],
          ["them", "to both pages"],
          ["me", "and to the other"],
        ] as const;
        const seenBy = (me: string) =>
          said.map(([who, text]) =>
            who === me ? `me: ${text} (delivered)` : `them: ${text} (received)`
          );
        assert.deepEqual(await historyOf(ui.home, "bob"), seenBy("me"));
        await until(async () =>
          JSON.stringify(await historyOf(bob.home, "anna")) === JSON.stringify(seenBy("them"))
        );
      } finally {
        await browser.close();
      }
    })
  ));
