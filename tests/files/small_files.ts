/** Folders of small files, sent and received by the C library or by the runtime alone: the same comes of both. */
import assert from "node:assert/strict";
import { IncomingFiles } from "../../lib/files/incoming.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import type { OutgoingList } from "../../lib/files/outgoing-list.ts";
import { Directory } from "../../lib/system/files.ts";
import type { TransferEntry } from "../../lib/transfer/offers.ts";
import { english } from "../support/english.ts";
import { openIn } from "../support/descriptors.ts";
import { notLinux, testUnless } from "../support/requires.ts";
import { noSmallDisk, withSmallDisk } from "../support/small-disk.ts";
import { good, pattern, transfer, withFolders } from "../transfer/support.ts";

/** Names that are the same everywhere, and some in which bytes, characters and code units differ. */
const NAMES = ["a", "B.c", "with space", "中文", "\u{1f600}", "+-x", ".hidden", "é".repeat(120)];

/** All below `folder`: kinds, permissions, times and contents. */
function contents(folder: string, below = ""): string[] {
  const found: string[] = [];
  for (const { name } of Deno.readDirSync(`${folder}/${below}`)) {
    const path = `${below}/${name}`;
    const info = Deno.lstatSync(`${folder}${path}`);
    const text = info.isFile ? Deno.readFileSync(`${folder}${path}`).toHex() : "";
    found.push(`${path} ${info.mode?.toString(8)} ${info.mtime?.getTime()} ${text}`);
    if (info.isDirectory) found.push(...contents(folder, path));
  }
  return found.sort();
}

/** Everything below `folder`, and its permissions. */
function modes(folder: string): Array<{ path: string; mode: number }> {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    const mode = (Deno.lstatSync(path).mode ?? 0) & 0o777;
    return [...(isDirectory ? modes(path) : []), { path, mode }];
  });
}

function entry(index: number, path: string, size?: number): TransferEntry {
  const folder = size === undefined;
  return { index, root: 0, folder, mode: 0o644, modified: 1e12, size: size ?? 0, path };
}

/** A folder "d" with "d/s" in it on its way into `target`, and the file "d/s/f" announced. */
async function begun(target: string): Promise<{ incoming: IncomingFiles; file: TransferEntry }> {
  const incoming = new IncomingFiles(target, new Uint8Array(33), () => undefined);
  await incoming.folder(entry(0, "d"), ["d"]);
  await incoming.folder(entry(1, "d/s"), ["d", "s"]);
  const file = entry(2, "d/s/f", 3);
  assert.equal(await incoming.have(file, ["d", "s", "f"]), 0);
  return { incoming, file };
}

function partialOf(target: string): string {
  return `${target}/${[...Deno.readDirSync(target)][0]?.name}`;
}

