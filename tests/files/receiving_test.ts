/** What a receiver holds, keeps and leaves: names, descriptors, permissions, partial files, holes, memory. */
import assert from "node:assert/strict";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { IncomingFiles } from "../../lib/files/incoming.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import { checkSaveFolder, clearOldPartials } from "../../lib/files/save-folder.ts";
import { receivedMode } from "../../lib/system/umask.ts";
import type { TransferEntry } from "../../lib/transfer/offers.ts";
import { FailureError } from "../../lib/errors.ts";
import { openIn } from "../support/descriptors.ts";
import { notLinux, testUnless } from "../support/requires.ts";
import { good, pattern, transfer, withFolders } from "../transfer/support.ts";

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("two paths with one name in one transfer both arrive, and nothing else stays", () =>
  withFolders(async ({ src, target }) => {
    for (const folder of ["a", "b", "c"]) {
      Deno.mkdirSync(`${src}/${folder}/d`, { recursive: true });
      Deno.writeTextFileSync(`${src}/${folder}/q`, folder);
      Deno.writeTextFileSync(`${src}/${folder}/d/f`, folder);
    }
    const paths = ["a", "b", "c"].flatMap((folder) => [`${src}/${folder}/q`, `${src}/${folder}/d`]);
    const { sent, received } = await transfer(paths, target);
    assert.deepEqual(good(sent).roots, ["q", "d", "q (1)", "d (1)", "q (2)", "d (2)"]);
    assert.deepEqual(good(received).failures, []);
    assert.deepEqual(names(target), ["d", "d (1)", "d (2)", "q", "q (1)", "q (2)"]);
    assert.equal(Deno.readTextFileSync(`${target}/q (1)`), "b");
    assert.equal(Deno.readTextFileSync(`${target}/d (2)/f`), "c");
  }));

Deno.test("two partial files of one name are each gone on with", () =>
  withFolders(async ({ src, target }) => {
    for (const [i, folder] of ["a", "b"].entries()) {
      Deno.mkdirSync(`${src}/${folder}`);
      Deno.writeFileSync(`${src}/${folder}/q`, pattern(3_000_000, i + 1));
    }
    const paths = [`${src}/a/q`, `${src}/b/q`];
    await transfer(paths, target, { breakAfter: 5_000_000 });
    const { sent } = await transfer(paths, target);
    assert.ok(good(sent).resumed > 1_000_000);
    for (const [i, name] of good(sent).roots.entries()) {
      const content = Deno.readFileSync(`${target}/${name}`);
      assert.deepEqual(sm3(content), sm3(pattern(3_000_000, i + 1)), name);
    }
    assert.deepEqual(names(target).filter((name) => name.endsWith(".p2p-part")), []);
  }));

Deno.test("a file that is abandoned for good leaves nothing behind", () =>
  withFolders(async ({ src, target }) => {
    Deno.writeFileSync(`${src}/big`, pattern(8_000_000));
    const { received } = await transfer([`${src}/big`], target, {
      progress: () => Deno.writeTextFileSync(`${src}/big`, "another content by now"),
    });
    assert.equal(good(received).failed, 1);
    assert.deepEqual(names(target), []);
  }));

Deno.test("the owner can read what came, nobody else can write it", () =>
  withFolders(async ({ src, target }) => {
    Deno.writeFileSync(`${src}/alone`, pattern(300_000));
    Deno.chmodSync(`${src}/alone`, 0o666);
    const { received } = await transfer([`${src}/alone`], target);
    assert.deepEqual(good(received).failures, []);
    const mode = Deno.statSync(`${target}/alone`).mode! & 0o777;
    assert.equal(mode, receivedMode(0o666, false));
    assert.equal(mode & 0o022, 0);
  }));

/** Why files that not even their owner may read cannot be sent here. */
const notRoot = notLinux ?? (Deno.uid() === 0 ? undefined : "needs root, to read files of mode 0");

