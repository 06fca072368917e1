/** Steps of a person at the page, by keyboard and screen alone, for tests and pictures of it. */
import type { Page } from "puppeteer-core";
import { logFields } from "./field-log.ts";
import type { Served } from "./support.ts";

/** Pages are so many times slower than the machine: races between keys and the page come out. */
const SLOWER = Number(Deno.env.get("P2P_TEST_SLOWER") ?? 1);

/** Opens the page with the link that the terminal showed. */
export async function open(page: Page, { url, token }: Served): Promise<void> {
  await logFields(page);
  if (SLOWER > 1) await page.emulateCPUThrottling(SLOWER);
  await page.goto(`${url}#${token}`);
  await page.waitForSelector("main");
}

/** The first minute: a name, perhaps a passphrase, Enter. */
export async function makeIdentity(page: Page, name: string, passphrase = ""): Promise<void> {
  await page.waitForSelector("#field-name");
  await page.type("#field-name", name);
  if (passphrase !== "") {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.waitForSelector("#field-passphrase");
    await page.type("#field-passphrase", passphrase);
    await page.type("#field-again", passphrase);
  }
  await page.keyboard.press("Enter");
  await page.waitForSelector(".people");
  await page.waitForSelector(".status:not(.off)");
}

/** The own key, as the settings of a page show it. */
export async function keyOf(page: Page): Promise<string> {
  const state = await page.evaluate(async () => {
    const key = localStorage.getItem("p2p-key") ?? "";
    return await (await fetch("/state", { headers: { "x-p2p-key": key } })).json();
  });
  return state.self.key;
}

/** Makes somebody a contact, through the page's own WebSocket of a test. */
export async function command(
  page: Page,
  type: string,
  fields: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  return await page.evaluate(
    (line: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const key = localStorage.getItem("p2p-key") ?? "";
        const socket = new WebSocket(`ws://${location.host}/events`, ["p2p", `key.${key}`]);
        socket.onopen = () => socket.send(line);
        socket.onerror = () => reject(new Error("no socket"));
        socket.onmessage = ({ data }) => {
          for (const each of String(data).split("\n")) {
            const event = JSON.parse(each);
            if (event.ref !== "test") continue;
            socket.close();
            resolve(event);
          }
        };
      }),
    JSON.stringify({ type, ...fields, ref: "test" }),
  );
}

/** Writes a line in the open conversation. */
export async function write(page: Page, text: string): Promise<void> {
  await page.focus(".composer textarea");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

/** Presses Tab until what has the focus fits `selector`. */
export async function tabTo(page: Page, selector: string, most = 60): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    const there = await page.evaluate(
      (selector: string) => document.activeElement?.matches(selector) ?? false,
      selector,
    );
    if (there) return;
  }
  throw new Error(`Tab does not come to ${selector}`);
}
