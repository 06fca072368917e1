/**
 * Makes the page of `p2p ui` from web/: one file with its script and its style, compressed, as base64 in
 * lib/page/built/page.ts; `--check` only compares.
 *
 *   deno task web [--check]
 */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { runQuietly } from "./build/run.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const OUTPUT = `${ROOT}lib/page/built/page.ts`;

/** Files of web/style/, in the order in which their rules follow each other. */
const STYLES = ["base", "first", "people", "talk", "windows", "media"];

/** The page, and the hashes that its policy names. */
export interface BuiltPage {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

function sha256(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** Style without what only people read. */
function lean(css: string): string {
  return css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1").replace(/;}/g, "}").replace(/: /g, ":").trim();
}

/** Makes the page from its sources. */
export async function buildPage(): Promise<BuiltPage> {
  const script = (await runQuietly(Deno.execPath(), [
    "bundle",
    "--quiet",
    "--platform=browser",
    "--format=iife",
    "--minify",
    "web/main.tsx",
  ], { cwd: ROOT })).trim().replaceAll("</script", "<\\/script");
  const styles = STYLES.map((name) => Deno.readTextFile(`${ROOT}web/style/${name}.css`));
  const style = lean((await Promise.all(styles)).join("\n"));
  const frame = await Deno.readTextFile(`${ROOT}web/index.html`);
  const html = frame.replace(/\s*STYLE\s*/, () => style)
    .replace(/\s*SCRIPT;?\s*/, () => script);
  return { html, script: sha256(script), style: sha256(style) };
}

function source({ html, script, style }: BuiltPage): string {
  const packed = gzipSync(html, { level: 9 }).toString("base64");
  return `/** The page of \`p2p ui\`, made by scripts/web.ts from web/. */
import { type Bytes, fromBase64 } from "../../bytes.ts";

/** The page, and the hashes of its script and its style. */
export const BUILT_PAGE = {
  script: "${script}",
  style: "${style}",
  /** The page in HTML, compressed with gzip. */
  gzip: (): Bytes => fromBase64("${packed}"),
} as const;
`;
}

if (import.meta.main) {
  const page = await buildPage();
  const made = source(page);
  const before = await Deno.readTextFile(OUTPUT).catch(() => "");
  if (Deno.args.includes("--check")) {
    if (before === made) Deno.exit(0);
    console.error("lib/page/built/page.ts is not what web/ makes: run deno task web");
    Deno.exit(1);
  }
  await Deno.writeTextFile(OUTPUT, made);
  console.log(
    `page: ${page.html.length} bytes, ${gzipSync(page.html, { level: 9 }).length} compressed`,
  );
}