/** Registers the tests; without `library` the C library cannot be had. */
export function testSmallFiles(library: boolean): void {
  const test = (name: string, run: () => Promise<void>, reason?: string): void => {
    const title = `${name} (${library ? "C library" : "runtime"})`;
    if (reason !== undefined) return testUnless(reason, title, run);
    const permissions = library
      ? "inherit"
      : { read: true, write: true, run: true, ffi: false } as const;
    const fn = async () => {
      if (!library) assert.equal(Directory.open("/"), undefined);
      await run();
    };
    Deno.test({ name: title, permissions, fn });
  };

  test("names, permissions and times of small files arrive as they are", () =>
    withFolders(async ({ src, target }) => {
      for (const [i, folder] of ["", ...NAMES.map((name) => `/${name}`)].entries()) {
        const place = `${src}/d${folder}`;
        Deno.mkdirSync(place);
        for (const [j, name] of NAMES.entries()) {
          if (folder === "") continue;
          Deno.writeFileSync(`${place}/${name}`, pattern(i * j * 100, i + j));
          Deno.chmodSync(`${place}/${name}`, [0o600, 0o444, 0o755, 0o666][j % 4]!);
          Deno.utimeSync(`${place}/${name}`, 1_400_000_000.123 + i, 1_400_000_000.123 + i);
        }
        Deno.chmodSync(place, 0o750);
      }
      for (const name of NAMES) Deno.utimeSync(`${src}/d/${name}`, 1_300_000_000, 1_300_000_000);
      const { received } = await transfer([`${src}/d`], target);
      assert.deepEqual(good(received).failures, []);
      // Nobody but the owner may write what was received.
      for (const { path, mode } of modes(src)) Deno.chmodSync(path, mode & ~0o022);
      assert.deepEqual(contents(target), contents(src));
    }));

  test("more folders than are held open, again and again", () =>
    withFolders(async ({ target }) => {
      const incoming = new IncomingFiles(target, new Uint8Array(33), () => undefined);
      await incoming.folder(entry(0, "d"), ["d"]);
      const deep = new Array<string>(30).fill("x");
      const folders = Array.from({ length: 40 }, (_, i) => ["d", `${i}`]);
      for (let depth = 1; depth <= deep.length; depth++) {
        folders.push(["d", ...deep.slice(0, depth)]);
      }
      let index = 1;
      for (const path of folders) await incoming.folder(entry(index++, path.join("/")), path);
      for (const name of ["a", "b"]) {
        for (const path of folders) {
          const file = entry(index++, [...path, name].join("/"), 3);
          assert.equal(await incoming.have(file, [...path, name]), 0);
          await incoming.put(file, [...path, name], pattern(3, index));
        }
      }
      await incoming.endRoot(0);
      await incoming.close();
      const files = contents(target).filter((line) => / 100644 1000000000000 \w{6}$/.test(line));
      assert.equal(files.length, 2 * folders.length);
    }));

  if (library) {
    test(
      "many roots at a time hold no more folders open than one",
      () =>
        withFolders(async ({ target }) => {
          const descriptors = () => openIn(target).length;
          const incoming = new IncomingFiles(target, new Uint8Array(33), () => undefined);
          for (let root = 0; root < 40; root++) {
            const name = `${root}`;
            await incoming.folder({ ...entry(3 * root, name), root }, [name]);
            await incoming.folder({ ...entry(3 * root + 1, `${name}/s`), root }, [name, "s"]);
            const file = { ...entry(3 * root + 2, `${name}/s/f`, 3), root };
            assert.equal(await incoming.have(file, [name, "s", "f"]), 0);
            await incoming.put(file, [name, "s", "f"], pattern(3));
          }
          // One for the lock of each root.
          assert.ok(descriptors() <= 40 + 16);
          for (let root = 0; root < 39; root++) await incoming.endRoot(root);
          assert.ok(descriptors() < 5);
          await incoming.close();
          assert.equal(descriptors(), 0);
        }),
      notLinux,
    );
  }

  test("no link is followed, wherever somebody puts one", () =>
    withFolders(async ({ root, target }) => {
      const elsewhere = `${root}/elsewhere`;
      Deno.mkdirSync(elsewhere);
      Deno.writeTextFileSync(`${elsewhere}/kept`, "kept");
      {
        const { incoming, file } = await begun(target);
        const place = `${partialOf(target)}/s`;
        Deno.symlinkSync(`${elsewhere}/kept`, `${place}/f`);
        await incoming.put(file, ["d", "s", "f"], pattern(3));
        assert.ok(Deno.lstatSync(`${place}/f`).isFile);
        await incoming.endRoot(0);
        await incoming.close();
        Deno.removeSync(`${target}/d`, { recursive: true });
      }
      const { incoming, file } = await begun(target);
      const place = `${partialOf(target)}/s`;
      Deno.renameSync(place, `${root}/away`);
      Deno.symlinkSync(elsewhere, place);
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.throws(
        () => incoming.put(file, ["d", "s", "f"], pattern(3)),
        /transfer.replaced/,
      );
      await incoming.close();
      assert.deepEqual([...Deno.readDirSync(elsewhere)].map(({ name }) => name), ["kept"]);
      assert.equal(Deno.readTextFileSync(`${elsewhere}/kept`), "kept");
    }));

  test("a link that took the place of a folder keeps its target as it was", () =>
    withFolders(async ({ root, target }) => {
      const elsewhere = `${root}/elsewhere`;
      Deno.mkdirSync(elsewhere);
      Deno.chmodSync(elsewhere, 0o555);
      Deno.utimeSync(elsewhere, 1, 1);
      const { incoming } = await begun(target);
      const place = `${partialOf(target)}/s`;
      Deno.removeSync(place);
      Deno.symlinkSync(elsewhere, place);
      await assert.rejects(incoming.endRoot(0), /transfer.replaced/);
      await incoming.close();
      const info = Deno.lstatSync(elsewhere);
      assert.deepEqual([info.mode! & 0o777, info.mtime?.getTime()], [0o555, 1000]);
    }));

  test("something in the place of a new file is taken away, or replaced when it is our own", () =>
    withFolders(async ({ target }) => {
      const { incoming, file } = await begun(target);
      Deno.writeTextFileSync(`${partialOf(target)}/s/f`, "left by an earlier attempt");
      await incoming.put(file, ["d", "s", "f"], pattern(3));
      const path = await incoming.endRoot(0);
      await incoming.close();
      assert.deepEqual(Deno.readFileSync(`${path}/s/f`), pattern(3));
      assert.equal(Deno.lstatSync(`${path}/s/f`).mtime?.getTime(), 1e12);
    }));

  test("a small file that changed, went away or became something else is not sent", () =>
    withFolders(async ({ src }) => {
      const names = [
        "changed",
        "gone",
        "link",
        "longer",
        "pipe",
        "shorter",
        "touched",
        "unchanged",
      ];
      for (const name of names) Deno.writeTextFileSync(`${src}/${name}`, "12345");
      const [, ...entries] = [...(await walkOutgoing([src])).entries as OutgoingList];
      const at = (name: string) => `${src}/${name}`;
      Deno.utimeSync(at("changed"), 1, 1);
      for (const name of ["gone", "link", "pipe"]) Deno.removeSync(at(name));
      Deno.symlinkSync("unchanged", at("link"));
      Deno.writeTextFileSync(at("longer"), "6", { append: true });
      assert.ok(new Deno.Command("mkfifo", { args: [at("pipe")] }).outputSync().success);
      Deno.truncateSync(at("shorter"), 4);
      Deno.utimeSync(at("touched"), 9e9, 9e9);
      const told: string[] = [];
      for (const found of entries) {
        const out = new Uint8Array(5);
        try {
          told.push(`${await found.readWhole(out)}`);
        } catch (error) {
          assert.ok(error instanceof Error);
          told.push(english(error).replace(/^read src\//, ""));
        }
      }
      assert.deepEqual(told, [
        "false",
        "gone: no such file or folder",
        "link: is a symbolic link",
        "false",
        "pipe: is a named pipe",
        "false",
        "false",
        "true",
      ]);
    }));

  test(
    "a full disk is said plainly on both sides, and nothing takes its place",
    () =>
      withFolders(async ({ src }) => {
        Deno.mkdirSync(`${src}/d`);
        for (let i = 0; i < 40; i++) Deno.writeFileSync(`${src}/d/${i}`, pattern(20_000, i + 1));
        await withSmallDisk(256 * 1024, async (target) => {
          const { sent, received } = await transfer([`${src}/d`], target);
          assert.match(english(sent), /send d\/\d+: at the peer: no space left on the device/);
          assert.match(english(received), /receive d\/\d+: no space left on the device/);
          assert.deepEqual([...Deno.readDirSync(target)].map(({ name }) => name), [
            partialOf(target).slice(target.length + 1),
          ]);
        });
      }),
    noSmallDisk,
  );
}
