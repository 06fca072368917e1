/** What happens to the fields of a page and to its focus, written down in the page itself: for the failure of a test. */
import type { Page } from "puppeteer-core";

/** In the page: the lines of the log. */
declare const fieldLog: string[];

/** Lines that are kept. */
const MOST_LINES = 200;
/** Lines that a failure shows. */
const SHOWN_LINES = 40;

/** Writes down keys, what they put where, moves of the focus, and values that scripts set; runs before the page's script. */
function keepLog(most: number): void {
  const lines: string[] = [];
  Object.assign(globalThis, { fieldLog: lines });
  const nameOf = (target: EventTarget | null) => {
    if (!(target instanceof Element)) return "the document";
    const { id, tagName, className } = target;
    const label = target.getAttribute("aria-label") ?? target.getAttribute("name") ?? "";
    return `${tagName.toLowerCase()}${id && `#${id}`}.${className} ${label}`.trim();
  };
  const write = (what: string, stack = "") => {
    lines.push(`${performance.now().toFixed(1)} ${what}${stack}`);
    if (lines.length > most) lines.shift();
  };
  /** Which scripts brought it about; a person's own has none. */
  const byScript = () => {
    const calls = new Error().stack!.split("\n").slice(3).filter((line) =>
      /^\s+at /.test(line) && !line.includes("pptr:")
    );
    return calls.map((line) => `\n      ${line.trim()}`).slice(0, 6).join("");
  };
  for (const type of ["focusin", "focusout"] as const) {
    addEventListener(type, ({ target }) => write(`${type} ${nameOf(target)}`, byScript()), true);
  }
  for (const type of ["keydown", "compositionstart", "compositionend"] as const) {
    addEventListener(type, (event) => {
      const { key = "" } = event as KeyboardEvent;
      write(`${type} ${key} at ${nameOf(event.target)}`);
    }, true);
  }
  addEventListener("input", (event) => {
    const { value } = event.target as HTMLInputElement;
    write(`input ${JSON.stringify(value)} in ${nameOf(event.target)}`);
  }, true);
  for (
    const [of, name] of [
      [HTMLInputElement, "value"],
      [HTMLInputElement, "checked"],
      [HTMLTextAreaElement, "value"],
      [HTMLSelectElement, "value"],
    ] as const
  ) {
    const { get, set } = Object.getOwnPropertyDescriptor(of.prototype, name) as {
      get(): unknown;
      set(value: unknown): void;
    };
    Object.defineProperty(of.prototype, name, {
      configurable: true,
      get,
      set(value: unknown) {
        const before = get.call(this);
        set.call(this, value);
        if (before === value) return;
        write(`${name} of ${nameOf(this)} set from ${before} to ${value}`, byScript());
      },
    });
  }
}

/** Keeps the log in every document that `page` shows from now on. */
export async function logFields(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(keepLog, MOST_LINES);
}

/** The last lines of the log, and what every field holds now. */
export async function fieldsTold(page: Page): Promise<string> {
  return await page.evaluate((most: number) => {
    const fields = [
      ...document.querySelectorAll<HTMLInputElement>("input, textarea, select"),
    ].map((each) => {
      const { id, tagName, value, checked } = each;
      const name = `${tagName.toLowerCase()}${id && `#${id}`}[name=${each.name}]`;
      const at = each === document.activeElement ? " has the focus" : "";
      return `  ${name} ${JSON.stringify(value)}${checked ? " checked" : ""}${at}`;
    });
    return ["fields:", ...fields, "what happened:", ...fieldLog.slice(-most)].join("\n  ");
  }, SHOWN_LINES);
}
