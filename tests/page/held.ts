/** What comes late, in a page: a test holds it back, and lets it come while somebody types. */
import type { HTTPRequest, Page } from "puppeteer-core";

/** What may be held: answers of the program to a command, and what the page does once something is painted. */
export type Late = { readonly command: string } | "painted";

/** In the page: what is to be held, what is, and which events came through all the same. */
declare const held: {
  painted: boolean;
  readonly commands: Set<string>;
  readonly waiting: Array<() => void>;
  readonly told: Set<string>;
};

/** To be run before the page's own script. */
function holdLate(): void {
  const held = {
    painted: false,
    commands: new Set<string>(),
    waiting: [] as Array<() => void>,
    told: new Set<string>(),
  };
  Object.assign(globalThis, { held });
  const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage")!;
  Object.defineProperty(WebSocket.prototype, "onmessage", {
    set(take: (event: MessageEvent) => void) {
      set!.call(this, (event: MessageEvent) => {
        const named = (field: string) =>
          [...event.data.matchAll(new RegExp(`"${field}":"([\\w-]+)"`, "g"))].map(([, name]) =>
            name
          );
        if (named("command").some((name) => held.commands.has(name))) {
          held.waiting.push(() => take(event));
        } else take(event);
        for (const name of named("type")) held.told.add(name);
      });
    },
  });
  // What is to come right after a frame has no delay of its own.
  const later = setTimeout;
  const hold = (act: () => void, ms?: number, ...given: unknown[]) => {
    if (!held.painted || ms !== undefined) return later(act, ms, ...given);
    held.waiting.push(act);
    return 0;
  };
  Object.assign(globalThis, { setTimeout: hold });
}

/** Makes `page` one whose late things can be held; before it is opened. */
export async function canHold(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(holdLate);
}

/** Holds things back from now on. */
export async function hold(page: Page, ...late: Late[]): Promise<void> {
  await page.evaluate(() => held.told.clear());
  for (const each of late) {
    await page.evaluate((command: string | undefined) => {
      if (command === undefined) held.painted = true;
      else held.commands.add(command);
    }, each === "painted" ? undefined : each.command);
  }
}

/** Waits until so many things are held back. */
export async function holds(page: Page, number = 1): Promise<void> {
  await page.waitForFunction((number: number) => held.waiting.length >= number, {}, number);
}

/** Waits until an event has been told since. */
export async function told(page: Page, type: string): Promise<void> {
  await page.waitForFunction((type: string) => held.told.has(type), {}, type);
}

/** Lets all of it come, and holds nothing back any more. */
export async function letCome(page: Page): Promise<void> {
  await page.evaluate(() => {
    held.painted = false;
    held.commands.clear();
    for (const each of held.waiting.splice(0)) each();
  });
}

/** A request that is held back. */
export interface HeldRequest {
  /** Resolves when the page has asked. */
  readonly came: Promise<unknown>;
  /** Lets it, and all that follow, go. */
  readonly letGo: () => Promise<void>;
}

/** Holds back the next request whose address has `part` in it. */
export async function holdRequest(page: Page, part: string): Promise<HeldRequest> {
  const { promise: came, resolve } = Promise.withResolvers<HTTPRequest>();
  let holding = true;
  const take = (request: HTTPRequest) => {
    if (!holding || !request.url().includes(part)) return void request.continue();
    holding = false;
    resolve(request);
  };
  await page.setRequestInterception(true);
  page.on("request", take);
  return {
    came,
    async letGo() {
      await (await came).continue();
      page.off("request", take);
      await page.setRequestInterception(false);
    },
  };
}
