/** Long operations on files hold the event loop for 50 ms at most, and let datagrams be received meanwhile. */
import assert from "node:assert/strict";
import { sortInTurns, turnAfter } from "../../lib/files/patience.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import { nextTurn } from "../../lib/transfer/turn.ts";
import { atBest, datagramTime, longestTurn } from "../support/turns.ts";
import { good, pattern, transfer, withFolders } from "../transfer/support.ts";

/** Nothing holds the event loop for longer, in milliseconds. */
const LONGEST_MS = 50;

/** Measures the turns of `work`, three times where it has to. */
async function check(work: () => Promise<unknown>): Promise<void> {
  const longest = await atBest(LONGEST_MS, () => longestTurn(work));
  assert.ok(longest < LONGEST_MS, `one turn took ${longest} ms`);
}

/** Measures how long datagrams wait while `work` is done. */
async function checkDatagrams(work: () => Promise<unknown>): Promise<void> {
  const waited = await atBest(LONGEST_MS, () => datagramTime(work));
  assert.ok(waited < LONGEST_MS, `datagrams waited ${waited} ms`);
}

/** Makes `count` small files in `folder`. */
function makeFiles(folder: string, count: number): void {
  Deno.mkdirSync(folder);
  for (let i = 0; i < count; i++) Deno.writeTextFileSync(`${folder}/file number ${i}`, `${i}`);
}

Deno.test("work in turns lets datagrams be received", () =>
  checkDatagrams(async () => {
    const end = performance.now() + 1000;
    while (performance.now() < end) {
      const begun = performance.now();
      while (performance.now() - begun < 5);
      await nextTurn();
    }
  }));

Deno.test("so does work that is counted", () =>
  checkDatagrams(async () => {
    const worker = async () => {
      for (let i = 0; i < 150; i++) {
        const begun = performance.now();
        while (performance.now() - begun < 1);
        await turnAfter(begun);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  }));

Deno.test("walking, sending, receiving and hashing tens of thousands of files", () =>
  withFolders(async ({ src, target }) => {
    makeFiles(`${src}/many`, 10_000);
    let n = 0;
    await check(async () => {
      Deno.mkdirSync(`${target}/${n}`);
      const { received, roots } = await transfer([`${src}/many`], `${target}/${n++}`, {
        digests: true,
      });
      assert.deepEqual(good(received).failures, []);
      assert.equal(roots[0]?.files.length, 10_000);
    });
  }));

Deno.test("placing thousands of files, each a root, of one name", () =>
  withFolders(async ({ src, target }) => {
    const paths = Array.from({ length: 1000 }, (_, i) => {
      const folder = `${src}/${i}`;
      Deno.mkdirSync(folder);
      Deno.writeTextFileSync(`${folder}/same`, `${i}`);
      return `${folder}/same`;
    });
    let n = 0;
    await check(async () => {
      const into = `${target}/${n++}`;
      Deno.mkdirSync(into);
      const { received } = await transfer(paths, into, { digests: true });
      assert.deepEqual(good(received).failures, []);
      assert.equal([...Deno.readDirSync(into)].length, paths.length);
    });
  }));

Deno.test("walking thirty thousand files", () =>
  withFolders(async ({ src }) => {
    makeFiles(`${src}/many`, 30_000);
    await check(async () => assert.equal((await walkOutgoing([`${src}/many`])).files, 30_000));
  }));

Deno.test("sorting two hundred thousand names", async () => {
  const names = Array.from({ length: 200_000 }, (_, i) => `name ${(i * 7919) % 200_000}`);
  await check(async () => assert.equal((await sortInTurns(names)).length, names.length));
});

Deno.test("hashing what an earlier attempt left of a large file", () =>
  withFolders(async ({ src, target }) => {
    Deno.writeFileSync(`${src}/large`, pattern(30_000_000));
    await check(async () => {
      await transfer([`${src}/large`], target, { breakAfter: 25_000_000 });
      const { sent } = await transfer([`${src}/large`], target, { digests: true });
      assert.ok(good(sent).resumed > 10_000_000);
    });
  }));
