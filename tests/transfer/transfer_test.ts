/** Whole transfers over a pipe: what arrives, what is kept when it breaks, what is sent again. */
import assert from "node:assert/strict";
import { FailureError } from "../../lib/errors.ts";
import { TransferCode } from "../../lib/transfer/verdict.ts";
import { good, pattern, transfer, withFolders } from "./support.ts";

const MIB = 1024 * 1024;

function partials(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((n) =>
    n.endsWith(".p2p-part")
  );
}

Deno.test("a file arrives under its name with its bytes, time and permissions", () =>
  withFolders(async ({ src, target }) => {
    const bytes = pattern(3 * MIB + 17);
    Deno.writeFileSync(`${src}/a.bin`, bytes);
    Deno.chmodSync(`${src}/a.bin`, 0o640);
    Deno.utimeSync(`${src}/a.bin`, 1_500_000_000, 1_500_000_000);
    const { received, roots } = await transfer([`${src}/a.bin`], target);
    assert.deepEqual(good(received).failures, []);
    assert.deepEqual(Deno.readFileSync(`${target}/a.bin`), bytes);
    const info = Deno.statSync(`${target}/a.bin`);
    assert.equal(info.mtime?.getTime(), 1_500_000_000_000);
    assert.equal(info.mode! & 0o777, 0o640);
    const [root] = roots;
    assert.deepEqual([root?.path, root?.folder], [`${target}/a.bin`, false]);
    assert.deepEqual([...root!.files], [{ below: [], size: bytes.length, sm3: undefined }]);
    assert.deepEqual(partials(target), []);
  }));

Deno.test("several roots, folders in folders, empty files and folders arrive; links and pipes do not", () =>
  withFolders(async ({ src, target }) => {
    Deno.mkdirSync(`${src}/d/e/empty`, { recursive: true });
    Deno.writeTextFileSync(`${src}/d/e/.hidden`, "h");
    Deno.writeTextFileSync(`${src}/d/空.txt`, "中文");
    Deno.writeTextFileSync(`${src}/zero`, "");
    Deno.symlinkSync("/etc/passwd", `${src}/d/link`);
    Deno.chmodSync(`${src}/d/e`, 0o711);
    const { sent, received } = await transfer(
      [`${src}/d`, `${src}/zero`, `${src}/d/空.txt`],
      target,
    );
    assert.deepEqual(good(sent).roots, ["d", "zero", "空.txt"]);
    assert.deepEqual(good(received).failures, []);
    assert.equal(Deno.readTextFileSync(`${target}/d/空.txt`), "中文");
    assert.equal(Deno.readTextFileSync(`${target}/d/e/.hidden`), "h");
    assert.equal(Deno.statSync(`${target}/d/e`).mode! & 0o777, 0o711);
    assert.ok(Deno.statSync(`${target}/d/e/empty`).isDirectory);
    assert.equal(Deno.statSync(`${target}/zero`).size, 0);
    assert.throws(() => Deno.lstatSync(`${target}/d/link`), Deno.errors.NotFound);
    await assert.rejects(transfer([`${src}/d/link`], target), FailureError);
    await assert.rejects(transfer([`${src}/none`], target), /system.not-found/);
  }));

Deno.test("an existing file, folder or dangling link keeps its place: a free name is found", () =>
  withFolders(async ({ src, target }) => {
    Deno.writeTextFileSync(`${src}/a.txt`, "new");
    Deno.mkdirSync(`${src}/d`);
    Deno.writeTextFileSync(`${src}/d/x`, "new");
    Deno.writeTextFileSync(`${target}/a.txt`, "old");
    Deno.symlinkSync(`${target}/nowhere`, `${target}/a (1).txt`);
    Deno.mkdirSync(`${target}/d`);
    const { sent } = await transfer([`${src}/a.txt`, `${src}/d`], target);
    assert.deepEqual(good(sent).roots, ["a (2).txt", "d (1)"]);
    assert.equal(Deno.readTextFileSync(`${target}/a.txt`), "old");
    assert.equal(Deno.readTextFileSync(`${target}/a (2).txt`), "new");
    assert.throws(() => Deno.statSync(`${target}/nowhere`), Deno.errors.NotFound);
    assert.equal(Deno.readTextFileSync(`${target}/d (1)/x`), "new");
  }));

