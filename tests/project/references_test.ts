/** What code says about the documents is there: every file that is named, and every heading. */
import assert from "node:assert/strict";
import { ROOT, type Source, sources } from "../support/imports.ts";

/** A page, and perhaps a heading in quotation marks, however the comment breaks its lines. */
const REFERENCE =
  /\b((?:docs\/[\w-]+|ARCHITECTURE|SECURITY|CONTRIBUTING)\.md)(?:,\s+(?:\*\s+|\/\/\s+)?"([^"]+)")?/g;

/** Another file of the project (lib/errors.ts); a word in capitals stands for many. */
const FILE =
  /\b((?:lib|commands|web|scripts|tests|bench)\/(?:(?![A-Z]{2})[\w\/-])+\.(?:tsx?|json|md))\b/g;

/** The end of a source's path, by which a page calls it (`group/writer.ts`). */
const SOURCE = /`((?:[a-z][\w-]*\/)*[a-z][\w-]*\.tsx?)`/g;

const COMMENT = /\/\*[\s\S]*?\*\/|(?:^|\s)\/\/[^\n]*/g;

function exists(path: string): boolean {
  try {
    return Deno.statSync(ROOT + path).isFile;
  } catch {
    return false;
  }
}

const headings = new Map<string, ReadonlySet<string>>();

/** The headings of a page, without their numbers. */
function headingsOf(page: string): ReadonlySet<string> {
  let known = headings.get(page);
  if (known === undefined) {
    const text = Deno.readTextFileSync(ROOT + page);
    known = new Set(
      [...text.matchAll(/^#+ (?:\d+(?:\.\d+)*\.? )?(.+?)\s*$/gm)].map(([, name]) => name!),
    );
    headings.set(page, known);
  }
  return known;
}

/** The references of one file that lead nowhere. */
function lost({ path, text }: Source): string[] {
  const found: string[] = [];
  for (const [comment] of text.matchAll(COMMENT)) {
    for (const [, page = "", heading] of comment.matchAll(REFERENCE)) {
      const name = heading?.replace(/\s+(?:\*|\/\/)?\s*/g, " ");
      if (!exists(page)) found.push(`${path}: ${page}`);
      else if (name !== undefined && !headingsOf(page).has(name)) {
        found.push(`${path}: ${page}, "${name}"`);
      }
    }
    for (const [, file = ""] of comment.matchAll(FILE)) {
      if (!exists(file)) found.push(`${path}: ${file}`);
    }
  }
  return found;
}

Deno.test("every page, heading and file that a comment names is there", () => {
  assert.deepEqual(
    sources("lib", "commands", "scripts", "tests", "bench", "main.ts").filter(({ path }) =>
      !path.startsWith("tests/project/")
    ).flatMap(lost),
    [],
  );
});

Deno.test("every file that a page at the root or in docs/ names is there", () => {
  const pages = [
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "README.md",
    "README.zh-CN.md",
    ...Array.from(Deno.readDirSync(ROOT + "docs"), ({ name }) => `docs/${name}`)
      .filter((path) => path.endsWith(".md")),
  ];
  const all = sources("lib", "commands", "web", "scripts", "tests", "bench", "examples", "main.ts");
  const gone = pages.flatMap((page) => {
    const text = Deno.readTextFileSync(ROOT + page);
    const whole = [...text.matchAll(FILE)].filter(([, file]) => !exists(file!));
    const ends = [...text.matchAll(SOURCE)].filter(([, end]) =>
      !all.some(({ path }) => `/${path}`.endsWith(`/${end}`))
    );
    return [...whole, ...ends].map(([, file]) => `${page}: ${file}`);
  });
  assert.deepEqual(gone, []);
});

Deno.test("every promise of SECURITY.md names the test that shows it", () => {
  const [, promises = ""] = Deno.readTextFileSync(ROOT + "SECURITY.md").split(/^## .*$/m);
  const unproven = promises.split(/^- /m).slice(1).filter((promise) => !/`tests\//.test(promise));
  assert.deepEqual(unproven, []);
  assert.ok(promises.length > 1000);
});

/** The folders of lib/ that have sources of their own. */
function* folders(path: string): Generator<string> {
  for (const entry of Deno.readDirSync(ROOT + path)) {
    if (!entry.isDirectory) continue;
    const inner = `${path}/${entry.name}`;
    if ([...Deno.readDirSync(ROOT + inner)].some(({ isFile }) => isFile)) yield inner;
    yield* folders(inner);
  }
}

Deno.test("ARCHITECTURE.md has every folder of lib/ and commands/", () => {
  const page = Deno.readTextFileSync(`${ROOT}ARCHITECTURE.md`);
  const gone = [...folders("lib"), ...folders("commands")].filter((path) =>
    !/^lib\/text\/help\/|^lib\/crypto\/kernel\/built$/.test(
      path,
    ) &&
    // What one command has to itself lies in a folder of its name.
    !exists(`${path}.ts`) && !page.includes(`${path}/`)
  );
  assert.deepEqual(gone, []);
});

Deno.test("a reference that leads nowhere is found", () => {
  const of = (text: string) => lost({ path: "lib/x/a.ts", text, local: [], foreign: [] }).length;
  assert.equal(of('/** See docs/protocol.md, "No such heading". */'), 1);
  assert.equal(of('/** See docs/protocol.md,\n * "No such\n * heading". */'), 1);
  assert.equal(of("/** See docs/nothing.md. */"), 1);
  assert.equal(of("/** As in lib/nothing/there.ts. */"), 1);
  assert.equal(of('/** See docs/protocol.md, "Datagrams"; lib/errors.ts. */'), 0);
});
