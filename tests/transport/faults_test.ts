/**
 * Two whole transports over paths and peers that are unkind to one kind of frame: all that was written arrives, both
 * ends stay within the rules, and the goodbye is heard.
 */
import assert from "node:assert/strict";
import { FRAME_STREAM, FRAMES } from "../../lib/wire/frames.ts";
import { type FrameFault, FrameLink } from "../lab/frame-link.ts";
import type { Conditions } from "../lab/link.ts";
import { Pair } from "../lab/pair.ts";
import { type SeededRandom, withSeed } from "../lab/random.ts";
import { Traffic } from "../lab/traffic.ts";

/** Never sent by itself: the goodbye of the transport answers broken rules, and nobody breaks one here. */
const SELDOM = ["CONNECTION_CLOSE"];

const PATH: Conditions = { delay: 8, rate: 3000 };
const UNRULY: Conditions = { ...PATH, duplicate: 0.1, reorder: 0.1, reorderBy: 15, jitter: 3 };

/**
 * By then all has arrived, in simulated time. Where two of three packets with ACK are lost, probes wait longer each time:
 * of 1,500 seeds half took under 2 seconds, one in fifty over 300, and none over 900.
 */
const MOST_MS = 3_600_000;

function exchange(random: SeededRandom, conditions: Conditions, fault: FrameFault): FrameLink[] {
  const path = FrameLink.path(conditions, random, fault);
  const pair = new Pair(random, conditions, { random: (length) => random.bytes(length) }, path);
  const flows = [
    new Traffic(pair, pair.a, pair.b, random),
    new Traffic(pair, pair.b, pair.a, random),
  ];
  pair.runUntil(() => flows.every(({ done }) => done), MOST_MS);
  for (const peer of [pair.a, pair.b]) {
    assert.deepEqual(peer.events.filter(({ type }) => type === "closed"), []);
  }
  pair.a.transport.close(1, "bye");
  pair.runUntil(() => pair.b.events.some(({ type }) => type === "closed"));
  pair.runUntil(() => [pair.a, pair.b].every(({ transport }) => transport.state === "closed"));
  return [path.there, path.back];
}

const sum = (links: FrameLink[], of: "carried" | "changed") =>
  links.reduce((total, link) => total + link[of], 0);

/** What packets with frames of this kind go through. */
const VICTIMS = [
  ...FRAMES.map(({ name, type }) => ({ name, type, fin: false })),
  { name: "the end of a stream", type: FRAME_STREAM, fin: true },
];
/** Nobody asks for an acknowledgement of these. */
const QUIET = [...SELDOM, "ACK", "PADDING", "APPLICATION_CLOSE"];

for (const { name, type, fin } of VICTIMS) {
  Deno.test(`all arrives although two of three packets with ${name} are lost`, () =>
    withSeed((random) => {
      const conditions = random.chance(0.5) ? PATH : UNRULY;
      const links = exchange(random, conditions, { type, fin, kind: "drop" });
      if (!SELDOM.includes(name)) assert.ok(sum(links, "changed") > 0, `no ${name} was lost`);
    }));

  if (QUIET.includes(name)) continue;
  Deno.test(`all arrives although packets with ${name} are acknowledged late, or in part, or not at all`, () =>
    withSeed((random) => {
      const conditions = random.chance(0.5) ? PATH : UNRULY;
      const kind = (["unacknowledged", "late", "selective"] as const)[random.below(3)]!;
      const links = exchange(random, conditions, { type, fin, kind });
      assert.ok(sum(links, "changed") > 0, `${name} was acknowledged: ${kind}`);
    }));
}
