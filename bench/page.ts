/** The page of `p2p ui` in a real browser: its size, how soon it can be used, texts between two browsers, a large file. */
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { listener, type Run } from "../tests/e2e/support.ts";
import { CHROMIUM, drop, serve, type Served, startBrowser, window } from "../tests/page/support.ts";
import { barriersEverywhere } from "../tests/page/barriers.ts";
import { BUILT_PAGE } from "../lib/page/built/page.ts";
import { type Bench, median, type Row } from "./harness.ts";

const GOAL_BYTES = 40_000;
const GOAL_USABLE_MS = 200;
const GOAL_TEXT_MS = 30;
const GOAL_GROWTH_MIB = 64;
const GOAL_ATTACKS = 25;

function row(what: string, ours: number, unit: string, goal: number, note: string): Row {
  const theirs = goal;
  return { what, ours, unit, peer: "goal", theirs, ratio: theirs / ours, note };
}

/** A row of what there should be none of. */
function none(what: string, ours: number, unit: string, note: string): Row {
  return { what, ours, unit, peer: "goal", theirs: 0, ratio: ours === 0 ? 1 : 0, note };
}

/** How many attacks are refused: the steps of their test that pass. */
async function attacks(): Promise<Row> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--no-check", "tests/page/attacks_test.ts"],
    cwd: new URL("..", import.meta.url).pathname,
    env: { NO_COLOR: "1" },
    stderr: "null",
  }).output();
  const end =
    new TextDecoder().decode(stdout).split("\n").findLast((line) =>
      /^(?:ok|FAILED) \| /.test(line)
    ) ?? "";
  const [, refused = "0"] = /passed \((\d+) steps?\)/.exec(end) ?? [];
  return {
    ...{ what: "page: attacks refused", ours: Number(refused), unit: "attacks", peer: "goal" },
    ...{ theirs: GOAL_ATTACKS, ratio: Number(refused) / GOAL_ATTACKS, note: end },
  };
}

/** A command at the page's own WebSocket. Strings: what they say runs in the browser. */
async function command(page: Page, type: string, fields: object): Promise<Record<string, unknown>> {
  const line = JSON.stringify(JSON.stringify({ type, ...fields, ref: "bench" }));
  return await page.evaluate(`new Promise((resolve) => {
    const socket = new WebSocket("ws://" + location.host + "/events",
      ["p2p", "key." + localStorage.getItem("p2p-key")]);
    socket.onopen = () => socket.send(${line});
    socket.onmessage = ({ data }) => {
      for (const each of String(data).split("\\n")) {
        const event = JSON.parse(each);
        if (event.ref === "bench") resolve(event);
      }
    };
  })`) as Record<string, unknown>;
}

async function begin(page: Page, { url, token }: Served): Promise<void> {
  await page.goto(`${url}#${token}`);
  await page.waitForSelector("#field-name");
  await page.focus("#field-name");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".people");
}

async function openFirst(page: Page): Promise<void> {
  await page.reload();
  await page.waitForSelector(".person");
  await page.focus(".person");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".composer textarea");
}

/** From the key to the other screen, in milliseconds by the machine's clock, which both pages read. */
async function texts(from: Page, to: Page, count: number): Promise<number[]> {
  await to.evaluate(`globalThis.shown = (text) => new Promise((resolve) => {
    const said = document.querySelector(".said");
    const look = () => {
      const at = Date.now();
      const last = [...said.querySelectorAll(".message.theirs .words")].at(-1);
      if (last?.textContent !== text) return;
      watcher.disconnect();
      resolve(at);
    };
    const watcher = new MutationObserver(look);
    watcher.observe(said, { childList: true, subtree: true });
  })`);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const text = `text ${i} of ${count}`;
    const shown = to.evaluate(`shown(${JSON.stringify(text)})`);
    // The observer is there before the key is pressed.
    await to.evaluate("0");
    const sent = await from.evaluate(`(() => {
      const area = document.querySelector(".composer textarea");
      area.value = ${JSON.stringify(text)};
      const at = Date.now();
      area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
      return at;
    })()`) as number;
    times.push(await shown as number - sent);
  }
  return times.sort((a, b) => a - b);
}

