/** What did not get through to the program or to its peer: it stays in view, goes out once more, and stands nowhere twice. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { decodePrivateKey } from "../../lib/crypto/keys/decode.ts";
import { decodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { openState } from "../../lib/state/state.ts";
import { testWithPrograms } from "../support/requires.ts";
import { PageClient } from "./client.ts";
import { Hands } from "./hands.ts";
import { command, keyOf, makeIdentity, open, write } from "./people.ts";
import { drop, fileOf, serve, type Served, startBrowser, window } from "./support.ts";

/** Where a connection breaks: before the program has the next command of a type, or before the page is told that it has. */
type Break = "before" | "after";

/** In the page: where its next such command breaks the connection. */
declare const cut: { at: Break | undefined; type: string };

/** Lets a test break the WebSocket in the middle of a command; to be run before the page's own script. */
function breakable(): void {
  const cut = { at: undefined as Break | undefined, type: "" };
  Object.assign(globalThis, { cut });
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data: string) {
    const breaks = cut.at;
    if (breaks === undefined || !data.includes(`"type":"${cut.type}"`)) {
      return send.call(this, data);
    }
    cut.at = undefined;
    // Nothing of what the program says to it is heard any more.
    this.onmessage = null;
    if (breaks === "after") send.call(this, data);
    this.close();
  };
}

async function breakAt(page: Page, at: Break, type: string): Promise<void> {
  await page.evaluate((at: Break, type: string) => void Object.assign(cut, { at, type }), at, type);
}

/** How often something is shown: each text, each file's name. */
async function times(page: Page, text: string): Promise<number> {
  return await page.$$eval(
    ".message .words, .message .file-name bdi",
    (all, text) => all.filter(({ textContent }) => textContent === text).length,
    text,
  );
}

/** Waits until the message that says `text` is in a state, by its mark. */
async function comesTo(page: Page, text: string, state: string): Promise<void> {
  await page.waitForFunction(
    (text: string, state: string) =>
      [...document.querySelectorAll(".message")].some((each) =>
        each.querySelector(".words, .file-name bdi")?.textContent === text &&
        each.querySelector(state) !== null
      ),
    {},
    text,
    state,
  );
}

async function reopen(page: Page, talk: string): Promise<void> {
  await page.reload();
  await page.waitForSelector(".status:not(.off)");
  await openTalk(page, talk);
}

async function openTalk(page: Page, talk: string): Promise<void> {
  await page.waitForSelector(`.person[data-id="${talk}"]`);
  await page.click(`.person[data-id="${talk}"]`);
  await page.waitForSelector(".composer textarea");
}

/** Puts a text for somebody into a history that nobody took in time. */
async function expired({ home }: Served, key: string, text: string): Promise<void> {
  const secretKey = await decodePrivateKey(await Deno.readFile(join(home, "identity.pem")));
  const identity = { secretKey, publicKey: publicKeyOf(secretKey) };
  const trouble = () => assert.fail("the state is in trouble");
  const state = await openState({ home, identity, now: Date.now, trouble });
  try {
    const to = decodePublicKeyText(key);
    const common = { id: "0e".repeat(16), talk: to, kind: "text", text, after: [] } as const;
    const written = Date.now();
    state.history.add({ ...common, written, stored: written, state: "waiting" });
    state.outbox.add({ ...common, to, paths: [], written, expires: written + 60_000 });
    assert.ok(state.outbox.advance(common.id, to, "failed", "expired"));
  } finally {
    state.close();
  }
}

