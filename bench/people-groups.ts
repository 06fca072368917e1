/** A group of 32 that falls into three parts and heals, and what strangers can tell of beacons. */
import { classifyBeacons } from "../tests/discovery/classifier.ts";
import { healPartitions } from "../tests/group/partitions.ts";
import type { Row } from "./harness.ts";

const GOAL_MS = 2000;

/** How soon all agree. */
export async function healingRow(): Promise<Row> {
  const { agreed, healedMs, workMs, members, messages, seed } = await healPartitions();
  const ours = agreed ? healedMs : Infinity;
  return {
    what:
      "32 members in 3 partitions, from healing to the same members and messages (simulated time)",
    ...{ ours, unit: "ms", peer: "the goal", theirs: GOAL_MS, ratio: GOAL_MS / ours },
    note: `${members} members, ${messages} messages; ${
      Math.round(workMs)
    } ms of this processor for all 34; seed ${seed}`,
  };
}

/** How far a classifier comes. */
export function beaconRow(): Row {
  const { right, of } = classifyBeacons();
  const ours = Math.max(...right.map((count) => Math.abs(count - of / 2)));
  return {
    what: `beacons of 200 restarts: the classifier's distance from chance, of ${of}`,
    ...{ ours, unit: "beacons", peer: "five standard deviations", theirs: 25, ratio: 25 / ours },
    note: `right: ${right.join(" and ")} of ${of}`,
  };
}