Deno.test("every byte alone: a stream that gives one byte at a time", () =>
  withFolders(async ({ src, target }) => {
    Deno.writeFileSync(`${src}/a`, pattern(3000));
    const { received } = await transfer([`${src}/a`], target, { most: 1 });
    assert.deepEqual(good(received).failures, []);
    assert.deepEqual(Deno.readFileSync(`${target}/a`), pattern(3000));
  }));

Deno.test("after a break the same transfer sends under 2 % again", () =>
  withFolders(async ({ src, target }) => {
    const bytes = pattern(24 * MIB);
    Deno.writeFileSync(`${src}/big`, bytes);
    const first = await transfer([`${src}/big`], target, { breakAfter: 20 * MIB });
    assert.ok(first.sent instanceof FailureError && first.received instanceof Error);
    const [part] = partials(target);
    const kept = Deno.statSync(`${target}/${part}`).size;
    assert.ok(kept > 15 * MIB, `${kept}`);
    const second = await transfer([`${src}/big`], target);
    const report = good(second.sent);
    assert.equal(report.resumed, kept);
    assert.ok(second.wire - (bytes.length - kept) < 0.02 * bytes.length, `${second.wire}`);
    assert.deepEqual(Deno.readFileSync(`${target}/big`), bytes);
    assert.deepEqual(partials(target), []);
  }));

Deno.test("a folder that broke off goes on, file by file, and drops what is no longer sent", () =>
  withFolders(async ({ src, target }) => {
    Deno.mkdirSync(`${src}/d/sub`, { recursive: true });
    for (let i = 0; i < 20; i++) Deno.writeFileSync(`${src}/d/${i}`, pattern(MIB, i + 1));
    Deno.writeTextFileSync(`${src}/d/0gone`, "later deleted");
    const first = await transfer([`${src}/d`], target, { breakAfter: 12 * MIB });
    assert.ok(first.sent instanceof Error);
    assert.deepEqual(first.roots, []);
    Deno.removeSync(`${src}/d/0gone`);
    const second = await transfer([`${src}/d`], target);
    assert.deepEqual(good(second.received).failures, []);
    assert.ok(good(second.sent).resumed > 10 * MIB);
    for (let i = 0; i < 20; i++) {
      assert.deepEqual(Deno.readFileSync(`${target}/d/${i}`), pattern(MIB, i + 1));
    }
    assert.throws(() => Deno.statSync(`${target}/d/0gone`), Deno.errors.NotFound);
  }));

Deno.test("a partial that was damaged is used up to the damage only", () =>
  withFolders(async ({ src, target }) => {
    const bytes = pattern(10 * MIB);
    Deno.writeFileSync(`${src}/big`, bytes);
    await transfer([`${src}/big`], target, { breakAfter: 9 * MIB });
    const path = `${target}/${partials(target)[0]}`;
    const file = Deno.openSync(path, { write: true });
    file.seekSync(5 * MIB + 3, Deno.SeekMode.Start);
    file.writeSync(Uint8Array.of(1, 2, 3));
    file.close();
    const { sent, received } = await transfer([`${src}/big`], target);
    assert.equal(good(sent).resumed, 5 * MIB);
    assert.deepEqual(good(received).failures, []);
    assert.deepEqual(Deno.readFileSync(`${target}/big`), bytes);
  }));