testWithPrograms("what failed is sent again, and stands once", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const browser = await startBrowser();
  const [own, friend] = [
    await serve(join(folder, "own")),
    await serve(join(folder, "friend"), ["--accept", "all"]),
  ];
  const ben = await PageClient.open(friend, "Ben");
  /** How often Ben has it. */
  const arrived = async (text: string) => {
    const { messages } = await ben.command("history", { search: text }) as {
      messages: Array<{ text: string }>;
    };
    return messages.filter((each) => each.text === text).length;
  };
  try {
    const { page } = await window(browser);
    await page.evaluateOnNewDocument(breakable);
    await open(page, own);
    await makeIdentity(page, "Anna");
    const hands = new Hands(page, "en");
    const [, port] = await friend.run.err.match(/127\.0\.0\.1:(\d+)\s*$/m);
    const { peer } = await command(page, "call", { to: `127.0.0.1:${port}` });
    const { key } = peer as { key: string };
    await command(page, "contact", { name: "Ben", key, address: `127.0.0.1:${port}` });
    await ben.command("contact", { name: "Anna", key: await keyOf(page) });
    const made = await command(page, "group-create", { name: "hiking", members: [key] });
    const hiking = `@${(made["group"] as { id: string }).id}`;
    await ben.event(({ type, change }) => type === "group" && change === "added");
    await reopen(page, key);

    for (const talk of [key, hiking]) {
      const where = talk === key ? "a person" : "a group";
      // How many of a group have it is told while the page is there, that all have it by the history.
      const delivered = talk === key ? ".delivered" : ":is(.sent, .delivered)";

      await t.step(
        `${where}: what the program never got is there after a reload, and sent again`,
        async () => {
          await openTalk(page, talk);
          const text = `before ${where}`;
          await breakAt(page, "before", "message");
          await write(page, text);
          await comesTo(page, text, ".failed");
          await reopen(page, talk);
          await comesTo(page, text, ".failed");
          assert.deepEqual([await times(page, text), await arrived(text)], [1, 0]);
          await page.focus(".composer textarea");
          await hands.back(".message.mine .again");
          await hands.press("Enter");
          await comesTo(page, text, delivered);
          await ben.event((event) => event["type"] === "message" && event["text"] === text);
          assert.equal(await times(page, text), 1);
          await reopen(page, talk);
          await comesTo(page, text, delivered);
          assert.deepEqual([await times(page, text), await arrived(text)], [1, 1]);
          assert.equal(await page.$(".message .again"), null);
        },
      );

      await t.step(
        `${where}: what the program got is known when the connection is back`,
        async () => {
          const text = `after ${where}`;
          await breakAt(page, "after", "message");
          await write(page, text);
          await ben.event((event) => event["type"] === "message" && event["text"] === text);
          await comesTo(page, text, delivered);
          assert.equal(await times(page, text), 1);
          const [early, late] = [`early ${where}`, `late ${where}`];
          await write(page, early);
          await comesTo(page, early, delivered);
          await breakAt(page, "after", "message");
          await write(page, late);
          // Nobody waits for the answer: the page begins anew at once.
          await reopen(page, talk);
          await comesTo(page, late, delivered);
          for (const each of [text, early, late]) {
            assert.deepEqual([await times(page, each), await arrived(each)], [1, 1], each);
          }
          assert.equal(await page.$(".message .again"), null);
        },
      );

      await t.step(`${where}: a file, wherever the connection breaks`, async () => {
        for (const at of ["before", "after"] as const) {
          const name = `${at} ${where}.txt`;
          const path = await fileOf(folder, name, new TextEncoder().encode(name));
          await breakAt(page, at, "file");
          await drop(page, ".said", path);
          await comesTo(page, name, delivered);
          await ben.event((event) => JSON.stringify(event).includes(name));
          await reopen(page, talk);
          await comesTo(page, name, delivered);
          assert.deepEqual([await times(page, name), await arrived(name)], [1, 1], name);
        }
      });
    }

    await t.step("what was never sent is discarded for good", async () => {
      await breakAt(page, "before", "message");
      await write(page, "never mind");
      await comesTo(page, "never mind", ".failed");
      await hands.back(".message.mine .discard");
      await hands.press("Enter");
      await page.waitForFunction(() => !document.body.innerText.includes("never mind"));
      await reopen(page, hiking);
      await comesTo(page, "late a group", ".delivered");
      assert.equal(await times(page, "never mind"), 0);
    });

    await t.step("what nobody took in time goes out once more, where it stood", async () => {
      await expired(own, key, "in time?");
      await reopen(page, key);
      await comesTo(page, "in time?", ".failed");
      await page.click(".message .again");
      await comesTo(page, "in time?", ".delivered");
      await ben.event((event) => event["type"] === "message" && event["text"] === "in time?");
      await reopen(page, key);
      await comesTo(page, "in time?", ".delivered");
      assert.deepEqual([await times(page, "in time?"), await arrived("in time?")], [1, 1]);
    });
  } finally {
    ben.close();
    await browser.close();
    for (const { run } of [own, friend]) await run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
