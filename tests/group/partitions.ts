/** A large group that falls into parts and heals: what its members agree upon afterwards. Time is simulated, work is not. */
import { runSeed, SeededRandom } from "../lab/random.ts";
import { agree, judge, Network, Person } from "./network.ts";

/** People without a group. */
export function people(count: number): Person[] {
  return Array.from({ length: count }, () => new Person());
}

/** A group of all, whose first made it. */
export async function groupOf(all: readonly Person[], network: Network): Promise<void> {
  const [first, ...others] = all as [Person, ...Person[]];
  first.create("friends");
  for (const other of others) first.act("add", other);
  network.partition([all]);
  await network.run(3000, () => all.every(({ group }) => group?.isMember(all.at(-1)!.key)));
}

/** What came of it. */
export interface HealedGroup {
  readonly seed: number;
  /** Whether members and messages were the same everywhere within 2 s of healing, by the simulated clock. */
  readonly agreed: boolean;
  /** Simulated milliseconds from healing to agreement. */
  readonly healedMs: number;
  /** What this processor needed for all of them, in milliseconds. */
  readonly workMs: number;
  readonly members: number;
  readonly messages: number;
  /** Messages that anybody was shown twice. */
  readonly twice: number;
}

/** How often agreement is looked for, and for how long, in simulated milliseconds. */
const LOOK_MS = 100;
const PATIENCE_MS = 2000;

/** 32 members in 3 partitions that add, remove and write. */
export async function healPartitions(seed: number = runSeed()): Promise<HealedGroup> {
  const random = new SeededRandom(seed);
  const all = people(34);
  const members = all.slice(0, 32);
  const network = new Network(all, () => random.next());
  await groupOf(members, network);
  const parts = [0, 1, 2].map((part) => all.filter((_, i) => i % 3 === part));
  network.partition(parts);
  const [a, b, c] = parts as [Person[], Person[], Person[]];
  for (const [i, person] of members.entries()) if (i % 2 === 0) person.write(`before ${i}`);
  await network.run(300);
  // Each is removed in one part while it writes, removes and adds in another.
  a[0]!.act("remove", b[3]!);
  a[1]!.act("remove", c[4]!);
  b[0]!.act("remove", a[5]!);
  b[1]!.act("remove", c[4]!);
  b[1]!.act("add", c[4]!);
  b[3]!.act("remove", a[2]!);
  b[3]!.act("add", all[32]!);
  c[0]!.act("add", all[33]!);
  c[4]!.act("remove", b[5]!);
  await network.run(200);
  for (const [i, person] of all.entries()) if (i % 2 === 1) person.write(`between ${i}`);
  await network.run(300);
  const healed = network.now;
  const began = performance.now();
  network.partition([all]);
  let agreed = false;
  for (let at = LOOK_MS; !agreed && at <= PATIENCE_MS; at += LOOK_MS) {
    await network.run(LOOK_MS, () => network.now >= healed + at);
    agreed = agree(all);
  }
  const { members: left, of } = judge(all);
  return {
    ...{ seed, agreed, healedMs: network.now - healed, workMs: performance.now() - began },
    members: left.length,
    messages: of(all[0]!.key).length,
    twice: all.reduce((sum, { twice }) => sum + twice.length, 0),
  };
}