Deno.test("a source that changed since the break is sent as it is now", () =>
  withFolders(async ({ src, target }) => {
    const bytes = pattern(8 * MIB);
    Deno.writeFileSync(`${src}/big`, bytes);
    await transfer([`${src}/big`], target, { breakAfter: 7 * MIB });
    for (const size of [8 * MIB, 3 * MIB, 9 * MIB]) {
      const changed = pattern(size, 99);
      changed.set(bytes.subarray(0, 2 * MIB));
      Deno.writeFileSync(`${src}/big`, changed);
      const { sent, received } = await transfer([`${src}/big`], target);
      assert.deepEqual(good(received).failures, []);
      const { resumed, roots } = good(sent);
      assert.ok(resumed <= 2 * MIB, `${resumed} of what had changed was kept`);
      const name = roots[0]!;
      assert.deepEqual(Deno.readFileSync(`${target}/${name}`), changed);
    }
  }));

Deno.test("a source that changes while it is sent is noticed; nothing appears", () =>
  withFolders(async ({ src, target }) => {
    Deno.writeFileSync(`${src}/big`, pattern(8 * MIB));
    Deno.writeTextFileSync(`${src}/small`, "fine");
    let done = false;
    const { sent, received } = await transfer([`${src}/big`, `${src}/small`], target, {
      progress: (bytes) => {
        if (done || bytes < 4 * MIB) return;
        done = true;
        Deno.writeTextFileSync(`${src}/big`, "x", { append: true });
      },
    });
    assert.deepEqual(good(sent).failures.map(({ code }) => code), [TransferCode.changed]);
    assert.deepEqual(good(received).failures.map(({ code }) => code), [TransferCode.changed]);
    assert.deepEqual(good(sent).roots, [undefined, "small"]);
    assert.throws(() => Deno.statSync(`${target}/big`), Deno.errors.NotFound);
  }));

Deno.test("what is taken back while it is sent stops, both sides say so, and nothing half-written stays", () =>
  withFolders(async ({ src, target }) => {
    Deno.writeFileSync(`${src}/big`, pattern(8 * MIB));
    Deno.writeTextFileSync(`${src}/small`, "fine");
    const stop = new AbortController();
    const { sent, received, wire } = await transfer([`${src}/big`, `${src}/small`], target, {
      signal: stop.signal,
      progress: (bytes) => {
        if (bytes >= 2 * MIB) stop.abort();
      },
    });
    const cancelled = [TransferCode.cancelled, TransferCode.cancelled];
    assert.deepEqual(good(sent).failures.map(({ code }) => code), cancelled);
    assert.deepEqual(good(received).failures.map(({ code }) => code), cancelled);
    assert.deepEqual(good(sent).roots, [undefined, undefined]);
    assert.ok(wire < 6 * MIB, `${wire} bytes`);
    assert.deepEqual([...Deno.readDirSync(target)], []);
  }));

Deno.test("a folder appears without the files that did not come whole, now or in an earlier attempt", () =>
  withFolders(async ({ src, target }) => {
    Deno.mkdirSync(`${src}/d`);
    Deno.writeFileSync(`${src}/d/a`, pattern(8 * MIB));
    Deno.writeTextFileSync(`${src}/d/b`, "b");
    const spoil = (path: string) => {
      let done = false;
      return (bytes: number) => {
        if (done || bytes < 4 * MIB) return;
        done = true;
        Deno.writeTextFileSync(path, "x", { append: true });
      };
    };
    const { sent, received } = await transfer([`${src}/d`], target, {
      progress: spoil(`${src}/d/a`),
    });
    for (const report of [sent, received]) {
      assert.deepEqual(good(report).failures.map(({ path, code }) => [path, code]), [
        ["d/a", TransferCode.changed],
      ]);
    }
    assert.deepEqual([...Deno.readDirSync(`${target}/d`)].map(({ name }) => name), ["b"]);
    await transfer([`${src}/d`], target, { breakAfter: 6 * MIB });
    const again = await transfer([`${src}/d`], target, {
      progress: () => Deno.writeTextFileSync(`${src}/d/a`, "no longer what was announced"),
    });
    assert.deepEqual(good(again.received).failures.map(({ path }) => path), ["d/a"]);
    assert.deepEqual([...Deno.readDirSync(`${target}/d (1)`)].map(({ name }) => name), ["b"]);
  }));

