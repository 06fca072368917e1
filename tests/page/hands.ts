/** A person who has a keyboard and nothing else: real keys alone reach the page, and every stop must be seen. */
import assert from "node:assert/strict";
import type { ElementHandle, KeyInput, Page } from "puppeteer-core";
import { en, type SamePageTexts } from "../../web/texts/en.ts";
import { zh } from "../../web/texts/zh.ts";
import { fieldsTold } from "./field-log.ts";

/** The words of the page, by language. */
export const WORDS: Readonly<Record<"en" | "zh", SamePageTexts>> = { en, zh };

/** More stops than any screen of the tests has. */
const MOST_STOPS = 120;

/** Where the focus is, and what is wrong with how it shows. */
interface Stop {
  readonly there: boolean;
  readonly fault: string;
}

/** What a field holds, which of it is selected, and whether it has the focus. */
interface FieldState {
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly checked: boolean;
  readonly index: number;
  readonly focused: boolean;
}

async function stateOf(field: ElementHandle<HTMLElement>): Promise<FieldState> {
  return await field.evaluate((element) => {
    const { value, selectionStart, selectionEnd, checked } = element as HTMLInputElement;
    return {
      ...{ value, from: selectionStart ?? 0, to: selectionEnd ?? 0, checked },
      index: (element as HTMLElement as HTMLSelectElement).selectedIndex,
      focused: element === document.activeElement,
    };
  });
}

/** The hands on one page. */
export class Hands {
  readonly page: Page;
  readonly words: SamePageTexts;

  constructor(page: Page, language: "en" | "zh") {
    this.page = page;
    this.words = WORDS[language];
  }

  /** The selector of what is called so. */
  named(
    name: keyof { [K in keyof SamePageTexts as SamePageTexts[K] extends string ? K : never]: K },
  ) {
    return `[aria-label=${JSON.stringify(this.words[name])}]`;
  }

  async press(...keys: KeyInput[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Several keys at once: "Control", "v". */
  async chord(...keys: KeyInput[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.down(key);
    for (const key of keys.toReversed()) await this.page.keyboard.up(key);
  }

  /**
   * Types where the focus is; every letter gets there, and the focus stays.
   * @param meanwhile what happens in the middle of it
   */
  async type(text: string, meanwhile?: () => Promise<void>): Promise<void> {
    const middle = meanwhile === undefined ? text.length : text.length >> 1;
    await this.#holds(
      ({ value, from, to }) => ({ value: value.slice(0, from) + text + value.slice(to) }),
      async () => {
        await this.page.keyboard.type(text.slice(0, middle));
        await meanwhile?.();
        await this.page.keyboard.type(text.slice(middle));
      },
    );
  }

  /**
   * Ticks the box that has the focus, or unticks it.
   * @param then what happens right after
   */
  async tick(then?: () => Promise<void>): Promise<void> {
    await this.#holds(({ checked }) => ({ checked: !checked }), async () => {
      await this.press("Space");
      await then?.();
    });
  }

  /**
   * Goes down the list that has the focus, or up it.
   * @param each what happens after each step
   */
  async turn(
    keys: ReadonlyArray<"ArrowDown" | "ArrowUp">,
    each?: () => Promise<void>,
  ): Promise<void> {
    const steps = keys.reduce((sum, key) => sum + (key === "ArrowDown" ? 1 : -1), 0);
    await this.#holds(({ index }) => ({ index: index + steps }), async () => {
      for (const key of keys) {
        await this.press(key);
        await each?.();
      }
    });
  }

  /** Acts on the field that has the focus: it holds then what it must, and has the focus still. */
  async #holds(
    wanted: (before: FieldState) => Partial<FieldState>,
    act: () => Promise<void>,
  ): Promise<void> {
    const field = await this.page.evaluateHandle(() => document.activeElement as HTMLElement);
    const want = { ...wanted(await stateOf(field)), focused: true };
    await act();
    const has = await stateOf(field);
    await field.dispose();
    const differs = Object.entries(want).some(([name, value]) =>
      has[name as keyof FieldState] !== value
    );
    if (!differs) return;
    const [wants, holds] = [want, has].map((each) => JSON.stringify(each));
    throw new Error(`the field has ${holds}, not ${wants}\n${await fieldsTold(this.page)}`);
  }

  /** Whether what has the focus fits, and whether anybody sees that it has it. */
  async #stop(selector: string): Promise<Stop> {
    return await this.page.evaluate((selector: string) => {
      const element = document.activeElement;
      // Between the last stop and the first there is the browser's own.
      if (element === null || element === document.body) return { there: false, fault: "" };
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      const marked = outlineStyle !== "none" && parseFloat(outlineWidth) > 0 ||
        boxShadow !== "none";
      const { top, bottom, left, right, width, height } = element.getBoundingClientRect();
      const inView = width > 0 && height > 0 && bottom > 0 && top < innerHeight && right > 0 &&
        left < innerWidth;
      const fault = !marked ? "has no mark" : inView ? "" : "is out of view";
      return {
        there: element.matches(selector),
        fault: fault && `${element.outerHTML.slice(0, 120)} ${fault}`,
      };
    }, selector);
  }

  /** Tab until what has the focus fits `selector`. */
  async to(selector: string, back = false): Promise<void> {
    for (let i = 0; i < MOST_STOPS; i++) {
      if (back) await this.chord("Shift", "Tab");
      else await this.press("Tab");
      const { there, fault } = await this.#stop(selector);
      assert.equal(fault, "");
      if (there) return;
    }
    throw new Error(`Tab does not come to ${selector}`);
  }

  /** Shift and Tab until what has the focus fits `selector`. */
  async back(selector: string): Promise<void> {
    await this.to(selector, true);
  }

  /** Waits until `selector` has the focus by itself, for everybody to see. */
  async at(selector: string): Promise<void> {
    await this.page.waitForFunction(
      (selector: string) => document.activeElement?.matches(selector) ?? false,
      {},
      selector,
    ).catch(async (cause: unknown) => {
      const has = await this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
      throw new Error(`the focus is not at ${selector} but at ${has}`, { cause });
    });
    assert.equal((await this.#stop(selector)).fault, "");
  }

  /** Waits for something to be there. */
  async sees(selector: string): Promise<void> {
    await this.page.waitForSelector(selector);
  }

  /** Waits for something to be gone. */
  async seesNo(selector: string): Promise<void> {
    await this.page.waitForFunction(
      (selector: string) => document.querySelector(selector) === null,
      {},
      selector,
    );
  }

  /** Waits until what `selector` finds has `text` in it. */
  async reads(selector: string, text: string): Promise<void> {
    await this.page.waitForFunction(
      (selector: string, text: string) =>
        [...document.querySelectorAll<HTMLElement>(selector)].some(({ innerText }) =>
          innerText.includes(text)
        ),
      {},
      selector,
      text,
    ).catch(async (cause: unknown) => {
      const [says, has] = await this.page.evaluate(() => [
        document.body.innerText,
        document.activeElement?.outerHTML.slice(0, 200),
      ]);
      const instead = `the page says ${JSON.stringify(says)}, the focus is at ${has}`;
      throw new Error(`${selector} does not say ${text}: ${instead}`, { cause });
    });
  }

  /** Opens the system's window for files by a key, and chooses one. */
  async choose(path: string, key: KeyInput = "Enter"): Promise<void> {
    const opened = this.page.waitForFileChooser();
    // The browser has heard that the test takes the window's place.
    await this.page.evaluate("0");
    await this.press(key);
    await (await opened).accept([path]);
  }
}