/** MiB of the page's own process that are no file's, the largest of the browser's renderers. */
async function rendererMiB(browserPid: number): Promise<number> {
  let most = 0;
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const line = await Deno.readTextFile(`/proc/${name}/cmdline`);
      if (!line.includes("--type=renderer")) continue;
      const status = await Deno.readTextFile(`/proc/${name}/status`);
      if (!await isBelow(Number(name), browserPid)) continue;
      most = Math.max(most, Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return most;
}

async function isBelow(pid: number, ancestor: number): Promise<boolean> {
  for (let at = pid; at > 1;) {
    if (at === ancestor) return true;
    at = Number(/PPid:\s+(\d+)/.exec(await Deno.readTextFile(`/proc/${at}/status`))?.[1] ?? 0);
  }
  return false;
}

async function large(folder: string, size: number): Promise<Row[]> {
  const browser = await startBrowser();
  const served = await serve(join(folder, "sender"));
  const save = join(folder, "taken");
  await Deno.mkdir(save);
  let peer: (Run & { readonly peer: string }) | undefined;
  try {
    peer = await listener(["--json", "--accept", "all", "--save-dir", save], {
      home: join(folder, "taker"),
    });
    const { page } = await window(browser);
    await begin(page, served);
    const { peer: { key } } = await command(page, "call", { to: peer.peer }) as {
      peer: { key: string };
    };
    await command(page, "contact", { name: "taker", key });
    await openFirst(page);
    const path = join(folder, "large.bin");
    using file = await Deno.open(path, { write: true, create: true });
    await file.truncate(size);
    const pid = browser.process()!.pid!;
    const before = await rendererMiB(pid);
    let most = before;
    const began = performance.now();
    await drop(page, ".said", path);
    const half = `(document.querySelector(".upload progress")?.value ?? 0) > ${size / 4}`;
    await page.waitForFunction(half, { timeout: 600_000, polling: 50 });
    most = Math.max(most, await rendererMiB(pid));
    // A reload in the middle; the same file is dropped again.
    await openFirst(page);
    await drop(page, ".said", path);
    let over = false;
    const arrived = page.waitForSelector(".message.file .state.delivered", { timeout: 1_800_000 })
      .finally(() => over = true);
    while (!over) {
      most = Math.max(most, await rendererMiB(pid));
      await Promise.race([arrived, new Promise((resolve) => setTimeout(resolve, 200))]);
    }
    await arrived;
    const seconds = (performance.now() - began) / 1000;
    const taken = (await Deno.stat(join(save, "large.bin"))).size;
    if (taken !== size) throw new Error(`${taken} of ${size} bytes came`);
    const note = `${
      (size / 2 ** 30).toFixed(1)
    } GiB dropped, reloaded in the middle, delivered in ${seconds.toFixed(0)} s`;
    return [row("page: growth of the tab", most - before, "MiB", GOAL_GROWTH_MIB, note)];
  } finally {
    await browser.close();
    await served.run.stop();
    await peer?.stop();
  }
}

async function small(folder: string, count: number): Promise<Row[]> {
  const browser = await startBrowser();
  const runs: Served[] = [];
  try {
    const pages: Page[] = [];
    const foreign = new Set<string>();
    for (const name of ["one", "two"]) {
      const served = await serve(join(folder, name), ["--accept", "all"]);
      runs.push(served);
      const { page } = await window(browser);
      pages.push(page);
      page.on("request", (request) => {
        const address = request.url();
        if (!address.startsWith(served.url) && !/^(?:blob|data):/.test(address)) {
          foreign.add(address);
        }
      });
      await begin(page, served);
    }
    const [one, two] = pages as [Page, Page];
    const [, port] = await runs[1]!.run.err.match(/listening on 127\.0\.0\.1:(\d+)/);
    const { peer: { key } } = await command(one, "call", { to: `127.0.0.1:${port}` }) as {
      peer: { key: string };
    };
    await command(one, "contact", { name: "two", key });
    await openFirst(two);
    await openFirst(one);
    const usable: number[] = [];
    for (let i = 0; i < 7; i++) {
      await one.reload();
      await one.waitForFunction(`performance.getEntriesByName("usable").length > 0`);
      usable.push(
        await one.evaluate(`performance.getEntriesByName("usable")[0].startTime`) as number,
      );
    }
    await openFirst(one);
    await texts(one, two, 20);
    const times = await texts(one, two, count);
    const barriers = await barriersEverywhere(one, "a conversation");
    const at95 = times[Math.floor(times.length * 0.95)]!;
    return [
      row(
        "page: until it can be used",
        median(usable),
        "ms",
        GOAL_USABLE_MS,
        "median of 7 reloads, its data loaded",
      ),
      row(
        "page: a text to another browser",
        at95,
        "ms",
        GOAL_TEXT_MS,
        `95th percentile of ${times.length}, median ${median(times).toFixed(1)} ms`,
      ),
      none("page: foreign requests", foreign.size, "requests", [...foreign].join(" ")),
      none("page: barriers", barriers.length, "violations", "axe-core, a conversation"),
    ];
  } finally {
    await browser.close();
    for (const { run } of runs) await run.stop();
  }
}

export const bench: Bench = {
  name: "page",
  async run({ quick }) {
    const size = BUILT_PAGE.gzip().length;
    const rows = [
      row("page: compressed", size / 1000, "kB", GOAL_BYTES / 1000, "one file, no further request"),
    ];
    try {
      await Deno.stat(CHROMIUM);
    } catch {
      return rows.map((each) => ({
        ...each,
        note: `${each.note}; no chromium here: nothing else measured`,
      }));
    }
    const folder = await Deno.makeTempDir();
    try {
      rows.push(...await small(folder, quick ? 50 : 200));
      rows.push(await attacks());
      rows.push(...await large(folder, quick ? 2 ** 28 : 2 ** 32));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    return rows;
  },
};
