/** CONTRIBUTING.md and docs/protocol.md have what there is to be named in them. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { FRAMES } from "../../lib/wire/frames.ts";
import type { OnLoss } from "../../lib/wire/frames/frame-type.ts";
import { sources } from "../support/imports.ts";

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
