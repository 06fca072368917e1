/** The READMEs: their tables of commands are those of the help, and both lead to the same documents. */
import assert from "node:assert/strict";
import { loadHelp } from "../../lib/text/help/help.ts";
import { commandRows } from "../../scripts/readme.ts";
import { ROOT } from "../support/imports.ts";

Deno.test("the READMEs' tables of commands are the help's", async () => {
  for (const [path, language] of [["README.md", "en"], ["README.zh-CN.md", "zh"]] as const) {
    const text = await Deno.readTextFile(ROOT + path);
    const table = text.slice(text.indexOf("<!-- commands:"), text.indexOf("<!-- end of commands"));
    const rows = [...table.matchAll(/^\| (`.+?) +\| (.+?) +\|$/gm)].map(([, a, b]) => [a, b]);
    assert.deepEqual(
      rows,
      await commandRows(await loadHelp(language)),
      `${path}: run deno task readme`,
    );
  }
});

/** The documents of the project that a page links, without the pages that are one for each language. */
async function linked(path: string): Promise<string[]> {
  const text = await Deno.readTextFile(ROOT + path);
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+\.md)/g)].map(([, link]) => link!);
  return [...new Set(links)].filter((link) => !link.startsWith("README")).sort();
}

Deno.test("both READMEs link the same documents, every page of docs/ among them", async () => {
  const english = await linked("README.md");
  assert.deepEqual(await linked("README.zh-CN.md"), english);
  const pages = [...Deno.readDirSync(`${ROOT}docs`)].map(({ name }) => `docs/${name}`)
    .filter((path) => path.endsWith(".md"));
  assert.deepEqual(pages.filter((page) => !english.includes(page)), []);
});
