/** The page in a real browser: Debian's Chromium, driven by puppeteer-core; and the programs behind it. */
import puppeteer, { type Browser, type BrowserContext, type Page } from "puppeteer-core";
import { join } from "node:path";
import "../support/lan.ts";
import { type Run, start } from "../e2e/support.ts";

/** The browser; `null` where there is none. */
export const CHROMIUM = "/usr/bin/chromium";

/** Starts the browser; one for a whole test file. Its microphone is a tone, its network is this machine alone. */
export async function startBrowser(): Promise<Browser> {
  return await puppeteer.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      "--autoplay-policy=no-user-gesture-required",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
      // Of several pages one is in front: the others go on as if they were, too.
      "--disable-renderer-backgrounding",
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--proxy-bypass-list=<-loopback>",
    ],
  });
}

/** A `p2p ui` that runs. */
export interface Served {
  readonly run: Run;
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly home: string;
  readonly saveDir: string;
}

/** Starts `p2p ui` below `folder`, on free ports of 127.0.0.1. */
export async function serve(
  folder: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Served> {
  const home = join(folder, "home");
  const saveDir = join(folder, "saved");
  await Deno.mkdir(saveDir, { recursive: true });
  const run = start(
    ["ui", "--no-open", "--bind", "127.0.0.1", "--listen", "0", "--save-dir", saveDir, ...args],
    { home, env },
  );
  const [, url = "", port = "", token = ""] = await run.err.match(
    /(http:\/\/127\.0\.0\.1:(\d+)\/)#([\w-]+)/,
  );
  return { run, url, port: Number(port), token, home, saveDir };
}

/** Two browsers' worth of separation: cookies and storage of its own. */
export async function window(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  return { context, page };
}

/** Waits until the page shows `text` somewhere. */
export async function shows(page: Page, text: string): Promise<void> {
  await page.waitForFunction(`document.body.innerText.includes(${JSON.stringify(text)})`);
}

/** The bytes that a file chooser or a drop gives, as a file on disk. */
export async function fileOf(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await Deno.writeFile(path, bytes);
  return path;
}

/** Drops files on the middle of what `selector` finds, as a hand with a mouse would. */
export async function drop(page: Page, selector: string, ...files: string[]): Promise<void> {
  const box = await (await page.waitForSelector(selector))!.boundingBox();
  const [x, y] = [box!.x + box!.width / 2, box!.y + box!.height / 2];
  const session = await page.createCDPSession();
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    const data = { items: [], files, dragOperationsMask: 1 };
    await session.send("Input.dispatchDragEvent", { type, x, y, data });
  }
  await session.detach();
}
