/** Archives of a release: what tar reads, and the same bytes whatever the order and the machine. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { gzip, type TarEntry, tarGz, writePieces } from "../../scripts/build/tar.ts";
import { utf8 } from "../../lib/bytes.ts";
import { withFolder } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";

const DAY = Date.parse("2026-11-27T00:00:00Z") / 1000;

async function output(program: string, ...args: string[]): Promise<string> {
  const env = { TZ: "UTC", LC_ALL: "C" };
  const { success, stdout, stderr } = await new Deno.Command(program, { args, env }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

testWithPrograms(
  "tar reads all that an archive says of its files",
  ["tar"],
  () =>
    withFolder(async (folder) => {
      const long = `./${"f/".repeat(60)}${"n".repeat(60)}`;
      const stored = join(folder, "stored.gz");
      await Deno.writeFile(stored, gzip(utf8("compressed before")));
      const path = join(folder, "a.tgz");
      const entries: TarEntry[] = [
        { name: "./b/run", mode: 0o755, content: { compressed: stored, size: 17 } },
        { name: "./a", mode: 0o644, content: utf8("hello") },
        { name: long, mode: 0o600, content: new Uint8Array(512).fill(65) },
      ];
      await writePieces(path, tarGz(entries, DAY));
      const listed = (await output("tar", "-tvzf", path)).trimEnd().split("\n");
      const short = listed.filter((line) => !line.includes("/f/")).map((line) =>
        line.replace(/ +/g, " ")
      );
      assert.deepEqual(short, [
        "drwxr-xr-x root/root 0 2026-11-27 00:00 ./",
        "-rw-r--r-- root/root 5 2026-11-27 00:00 ./a",
        "drwxr-xr-x root/root 0 2026-11-27 00:00 ./b/",
        "-rwxr-xr-x root/root 17 2026-11-27 00:00 ./b/run",
      ]);
      assert.match(listed.at(-1)!, /^-rw------- root\/root +512 .*n{60}$/);
      assert.equal(await output("tar", "-xOzf", path, "./b/run"), "compressed before");
      assert.equal(await output("tar", "-xOzf", path, long), "A".repeat(512));

      const again = join(folder, "b.tgz");
      await writePieces(again, tarGz(entries.toReversed(), DAY));
      assert.deepEqual(await Deno.readFile(again), await Deno.readFile(path));
    }),
);

Deno.test("a name that ustar has no room for is refused, not cut", () => {
  const archive = (name: string) => tarGz([{ name, mode: 0o644, content: utf8("") }], DAY);
  assert.throws(() => archive("n".repeat(101)), /too long/);
  assert.throws(() => archive(`${"f/".repeat(140)}n`), /too long/);
  assert.throws(() => archive("名"), /not ASCII/);
});
