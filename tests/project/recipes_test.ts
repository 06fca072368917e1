/** CONTRIBUTING.md and docs/protocol.md have what there is to be named in them. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { FRAMES } from "../../lib/wire/frames.ts";
import { PICTURE_KINDS } from "../../lib/stego/foreign/size.ts";
import type { OnLoss } from "../../lib/wire/frames/frame-type.ts";
import { type Source, sources } from "../support/imports.ts";

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

/** What docs/protocol.md says of a frame that is lost, by what its file says. */
const WHEN_LOST: Readonly<Record<OnLoss, RegExp>> = {
  bytes: /^what of it has not arrived$/,
  again: /^(?:yes|while it is still true)$/,
  current: /^(?:with the newest limit|the newest one)$/,
  nothing:
    /^(?:no|no, the next one says it anew|by the session layer|in answer to what still comes)$/,
};

Deno.test("every type of frame stands in docs/protocol.md, with what its loss means", () => {
  const rows = [
    ...read("docs/protocol.md").matchAll(/^\| `([0-9a-f ]+)`[^|]*\|.*\| ([^|]+?) +\|$/gm),
  ]
    .map(([, bytes = "", lost = ""]) => [bytes, lost] as const);
  const wrong = FRAMES.filter(({ type, onLoss }) => {
    const bytes = type < 0x40 ? hex(Uint8Array.of(type)) : `40 ${hex(Uint8Array.of(type))}`;
    return rows.filter(([own, lost]) => own === bytes && WHEN_LOST[onLoss].test(lost)).length !== 1;
  });
  assert.deepEqual(wrong.map(({ name }) => name), []);
});

/** Types of frames whose receiver has nothing to do but to acknowledge them. */
const NOTHING_TO_DO = ["FRAME_PING", "FRAME_STREAMS_BLOCKED"];

Deno.test("every type of frame is taken by the receiver", () => {
  const receiver = read("lib/transport/packet-input.ts");
  const types = sources("lib/wire/frames").flatMap(({ text }) =>
    [...text.matchAll(/^(?:export )?const (FRAME_\w+) = /gm)].map(([, name]) => name!)
  );
  assert.equal(types.length, FRAMES.length);
  // Once where it is imported, and where something is done.
  const idle = types.filter((name) => receiver.split(new RegExp(`\\b${name}\\b`)).length < 3);
  assert.deepEqual(idle.toSorted(), NOTHING_TO_DO);
});

Deno.test("every picture format stands in the help and the docs, and those that are decoded in their tests", () => {
  const formats = read("docs/formats.md");
  const named = PICTURE_KINDS.flatMap((kind) => kind.split(" or ")).filter((kind) =>
    !formats.includes(kind)
  );
  assert.deepEqual(named, []);
  const decoded = [...read("lib/stego/foreign/open.ts").matchAll(/case "(\w+)":/g)].map((
    [, kind],
  ) => kind!);
  assert.ok(decoded.length >= 3, decoded.join());
  const pages = ["lib/text/help/en/stego.ts", "lib/text/help/zh/stego.ts"];
  const tests = [
    "tests/stego/foreign_test.ts",
    "tests/stego/bitmap_test.ts",
    "tests/fuzz/picture-target.ts",
  ];
  const missing = decoded.flatMap((kind) => {
    const own = new RegExp(`\\b${kind}\\b`, "i");
    const silent = pages.filter((path) => !own.test(read(path)));
    return own.test(tests.slice(0, 2).map(read).join()) && own.test(read(tests[2]!))
      ? silent.map((path) => `${kind}: ${path}`)
      : [`${kind}: tests`];
  });
  assert.deepEqual(missing, []);
});

/** The packages of npm that `all` import, by their names. */
function packagesOf(all: readonly Source[]): string[] {
  const names = all.flatMap(({ foreign }) => foreign)
    .map((name) => name.split("/").slice(0, name.startsWith("@") ? 2 : 1).join("/"))
    .filter((name) => name in IMPORTS);
  return [...new Set(names)].sort();
}

const IMPORTS = JSON.parse(read("deno.json")).imports as Readonly<Record<string, string>>;
const PROGRAM = packagesOf(sources("lib", "commands", "web", "main.ts"));

Deno.test("every dependency is of one version, and stands in ARCHITECTURE.md where it belongs", () => {
  const [, table = "", others = ""] =
    /## Dependencies, each with its reason\n([^]*?)\nFor tests and builds only([^]*)/
      .exec(read("ARCHITECTURE.md")) ?? [];
  const reasons = table.replaceAll(/(@[\w-]+\/[a-z0-9]+)-(\w+)`, `-(\w+)/g, "$1-$2`, `$1-$3");
  const named = (text: string) =>
    [...text.matchAll(/`(@?[\w-]+(?:\/[\w-]+)?)`/g)].map(([, name]) => name!);
  const rows = reasons.split("\n").flatMap((row) => named(row.split("|")[1] ?? ""));
  assert.deepEqual(rows.sort(), PROGRAM);
  const rest = Object.keys(IMPORTS).filter((name) => !PROGRAM.includes(name));
  assert.deepEqual(named(others).sort(), rest.sort());
  const used = packagesOf(sources("scripts", "bench", "tests"));
  assert.deepEqual(rest.filter((name) => !used.includes(name)), []);
  for (const [name, from] of Object.entries(IMPORTS)) {
    assert.match(from, new RegExp(`^npm:${name}@\\d+\\.\\d+\\.\\d+$`));
  }
});

Deno.test("whose code the program holds, whatever it is imported by, stands in the copyright of the packages", () => {
  const { npm } = JSON.parse(read("deno.lock")) as {
    npm: Readonly<Record<string, { readonly dependencies?: readonly string[] }>>;
  };
  const held = new Set<string>();
  // A dependency has its version only where there are several.
  const hold = (dependency: string): void => {
    const name = dependency.replace(/(?<=.)@.*/, "");
    if (held.has(name)) return;
    held.add(name);
    const exact = Object.keys(npm).find((key) => key === dependency || key.startsWith(`${name}@`));
    npm[IMPORTS[name]?.slice("npm:".length) ?? exact!]?.dependencies?.forEach(hold);
  };
  PROGRAM.forEach(hold);
  assert.ok(held.has("asn1js"), [...held].join());
  const copyright = read("scripts/release/copyright");
  assert.deepEqual(
    [...held].filter((name) => !new RegExp(`[(,] ?${name}[,)]`).test(copyright)),
    [],
  );
});
