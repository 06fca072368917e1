/** `deno task release`: the same bytes twice, digests and signatures that check, and nothing left of what was given up. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { PARTS } from "../../scripts/release/parts.ts";
import config from "../../deno.json" with { type: "json" };
import { ROOT } from "../support/imports.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { BUNDLE, DEBIAN, ended, releaseCommand } from "./support.ts";

const LISTS = ["SHA256SUMS", "SM3SUMS"];
const DEB = `p2p_${config.version}_${DEBIAN}.deb`;
const TGZ = `p2p-${config.version}.tgz`;

function names(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

Deno.test("two releases are the same bytes, and their digests and signatures check", () =>
  withFolder(async (folder) => {
    const { home, key } = await makeHome(folder, "home");
    const only = ["--bundle", BUNDLE, "--only", `deb-${DEBIAN},npm`, "--output"];
    const signed = join(folder, "signed");
    const unsigned = join(folder, "unsigned");
    const identity = ["--key", join(home, "identity.pem")];
    const first = await ended(releaseCommand([...only, signed, ...identity]));
    assert.equal(first.code, 0, first.stderr);
    assert.ok(first.stdout.endsWith(`signed; the public key is ${key}\n`), first.stdout);
    const elsewhere = { TZ: "Asia/Shanghai", LANG: "zh_CN.UTF-8", P2P_LANG: "zh", P2P_HOME: home };
    const second = await ended(releaseCommand([...only, unsigned], elsewhere));
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stdout, /^not signed: no --key was given$/m);

    assert.deepEqual(names(unsigned), [...LISTS, TGZ, DEB].sort());
    assert.deepEqual(
      names(signed),
      [...names(unsigned), ...LISTS.map((name) => `${name}.sig`)].sort(),
    );
    for (const name of names(unsigned)) {
      const [a, b] = await Promise.all(
        [signed, unsigned].map((at) => Deno.readFile(join(at, name))),
      );
      assert.ok(a!.length === b!.length && a!.every((byte, i) => byte === b![i]), name);
    }

    const sha256sum = await ended(
      new Deno.Command("sha256sum", { args: ["-c", "SHA256SUMS"], cwd: signed }),
    );
    assert.equal(sha256sum.stdout, `${DEB}: OK\n${TGZ}: OK\n`);
    const sm3 = await p2p(["sm3", "-c", "SM3SUMS"], { cwd: signed });
    assert.equal(sm3.stdout, `${DEB}: OK\n${TGZ}: OK\n`);
    for (const name of LISTS) {
      const verify = ["verify", "-k", key, "-s", `${name}.sig`, name];
      const { code, stderr } = await p2p(verify, { cwd: signed });
      assert.equal(code, 0, stderr);
      await Deno.writeTextFile(join(signed, name), "\n", { append: true });
      assert.equal((await p2p(verify, { cwd: signed })).code, 3, "a list that was changed");
    }
  }));

Deno.test("a release that is interrupted leaves nothing of it, and the release before as it was", () =>
  withFolder(async (folder) => {
    const output = join(folder, "release");
    await Deno.mkdir(output);
    await Deno.writeTextFile(join(output, "SHA256SUMS"), "before\n");
    const only = ["--bundle", BUNDLE, "--only", `deb-${DEBIAN}`, "--output", output];
    const child = releaseCommand(only).spawn();
    let said = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (said.includes("writing manual pages\n")) {
        said = "";
        assert.equal(names(folder).length, 2, "it is put together beside its place");
        child.kill("SIGINT");
      }
    }
    await child.stderr.cancel();
    assert.equal((await child.status).code, 130);
    assert.deepEqual(names(folder), ["release"]);
    assert.equal(await Deno.readTextFile(join(output, "SHA256SUMS")), "before\n");
  }));

Deno.test("what a release cannot be made of is refused before anything is written", () =>
  withFolder(async (folder) => {
    const mine = join(folder, "mine");
    await Deno.mkdir(mine);
    await Deno.writeTextFile(join(mine, "thesis"), "words");
    await Deno.writeTextFile(join(folder, "key"), "words");
    const refused = async (code: number, why: RegExp, ...args: string[]) => {
      const run = await ended(releaseCommand(["--bundle", BUNDLE, ...args]));
      assert.equal(run.code, code, run.stderr);
      assert.match(run.stderr, why);
      assert.equal(run.stdout, "");
    };
    const output = ["--output", join(folder, "release")];
    await refused(1, /is no release and would be replaced/, "--only", "npm", "--output", mine);
    await refused(1, /^p2p: read private key /, ...output, "--key", join(folder, "key"));
    await refused(1, /^p2p: read key .*: no such file/, ...output, "--key", join(folder, "none"));
    await refused(2, /^release: unknown part in deb,rpm$/m, ...output, "--only", "deb,rpm");
    assert.deepEqual(names(folder), ["key", "mine"]);
    assert.deepEqual(names(mine), ["thesis"]);
  }));

Deno.test("the parts of a release are those that docs/install.md says", async () => {
  const page = await Deno.readTextFile(`${ROOT}docs/install.md`);
  assert.deepEqual(
    PARTS.map(({ name }) => name),
    ["linux-x64", "linux-arm64", "macos-x64", "macos-arm64", "deb-amd64", "deb-arm64", "npm"],
  );
  for (const { name } of PARTS) {
    const [kind, architecture] = name.split("-");
    const file = kind === "npm"
      ? "p2p-VERSION.tgz"
      : kind === "deb"
      ? `p2p_VERSION_${architecture}.deb`
      : `p2p-VERSION-${name}`;
    assert.ok(page.includes(`\`${file}\``), file);
  }
});
