/** What other programs left in the outbox is found once, after they had their time, without reading what has not changed. */
import assert from "node:assert/strict";
import type { Bytes } from "../../lib/bytes.ts";
import { OutboxWatch } from "../../lib/talk/outbox-watch.ts";

/** An outbox of rows for recipients that are their numbers; counts how often it is read. */
class Rows {
  rows: number[] = [];
  revision = "1";
  reads = 0;

  get waiting(): readonly number[] {
    this.reads++;
    return this.rows;
  }

  recipientAt(row: number): Bytes | undefined {
    return this.rows.includes(row) ? Uint8Array.of(row % 10) : undefined;
  }

  set(...rows: number[]): void {
    this.rows = rows;
    this.revision += "1";
  }
}

function watch(): { archive: Rows; look: (seconds: number) => number[] } {
  const archive = new Rows();
  let found: number[] = [];
  const watch = new OutboxWatch({ archive, waits: (key) => found.push(key[0]!) });
  const look = (seconds: number) => {
    found = [];
    watch.look(seconds * 1000);
    return found;
  };
  return { archive, look };
}

Deno.test("a row that still waits after five seconds is told of, once, by its recipient", () => {
  const { archive, look } = watch();
  archive.set(1, 2, 11);
  assert.deepEqual(look(0), []);
  assert.deepEqual(look(4.9), []);
  assert.deepEqual(look(5), [1, 2]);
  archive.set(1, 2, 11, 3);
  assert.deepEqual(look(6), []);
  assert.deepEqual(look(11), [3]);
  assert.deepEqual(look(60), []);
});

Deno.test("a row that is gone in time is not told of", () => {
  const { archive, look } = watch();
  archive.set(1, 2);
  assert.deepEqual(look(0), []);
  archive.set(2);
  assert.deepEqual(look(5), [2]);
});

Deno.test("where nothing waits to be told of, the outbox is read again only when something has changed", () => {
  const { archive, look } = watch();
  archive.set(1);
  for (let second = 0; second < 6; second++) look(second);
  const { reads } = archive;
  for (let second = 6; second < 60; second++) look(second);
  assert.equal(archive.reads, reads);
  archive.set(1, 2);
  look(60);
  assert.equal(archive.reads, reads + 1);
});
