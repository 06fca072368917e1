/** Files by the C library: what it says of them, what it refuses, and that nothing stays open. */
import assert from "node:assert/strict";
import { Directory, readWhole, type Status } from "../../lib/system/files.ts";
import { openIn } from "../support/descriptors.ts";
import { testUnless } from "../support/requires.ts";
import { withFolder } from "../support/executable.ts";
import { noSmallDisk, withSmallDisk } from "../support/small-disk.ts";
import { pattern } from "../transfer/support.ts";

const root = Directory.open("/");
root?.close();
const unable = root === undefined ? "needs the GNU C library on Linux" : undefined;

/** Registers a test with a folder of its own, of which nothing stays open. */
function testFiles(name: string, run: (folder: string) => void | Promise<void>): void {
  testUnless(unable, name, () =>
    withFolder(async (folder) => {
      await run(folder);
      assert.deepEqual(openIn(folder), []);
    }));
}

function makePipe(path: string): void {
  const { success } = new Deno.Command("mkfifo", { args: [path] }).outputSync();
  assert.ok(success);
}

/** All that is told of what lies in `folder`; undefined where the runtime has to list it. */
function listed(
  folder: string,
  unnamed: string[] = [],
): Map<string, Status | undefined> | undefined {
  const found = new Map<string, Status | undefined>();
  const directory = opened(folder);
  let more: boolean | undefined = true;
  while (more) more = directory.list(found, unnamed);
  directory.close();
  return more === undefined ? undefined : found;
}

/** The folder, which can be opened. */
function opened(path: string): Directory {
  const directory = Directory.open(path);
  assert.ok(directory);
  return directory;
}

testFiles("what is told of files and folders is what the runtime tells", (folder) => {
  const large = `${folder}/large`;
  Deno.writeTextFileSync(large, "");
  Deno.truncateSync(large, 5_000_000_123);
  Deno.chmodSync(large, 0o4751);
  const names = ["a", "with space", "中文", "é\u0301", "\u{1f600}", "new\nline", "n".repeat(255)];
  for (const name of names) Deno.writeTextFileSync(`${folder}/${name}`, name);
  Deno.utimeSync(`${folder}/a`, 1_234_567_890.987, 1_234_567_890.987);
  Deno.mkdirSync(`${folder}/sub`, { mode: 0o710 });
  const told = listed(folder);
  assert.equal(told?.size, names.length + 2);
  for (const name of [...names, "large", "sub"]) {
    const info = Deno.lstatSync(`${folder}/${name}`);
    const expected = {
      folder: info.isDirectory,
      mode: info.mode! & 0o7777,
      size: info.size,
      modified: info.mtime!.getTime(),
    };
    assert.deepEqual(told.get(name), expected, name);
  }
  Deno.utimeSync(`${folder}/a`, -1.5, -1.5);
  assert.equal(listed(folder)?.get("a")?.modified, 0);
  Deno.utimeSync(`${folder}/a`, 9_000_000_000, 9_000_000_000);
  assert.equal(listed(folder)?.get("a")?.modified, 9_000_000_000_000);
});

testFiles("the names in a folder are those that the runtime finds", async (folder) => {
  const names = Array.from({ length: 3000 }, (_, i) => `${i}-${"x".repeat(i % 200)}`);
  for (const name of [...names, "中文", "\u{1f600}", "new\nline", "...", "é".repeat(127)]) {
    Deno.writeTextFileSync(`${folder}/${name}`, "");
  }
  const found = [...listed(folder)?.keys() ?? []].sort();
  assert.deepEqual(found, [...Deno.readDirSync(folder)].map(({ name }) => name).sort());
  const args = ["-c", "touch \"$(printf '\\377')\""];
  assert.ok((await new Deno.Command("sh", { args, cwd: folder }).output()).success);
  const unnamed: string[] = [];
  assert.deepEqual([...listed(folder, unnamed)?.keys() ?? []].sort(), found);
  assert.deepEqual(unnamed, ["\\xff"]);
});

testFiles(
  "what is neither a file nor a folder, and what is not there, is left to the runtime",
  (folder) => {
    Deno.writeTextFileSync(`${folder}/f`, "text");
    Deno.symlinkSync("f", `${folder}/link`);
    Deno.symlinkSync(".", `${folder}/here`);
    makePipe(`${folder}/pipe`);
    const refused = [
      "link",
      "none",
      "pipe",
      "f/below",
      "n".repeat(256),
      "f\0",
      "x/".repeat(2000) + "é",
      "x".repeat(5000),
    ];
    const out = new Uint8Array(4);
    const told = listed(folder);
    assert.deepEqual([...told?.keys() ?? []].sort(), ["f", "here", "link", "pipe"]);
    for (const name of refused) {
      assert.equal(told?.get(name), undefined, name);
      assert.equal(readWhole(`${folder}/${name}`, out), undefined, name);
      assert.equal(Directory.open(`${folder}/${name}`), undefined, name);
    }
    assert.equal(Directory.open(`${folder}/here`), undefined);
    assert.equal(Directory.open(`${folder}/f`), undefined);
    assert.equal(readWhole(folder, out), undefined);
    assert.equal(readWhole(folder, out.subarray(0, 0)), undefined);
    assert.deepEqual(readWhole(`${folder}/f`, out), told?.get("f"));
  },
);

