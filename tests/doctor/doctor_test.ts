// The run of the checks: in order, at the same time, none for ever, and none that ends the others.
import assert from "node:assert/strict";
import { type Check, checksOf, diagnose } from "../../lib/doctor/doctor.ts";
import { AREAS, type Finding, ok } from "../../lib/doctor/finding.ts";
import type { LanScope } from "../../lib/net/lan-group.ts";
import { FailureError } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import { english } from "../support/english.ts";

const name = text("doctor.name.home");
const well: Finding = { name, ...ok(text("doctor.permissions.nothing")) };

/** Limits that are over when the test says so. */
class Limits {
  readonly #all: AbortController[] = [];
  readonly after = () => {
    const control = new AbortController();
    this.#all.push(control);
    return control.signal;
  };
  over() {
    for (const control of this.#all) control.abort();
  }
}

function check(run: Check["run"], busy = false): Check {
  return { area: "home", name, busy, run };
}

async function states(checks: readonly Check[], limits = new Limits()): Promise<string[]> {
  const found: string[] = [];
  for await (const { findings } of diagnose(checks, limits.after, () => undefined)) {
    for (const { state, detail } of findings) found.push(`${state}: ${english(detail)}`);
  }
  return found;
}

Deno.test("a check that never ends is told when its time is over, and the others all the same", async () => {
  const limits = new Limits();
  const never = check(() => new Promise(() => undefined));
  const last = check(() => {
    setTimeout(() => limits.over());
    return [well];
  });
  const [first, second] = await states([never, last], limits);
  assert.equal(first, "warn: no answer within 3 s");
  assert.match(second!, /^ok/);
});

Deno.test("what goes wrong within a check is a finding, and a bug of ours is not hidden", async () => {
  const refused = Object.assign(new Error("x"), { code: "EACCES" });
  const found = await states([
    check(() => Promise.reject(new FailureError("identity.permission", { path: "/k" }))),
    check(() => Promise.reject(refused)),
  ]);
  assert.deepEqual(found, ["fail: read key /k: permission denied", "fail: permission denied"]);
  await assert.rejects(states([check(() => Promise.reject(new TypeError("bug")))]), TypeError);
});

Deno.test("what waits is begun at once, what computes when all others are done", async () => {
  const order: string[] = [];
  const step = (what: string, busy = false) =>
    check(async () => {
      order.push(`${what} begins`);
      await Promise.resolve();
      order.push(`${what} ends`);
      return [well];
    }, busy);
  await states([step("busy", true), step("a"), step("b")]);
  assert.deepEqual(order.slice(0, 2), ["a begins", "b begins"]);
  assert.deepEqual(order.slice(-2), ["busy begins", "busy ends"]);
});

Deno.test("the areas that are wished for are checked, and no others", () => {
  const wishes = {
    ...{ version: "0", home: undefined, files: ".", port: 9999, now: 0, token: "" },
    lan: "off" as LanScope,
    after: new Limits().after,
  };
  const areas = (...areas: (typeof AREAS)[number][]) =>
    new Set(checksOf({ ...wishes, areas }).map(({ area }) => area));
  assert.deepEqual(areas("sound", "home"), new Set(["home", "sound"]));
  assert.deepEqual(areas(...AREAS), new Set(AREAS));
  const names = checksOf({ ...wishes, areas: AREAS }).map(({ name }) => english(name));
  assert.equal(new Set(names).size, names.length);
});