testUnless(
  notRoot,
  "the owner can read what came, whatever mode it had",
  () =>
    withFolders(async ({ src, target }) => {
      const modes = [0o000, 0o222, 0o666, 0o777, 0o444];
      for (const mode of modes) {
        for (const [size, where] of [[5, "small"], [300_000, "large"]] as const) {
          Deno.mkdirSync(`${src}/d/${where}`, { recursive: true });
          const path = `${src}/d/${where}/${mode.toString(8)}`;
          Deno.writeFileSync(path, pattern(size));
          Deno.chmodSync(path, mode);
        }
      }
      Deno.chmodSync(`${src}/d/small`, 0o777);
      const { received } = await transfer([`${src}/d`], target);
      assert.deepEqual(good(received).failures, []);
      const mode = (path: string) => Deno.statSync(`${target}/${path}`).mode! & 0o777;
      for (const where of ["small", "large"]) {
        for (const given of modes) {
          const got = mode(`d/${where}/${given.toString(8)}`);
          assert.equal(got & 0o422, 0o400, `${where} ${given.toString(8)}`);
        }
      }
      assert.equal(mode("d/small") & 0o722, 0o700);
    }),
);

testUnless(
  notLinux,
  "zeros become holes, and the file is the same",
  () =>
    withFolders(async ({ src, target }) => {
      const size = 40_000_000;
      {
        using file = Deno.openSync(`${src}/sparse`, { write: true, create: true });
        file.truncateSync(size);
        for (const at of [0, 10_000_001, 30_000_000]) {
          file.seekSync(at, Deno.SeekMode.Start);
          file.writeSync(pattern(1000, at + 1));
        }
      }
      const { received } = await transfer([`${src}/sparse`], target);
      assert.deepEqual(good(received).failures, []);
      assert.deepEqual(
        sm3(Deno.readFileSync(`${target}/sparse`)),
        sm3(Deno.readFileSync(`${src}/sparse`)),
      );
      const { blocks } = Deno.statSync(`${target}/sparse`);
      assert.ok(blocks! * 512 < size / 4, `${blocks} blocks`);
    }),
);

Deno.test("a sparse file that breaks off in a hole is gone on with", () =>
  withFolders(async ({ src, target }) => {
    const content = new Uint8Array(12_000_000);
    content.set(pattern(1000), 11_000_000);
    Deno.writeFileSync(`${src}/sparse`, content);
    await transfer([`${src}/sparse`], target, { breakAfter: 7_000_000 });
    const { sent } = await transfer([`${src}/sparse`], target);
    assert.ok(good(sent).resumed > 5_000_000, `${good(sent).resumed}`);
    assert.deepEqual(Deno.readFileSync(`${target}/sparse`), content);
  }));

testUnless(
  notLinux,
  "a name that is not UTF-8 is named and not sent, and nothing takes its place",
  () =>
    withFolders(async ({ src }) => {
      Deno.mkdirSync(`${src}/d`);
      const args = ["-c", "touch \"$(printf 'a\\377')\""];
      assert.ok((await new Deno.Command("sh", { args, cwd: `${src}/d` }).output()).success);
      Deno.writeTextFileSync(`${src}/d/a\ufffd`, "the name that the other would have become");
      const { entries, skipped } = await walkOutgoing([`${src}/d`]);
      assert.deepEqual(skipped.map(({ path, reason }) => [path, reason.code]), [
        ["d/a\\xff", "files.not-utf8"],
      ]);
      assert.equal(entries.length, 2);
    }),
);

function root(index: number, name: string, size: number): TransferEntry {
  return { index, root: index, folder: false, mode: 0o644, modified: 0, size, path: name };
}