testFiles("a file is read whole, and only one that is long enough", (folder) => {
  const path = `${folder}/f`;
  for (const length of [0, 1, 4096, 65_536, 1_000_003]) {
    const bytes = pattern(length);
    Deno.writeFileSync(path, bytes);
    const room = new Uint8Array(length + 20).fill(0xee);
    assert.equal(readWhole(path, room.subarray(7, 7 + length))?.size, length);
    assert.deepEqual(room.subarray(7, 7 + length), bytes);
    assert.ok(
      [...room.subarray(0, 7), ...room.subarray(7 + length)].every((byte) => byte === 0xee),
    );
    assert.equal(readWhole(path, room), undefined);
    if (length > 0) assert.equal(readWhole(path, room.subarray(0, length - 1))?.size, length);
  }
});

testFiles("a new file has the name, bytes, time and permissions that were asked for", (folder) => {
  const directory = opened(folder);
  const names = ["a", " ", "中文", "new\nline", "\u{1f600}", "-rf", "...", "é".repeat(127)];
  for (const [i, name] of names.entries()) {
    const bytes = pattern(5000 * i, i + 1);
    const file = directory.create(name, 0o666);
    assert.ok(file);
    assert.equal(file.mode(), 0o666 & ~Deno.umask());
    assert.ok(file.write(bytes.subarray(0, 7)) && file.write(bytes.subarray(7)));
    const modified = [0, 999, 1_500_000_000_123, 8_000_000_000_001][i % 4]!;
    assert.ok(file.setTime(modified) && file.setMode(0o440) && file.close());
    const info = Deno.lstatSync(`${folder}/${name}`);
    assert.equal(info.mtime?.getTime(), modified);
    assert.equal(info.mode! & 0o7777, 0o440);
    assert.deepEqual(Deno.readFileSync(`${folder}/${name}`), bytes);
  }
  directory.close();
});

testFiles(
  "nothing that exists is opened for writing, and no name leads out of the folder",
  (folder) => {
    Deno.writeTextFileSync(`${folder}/f`, "old");
    Deno.symlinkSync("f", `${folder}/link`);
    Deno.symlinkSync("nowhere", `${folder}/dangling`);
    Deno.mkdirSync(`${folder}/sub`);
    Deno.symlinkSync("sub", `${folder}/other`);
    const directory = opened(folder);
    const names = [
      "f",
      "link",
      "dangling",
      "sub",
      "",
      ".",
      "..",
      "sub/x",
      "../x",
      "x\0y",
      "/tmp/x",
    ];
    for (const name of [...names, "é".repeat(128)]) {
      assert.equal(directory.create(name, 0o600), undefined, name);
    }
    for (const name of ["f", "link", "dangling", "sub", "", ".", "..", "sub/x", "x\0y"]) {
      assert.equal(directory.makeFolder(name, 0o700), false, name);
    }
    for (const name of ["", ".", "..", "other", "f", "none", "sub/", "sub\0"]) {
      assert.equal(directory.folder(name), undefined, name);
    }
    assert.equal(Deno.readTextFileSync(`${folder}/f`), "old");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "dangling",
      "f",
      "link",
      "other",
      "sub",
    ]);
    directory.close();
  },
);

testFiles("a new folder has the name, permissions and time that were asked for", (folder) => {
  const directory = opened(folder);
  for (const name of ["a", "中文", "new\nline"]) {
    assert.ok(directory.makeFolder(name, 0o700));
    assert.equal(Deno.lstatSync(`${folder}/${name}`).mode! & 0o7777, 0o700 & ~Deno.umask());
    const made = directory.folder(name);
    assert.ok(made?.setMode(0o751) && made.setTime(1_500_000_000_123) && made.close());
    const info = Deno.lstatSync(`${folder}/${name}`);
    assert.equal(info.mode! & 0o7777, 0o751);
    assert.equal(info.mtime?.getTime(), 1_500_000_000_123);
  }
  directory.close();
});

testFiles(
  "what is made in an open folder comes there, whatever stands at its path now",
  (folder) => {
    Deno.mkdirSync(`${folder}/a/b`, { recursive: true });
    Deno.mkdirSync(`${folder}/elsewhere/b`, { recursive: true });
    const a = opened(`${folder}/a`);
    Deno.renameSync(`${folder}/a`, `${folder}/moved`);
    Deno.symlinkSync("elsewhere", `${folder}/a`);
    const b = a.folder("b");
    assert.ok(b);
    assert.ok(b.create("f", 0o600)?.close());
    assert.ok(Deno.lstatSync(`${folder}/moved/b/f`).isFile);
    assert.deepEqual([...Deno.readDirSync(`${folder}/elsewhere/b`)], []);
    Deno.removeSync(`${folder}/moved`, { recursive: true });
    assert.equal(b.create("g", 0o600), undefined);
    b.close();
    a.close();
  },
);

testUnless(
  unable ?? noSmallDisk,
  "a full disk is noticed",
  () =>
    withSmallDisk(256 * 1024, (folder) => {
      const directory = opened(folder);
      const file = directory.create("f", 0o600);
      assert.ok(file);
      assert.equal(file.write(pattern(1_000_000)), false);
      assert.ok(file.close());
      directory.close();
    }),
);