Deno.test("a partial whose end was torn by a crash is used up to there", () =>
  withFolders(async ({ src, target }) => {
    const bytes = pattern(10 * MIB);
    Deno.writeFileSync(`${src}/big`, bytes);
    await transfer([`${src}/big`], target, { breakAfter: 9 * MIB });
    const path = `${target}/${partials(target)[0]}`;
    const { size } = Deno.statSync(path);
    // The length was on the disk, the last blocks were not.
    Deno.truncateSync(path, size - 300_000);
    Deno.truncateSync(path, size);
    const { sent, received } = await transfer([`${src}/big`], target);
    const { resumed } = good(sent);
    assert.ok(resumed <= size - 300_000 && resumed > size - 600_000, `${resumed} of ${size}`);
    assert.deepEqual(good(received).failures, []);
    assert.deepEqual(Deno.readFileSync(`${target}/big`), bytes);
  }));

Deno.test("a file that cannot be read any more is reported by both sides; the others arrive", () =>
  withFolders(async ({ src, target }) => {
    Deno.writeFileSync(`${src}/a`, pattern(4 * MIB));
    Deno.writeTextFileSync(`${src}/b`, "b");
    Deno.writeTextFileSync(`${src}/c`, "c");
    let gone = false;
    const { sent, received } = await transfer([`${src}/a`, `${src}/b`, `${src}/c`], target, {
      progress: () => {
        if (!gone) Deno.removeSync(`${src}/b`);
        gone = true;
      },
    });
    for (const report of [sent, received]) {
      assert.deepEqual(good(report).failures.map(({ path }) => path), ["b"]);
    }
    assert.equal(Deno.readTextFileSync(`${target}/c`), "c");
  }));

Deno.test("a target folder that is removed meanwhile is a clear error on both sides", () =>
  withFolders(async ({ src, target }) => {
    Deno.writeFileSync(`${src}/big`, pattern(8 * MIB));
    let done = false;
    const { sent, received } = await transfer([`${src}/big`], target, {
      progress: (bytes) => {
        if (done || bytes < 2 * MIB) return;
        done = true;
        Deno.removeSync(target, { recursive: true });
      },
    });
    for (const report of [sent, received]) {
      assert.match(JSON.stringify(good(report).failures), /transfer.target-gone/);
    }
    Deno.mkdirSync(target);
  }));

Deno.test("two transfers of one name by one peer at the same time do not mix", () =>
  withFolders(async ({ src, target }) => {
    Deno.mkdirSync(`${src}/other`);
    Deno.writeFileSync(`${src}/a`, pattern(4 * MIB, 1));
    Deno.writeFileSync(`${src}/other/a`, pattern(4 * MIB, 2));
    const both = await Promise.all([
      transfer([`${src}/a`], target),
      transfer([`${src}/other/a`], target),
    ]);
    const names = both.map(({ sent }) => good(sent).roots[0]!);
    assert.deepEqual([...names].sort(), ["a", "a (1)"].sort());
    assert.deepEqual(Deno.readFileSync(`${target}/${names[0]}`), pattern(4 * MIB, 1));
    assert.deepEqual(Deno.readFileSync(`${target}/${names[1]}`), pattern(4 * MIB, 2));
  }));

Deno.test("thousands of small files arrive, none twice, in good time", () =>
  withFolders(async ({ src, target }) => {
    Deno.mkdirSync(`${src}/many`);
    for (let i = 0; i < 3000; i++) Deno.writeTextFileSync(`${src}/many/${i}`, `file ${i}`);
    const start = performance.now();
    const { sent, received, roots } = await transfer([`${src}/many`], target);
    const seconds = (performance.now() - start) / 1000;
    assert.deepEqual(good(received).failures, []);
    assert.deepEqual(good(sent).failures, []);
    assert.equal(roots[0]?.files.length, 3000);
    for (let i = 0; i < 3000; i += 97) {
      assert.equal(Deno.readTextFileSync(`${target}/many/${i}`), `file ${i}`);
    }
    assert.ok(seconds < 15, `${seconds} s`);
  }));
