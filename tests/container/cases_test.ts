/** Every case of fixtures/container comes to what its header says, however it is read. */
import assert from "node:assert/strict";
import { fromHex, hex } from "../../lib/bytes.ts";
import { PoolRunner } from "../../lib/container/pool.ts";
import type { RunnerFactory } from "../../lib/container/runner.ts";
import { bytesSource, type Source } from "../../lib/container/source.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { allCases, encodeCase } from "../../scripts/container-cases.ts";
import { testWithVectors } from "../support/vectors.ts";
import { laterSource, open, parseCase, type StoredCase, storedCases } from "./support.ts";

const EXPECTATION: Record<string, string> = {
  armour: "armour failure",
  header: "header failure",
  "no match": "no match",
  mac: "HMAC failure",
  payload: "payload failure",
  sender: "sender failure",
};

const cases = storedCases();

async function check(one: StoredCase, source: Source, runner?: RunnerFactory): Promise<void> {
  const outcome = await open(source, {
    identities: one.identities.map((text) => fromHex(text)),
    passphrase: one.passphrase,
    ...(runner === undefined ? {} : { runner }),
  });
  const claimed = outcome.sender === undefined ? undefined : hex(outcome.sender);
  if (one.from !== undefined && outcome.failure === undefined && claimed !== one.from) {
    assert.equal(one.expect, "sender failure"); // which `dec --from` finds before the payload
    return;
  }
  const found = outcome.failure === undefined ? "success" : EXPECTATION[outcome.failure];
  assert.equal(found, one.expect, one.name);
  assert.equal(hex(sm3(outcome.payload)), one.payload, `${one.name}: plaintext given out`);
}

for (const one of cases) {
  Deno.test(`case ${one.name}: ${one.expect}`, () => check(one, bytesSource(one.file)));
}

Deno.test("every case comes to the same from a slow source", async () => {
  for (const one of cases) {
    if (one.file.length < 100_000) await check(one, laterSource(one.file));
  }
});

Deno.test("the cases of more than one piece come to the same on a pool", async () => {
  const long = cases.filter((one) => one.file.length > 1 << 20);
  assert.ok(long.length >= 6);
  for (const one of long) {
    await check(one, bytesSource(one.file), (key) => new PoolRunner(key, 2));
  }
});

Deno.test("the stored cases are those that the script writes", () => {
  const made = allCases().map((one) => parseCase(one.name, encodeCase(one)));
  assert.deepEqual(made.map(({ name }) => name).sort(), cases.map(({ name }) => name));
  const byName = new Map(cases.map((one) => [one.name, one]));
  for (const { file, ...rest } of made) {
    const { file: stored, ...other } = byName.get(rest.name)!;
    assert.deepEqual(rest, other);
    assert.ok(file.length === stored.length && file.every((byte, i) => byte === stored[i]));
  }
});

testWithVectors(
  "every case of the age list has its counterpart here",
  "age-cctv/age/testdata",
  (path) => {
    const names = new Set(cases.map(({ name }) => name));
    const missing = [...Deno.readDirSync(path)].filter(({ name }) => !names.has(name));
    assert.deepEqual(missing.map(({ name }) => name), []);
  },
);
