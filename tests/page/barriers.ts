/** What keeps people out of a page, as axe-core finds it. */
import axe from "axe-core";
import type { Page } from "puppeteer-core";

/** Widths of a phone and of a desk, in pixels. */
const WIDTHS = [390, 1440] as const;
const SCHEMES = ["light", "dark"] as const;

/** Runs in the page: what is wider than its place. Text, so that benchmarks, which know no browser's types, may use it. */
const WIDER = `[...document.querySelectorAll("body, dialog, .people, .talk, .said, .first")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.tagName + " " + each.className)`;

/** What axe-core finds, worded for a failure. */
async function barriers(page: Page, where: string): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    // deno-lint-ignore no-explicit-any -- what the script above put there
    const { violations } = await (globalThis as any).axe.run();
    // deno-lint-ignore no-explicit-any -- see above
    return violations.map((each: any) =>
      `${each.id}: ${
        each.nodes.map((node: { html: string }) => node.html.slice(0, 120)).join(" | ")
      }`
    );
  });
  return found.map((fault: string) => `${where}: ${fault}`);
}

/** What is wrong with what is shown, in both colour schemes. */
export async function barriersInBoth(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  for (const value of SCHEMES) {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    found.push(...await barriers(page, `${where}, ${value}`));
  }
  return found;
}

/** What is wrong in both schemes and at both widths; the screen does not have to be scrolled sideways. */
export async function barriersEverywhere(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 800 });
    const place = `${where}, ${width} px`;
    found.push(...await barriersInBoth(page, place));
    const wide = await page.evaluate(WIDER) as string[];
    found.push(...wide.map((each) => `${place}: ${each} is wider than its place`));
  }
  return found;
}