testUnless(
  notLinux,
  "thousands of open roots hold few descriptors, and all of them arrive",
  () =>
    withFolders(async ({ target }) => {
      const transfers = Array.from(
        { length: 4 },
        (_, i) => new IncomingFiles(target, new Uint8Array(33).fill(i), () => undefined),
      );
      const files = 600;
      for (const incoming of transfers) {
        for (let i = 0; i < files; i++) {
          const entry = root(i, `f${i}`, 100_000);
          assert.equal(await incoming.have(entry, [entry.path]), 0);
          const file = await incoming.open(entry, [entry.path]);
          await file.write(pattern(100_000, i + 1));
          if (i % 2 === 0) await file.complete();
          else void incoming.put(root(i, `f${i}`, 3), [entry.path], pattern(3));
        }
      }
      assert.ok(openIn(target).length <= 150, `${openIn(target).length} open`);
      for (const incoming of transfers) {
        for (let i = 0; i < files; i++) await incoming.endRoot(i);
        await incoming.close();
      }
      assert.equal(names(target).length, transfers.length * files);
      assert.deepEqual(Deno.readFileSync(`${target}/f10`), pattern(100_000, 11));
    }),
);

testUnless(
  notLinux,
  "a file that was closed between two writes goes on where it was",
  () =>
    withFolders(async ({ target }) => {
      const incoming = new IncomingFiles(target, new Uint8Array(33), () => undefined);
      const count = 200;
      const open = [];
      for (let i = 0; i < count; i++) {
        const entry = root(i, `f${i}`, 90_000);
        await incoming.have(entry, [entry.path]);
        open.push(await incoming.open(entry, [entry.path]));
      }
      for (let part = 0; part < 3; part++) {
        for (const [i, file] of open.entries()) {
          await file.write(pattern(90_000, i + 1).subarray(30_000 * part, 30_000 * (part + 1)));
        }
      }
      for (const [i, file] of open.entries()) {
        await file.complete();
        assert.deepEqual(Deno.readFileSync(await incoming.endRoot(i)), pattern(90_000, i + 1));
      }
      await incoming.close();
      assert.deepEqual(openIn(target), []);
    }),
);

Deno.test("a folder that cannot be written to is said before anything comes", () =>
  withFolders(async ({ root, target }) => {
    await checkSaveFolder(`${target}/new/er`);
    assert.deepEqual(names(`${target}/new/er`), []);
    Deno.writeTextFileSync(`${root}/file`, "");
    for (const path of [`${root}/file`, `${root}/file/below`]) {
      await assert.rejects(
        checkSaveFolder(path),
        (error) => error instanceof FailureError && error.code === "files.save-folder",
      );
    }
    await assert.rejects(checkSaveFolder("/proc/self/p2p"), FailureError);
  }));

Deno.test("what nobody has gone on with for a month is cleared, and nothing else", () =>
  withFolders(async ({ target }) => {
    const now = Date.now();
    const old = new Date(now - 31 * 24 * 3600 * 1000);
    const left = [".a.0123456789ab.p2p-part", ".d.0123456789ac.p2p-part"];
    Deno.writeTextFileSync(`${target}/${left[0]}`, "");
    Deno.mkdirSync(`${target}/${left[1]}`);
    Deno.writeTextFileSync(`${target}/${left[1]}/f`, "");
    const kept = [".new.0123456789ad.p2p-part", ".mine.p2p-part", "x.0123456789ad.p2p-part"];
    for (const name of kept) Deno.writeTextFileSync(`${target}/${name}`, "");
    for (const name of [...left, ...kept.slice(1)]) Deno.utimeSync(`${target}/${name}`, old, old);
    assert.equal(await clearOldPartials(target, now), 2);
    assert.deepEqual(names(target), [...kept].sort());
  }));

Deno.test("the digests of what was sent and received are those of the files, gone on with or not", () =>
  withFolders(async ({ src, target }) => {
    const contents = [pattern(10), pattern(70_000), pattern(3_000_000)];
    Deno.mkdirSync(`${src}/d`);
    for (const [i, content] of contents.entries()) Deno.writeFileSync(`${src}/d/${i}`, content);
    await transfer([`${src}/d`], target, { breakAfter: 2_000_000 });
    const { roots, digests, sent } = await transfer([`${src}/d`], target, { digests: true });
    assert.ok(good(sent).resumed > 0);
    const expected = contents.map((content) => sm3(content));
    assert.deepEqual([...roots[0]!.files].map((file) => file.sm3), expected);
    assert.deepEqual(digests, expected);
  }));
