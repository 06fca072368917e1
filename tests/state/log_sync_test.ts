/** The log of the database on the disk: together for those who wait at the same time, for nobody too early. */
import assert from "node:assert/strict";
import { LogSync } from "../../lib/state/log-sync.ts";

/** A disk on which each write ends when the test says so. */
class SlowDisk {
  readonly runs: Array<PromiseWithResolvers<void>> = [];
  closed = false;

  syncData(): Promise<void> {
    const run = Promise.withResolvers<void>();
    this.runs.push(run);
    return run.promise;
  }

  close(): void {
    this.closed = true;
  }
}

/** What has been resolved or rejected so far, once all that is due has happened. */
async function settledOf(promises: ReadonlyArray<Promise<void>>): Promise<string[]> {
  const states = promises.map(() => "waits");
  for (const [i, promise] of promises.entries()) {
    promise.then(() => states[i] = "written", () => states[i] = "failed");
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  return states;
}

Deno.test("whoever waits while the disk writes is told by the next run, all of them by one", async () => {
  const disk = new SlowDisk();
  const log = new LogSync("a.db", () => Promise.resolve(disk));
  const waiting = [log.sync()];
  assert.deepEqual(await settledOf(waiting), ["waits"]);
  waiting.push(log.sync(), log.sync());
  disk.runs[0]!.resolve();
  assert.deepEqual(await settledOf(waiting), ["written", "waits", "waits"]);
  assert.equal(disk.runs.length, 2);
  log.close();
  assert.equal(disk.closed, false);
  disk.runs[1]!.resolve();
  assert.deepEqual(await settledOf(waiting), ["written", "written", "written"]);
  assert.equal(disk.closed, true);
});

Deno.test("a disk that fails fails those who waited for that run alone", async () => {
  const disk = new SlowDisk();
  const log = new LogSync("a.db", () => Promise.resolve(disk));
  const waiting = [log.sync()];
  await settledOf(waiting);
  waiting.push(log.sync());
  disk.runs[0]!.reject(new Error("no more room"));
  assert.deepEqual(await settledOf(waiting), ["failed", "waits"]);
  disk.runs[1]!.resolve();
  assert.deepEqual(await settledOf(waiting), ["failed", "written"]);
});

Deno.test("a database without a log has nothing to wait for", async () => {
  const missing = () => Promise.reject(new Deno.errors.NotFound("no such file"));
  assert.deepEqual(await settledOf([new LogSync("a.db", missing).sync()]), ["written"]);
});
