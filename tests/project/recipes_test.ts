/** CONTRIBUTING.md and docs/protocol.md have what there is to be named in them. */
import assert from "node:assert/strict";
import { FRAMES } from "../../lib/wire/frames.ts";

function read(path: string): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}

/** Tasks that run, measure or check: they make nothing that is kept. */
const NO_GENERATORS = ["p2p", "demo", "test", "ok", "bench", "fuzz", "fmt", "lint"];

Deno.test("every task that makes something stands under Generators, and no other", () => {
  const { tasks } = JSON.parse(read("deno.json")) as { tasks: Record<string, unknown> };
  const [, section = ""] = /\n## Generators\n([^]*?)(?=\n## |$)/.exec(read("CONTRIBUTING.md")) ??
    [];
  const named = [...section.matchAll(/`(?:deno task )?([a-z][\w-]*)`/g)].map(([, name]) => name!);
  const made = Object.keys(tasks).filter((name) => !NO_GENERATORS.includes(name));
  assert.deepEqual(named.sort(), made.sort());
});

Deno.test("every type of frame stands in docs/protocol.md", () => {
  const page = read("docs/protocol.md");
  const missing = FRAMES.filter(({ name, type }) =>
    !page.includes(`| ${name} `) && !page.includes(`| \`${type.toString(16)}\``)
  );
  assert.deepEqual(missing.map(({ name }) => name), []);
});
