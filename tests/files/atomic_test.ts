/** Output files: whole or not at all, never over another, with their own permissions, and nothing left of the dead. */
import assert from "node:assert/strict";
import { FailureError } from "../../lib/errors.ts";
import { AtomicFile, writeAtomically } from "../../lib/files/atomic.ts";
import { spool } from "../../lib/files/spool.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import { renameNoReplace } from "../../lib/system/rename.ts";
import { makeHome, withFolder } from "../support/executable.ts";
import { notLinux, testUnless } from "../support/requires.ts";
import { good, pattern, transfer, withFolders } from "../transfer/support.ts";

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("what a killed program left is cleared by the next that writes there; what is being written is not", () =>
  withFolder(async (folder) => {
    const left = `${folder}/.out.p2p.part`;
    Deno.writeTextFileSync(left, "left by a program that was killed");
    const old = new Date(Date.now() - 60_000);
    Deno.utimeSync(left, old, old);
    await writeAtomically(`${folder}/out`, (file) => file.write(pattern(10)));
    assert.deepEqual(names(folder), ["out"]);
    const first = await AtomicFile.create(`${folder}/two`);
    await first.write(pattern(5));
    Deno.utimeSync(`${folder}/.two.p2p.part`, old, old);
    const second = await AtomicFile.create(`${folder}/two`);
    assert.equal(names(folder).length, 3);
    await second.write(pattern(7));
    await second.commit();
    await assert.rejects(
      first.commit(),
      (error) => error instanceof FailureError && error.code === "files.exists",
    );
    assert.deepEqual(names(folder), ["out", "two"]);
    assert.deepEqual(Deno.readFileSync(`${folder}/two`), pattern(7));
  }));

Deno.test("a link in the place of the temporary file is not followed", () =>
  withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/victim`, "precious");
    Deno.symlinkSync(`${folder}/victim`, `${folder}/.out.p2p.part`);
    await writeAtomically(`${folder}/out`, (file) => file.write(pattern(10)));
    assert.equal(Deno.readTextFileSync(`${folder}/victim`), "precious");
    assert.deepEqual(Deno.readFileSync(`${folder}/out`), pattern(10));
  }));

Deno.test("a name of the greatest length can be written", () =>
  withFolder(async (folder) => {
    const name = "长".repeat(85);
    await writeAtomically(`${folder}/${name}`, (file) => file.write(pattern(10)));
    assert.deepEqual(names(folder), [name]);
  }));

testUnless(
  notLinux,
  "a move that replaces nothing moves files and folders, and leaves what is there",
  () =>
    withFolder((folder) => {
      Deno.mkdirSync(`${folder}/d`);
      Deno.writeTextFileSync(`${folder}/d/f`, "f");
      Deno.mkdirSync(`${folder}/empty`);
      Deno.writeTextFileSync(`${folder}/a`, "a");
      Deno.writeTextFileSync(`${folder}/b`, "b");
      assert.equal(renameNoReplace(`${folder}/d`, `${folder}/empty`), false);
      assert.equal(renameNoReplace(`${folder}/a`, `${folder}/b`), false);
      assert.equal(renameNoReplace(`${folder}/none`, `${folder}/c`), false);
      assert.ok(renameNoReplace(`${folder}/d`, `${folder}/e`));
      assert.ok(renameNoReplace(`${folder}/a`, `${folder}/文`));
      assert.deepEqual(names(folder), ["b", "e", "empty", "文"]);
      assert.equal(Deno.readTextFileSync(`${folder}/b`), "b");
      return Promise.resolve();
    }),
);

testUnless(notLinux, "permissions are set, whatever the umask", () =>
  withFolder(async (folder) => {
    const before = new Deno.Command("sh", { args: ["-c", "umask"] }).outputSync();
    assert.ok(before.success);
    const { home } = await makeHome(folder, "usual");
    const modes = (of: string) =>
      names(of).map((name) =>
        `${name} ${(Deno.statSync(`${of}/${name}`).mode! & 0o777).toString(8)}`
      );
    const module = new URL("../../lib/files/atomic.ts", import.meta.url).href;
    const script = `const { writeAtomically } = await import("${module}");
      const fill = (file) => file.write(new Uint8Array(3));
      await writeAtomically("${folder}/secret", fill, { mode: 0o600, durable: true });
      await writeAtomically("${folder}/plain", fill);`;
    const { success, stderr } = await new Deno.Command("sh", {
      args: ["-c", `umask 777; exec "${Deno.execPath()}" eval --no-check '${script}'`],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.deepEqual(modes(folder).filter((line) => !line.startsWith("usual")), [
      "plain 600",
      "secret 600",
    ]);
    assert.ok(modes(home).includes("identity.pem 600"), modes(home).join());
  }));

Deno.test("standard input, which has no size, is sent as a file", () =>
  withFolders(async ({ target }) => {
    const content = pattern(700_000);
    const stream = () => new Blob([content]).stream();
    const outgoing = await walkOutgoing(["-"], { input: stream(), name: "from stdin.bin" });
    assert.deepEqual([outgoing.files, outgoing.bytes], [1, content.length]);
    const { received } = await transfer(["-"], target, { input: stream(), name: "n.bin" });
    assert.deepEqual(good(received).failures, []);
    assert.deepEqual(Deno.readFileSync(`${target}/n.bin`), content);
    assert.equal((await spool(new Blob([]).stream(), "empty")).size, 0);
  }));

testUnless(
  notLinux,
  "a pipe is sent as a file by its path",
  () =>
    withFolders(async ({ src, target }) => {
      const content = pattern(700_000);
      assert.ok(new Deno.Command("mkfifo", { args: [`${src}/pipe`] }).outputSync().success);
      Deno.writeFileSync(`${src}/content`, content);
      const writer = new Deno.Command("sh", { args: ["-c", "cat content > pipe"], cwd: src })
        .spawn();
      const piped = await transfer([`${src}/pipe`], target);
      assert.ok((await writer.status).success);
      assert.deepEqual(good(piped.sent).roots, ["pipe"]);
      assert.deepEqual(Deno.readFileSync(`${target}/pipe`), content);
    }),
);

Deno.test("a name is for one path alone", () =>
  withFolders(async ({ src }) => {
    Deno.writeTextFileSync(`${src}/a`, "a");
    await assert.rejects(walkOutgoing([`${src}/a`, `${src}/a`], { name: "b" }), FailureError);
    const { entries } = await walkOutgoing([`${src}/a`], { name: "b" });
    assert.equal(entries.at(0)?.path, "b");
  }));
