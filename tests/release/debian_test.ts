/**
 * The package of Debian: installed, used as root and as nobody, removed. It happens in a private view of this system (an
 * overlay in a mount namespace), of which nothing stays; in CI, where that cannot be had, in the system itself.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { COMMAND_NAMES } from "../../commands/names.ts";
import config from "../../deno.json" with { type: "json" };
import { withFolder } from "../support/executable.ts";
import { hasProgram, testUnless } from "../support/requires.ts";
import { DEBIAN, ended, makeRelease } from "./support.ts";

/** Makes a view of the system below the folder $1, whose changes are in memory, and runs the script $2 there. */
const PRIVATELY = `set -e
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
for at in proc dev; do mount --rbind /$at "$1/root/$at"; done
mkdir -p "$1/root/package"
cp "$2" "$3" "$1/root/package"
chroot "$1/root" sh -eu /package/script "/package/\${3##*/}"`;

/** What happens to the package $1. Lines that begin with "== " part what is said. */
const SCRIPT = `
say() { echo "== $1"; }
export HOME=/package/home P2P_LANG=en
unset P2P_HOME P2P_CACHE XDG_CACHE_HOME XDG_CONFIG_HOME
mkdir -p $HOME
say install; dpkg -i "$1" >&2
say verify; dpkg -V p2p
say files; dpkg -L p2p
say version; p2p --version
say use
p2p keygen --no-passphrase -q >&2
echo hello | p2p enc -r "$(p2p pubkey -q)" | p2p dec
say cache; ls $HOME/.cache/p2p
say nobody
mkdir -m 777 /package/theirs
setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/package/theirs sh -c '
  p2p keygen --no-passphrase -q >&2; echo hello | p2p enc -r "$(p2p pubkey -q)" | p2p dec'
say open
mkdir -m 777 /package/open /package/open/p2p
chmod 777 /package/open/p2p
P2P_CACHE=/package/open p2p sm3 /dev/null
ls /package/open/p2p
say completion
p2p completion bash | cmp - /usr/share/bash-completion/completions/p2p
p2p completion zsh | cmp - /usr/share/zsh/vendor-completions/_p2p
p2p completion fish | cmp - /usr/share/fish/vendor_completions.d/p2p.fish
say manual
gzip -dc /usr/share/man/man1/p2p-enc.1.gz | grep -c '^.SH "FLAGS"'
gzip -dc /usr/share/man/zh_CN/man1/p2p-enc.1.gz | grep -c '^.SH "选项"'
say unit; grep ^ExecStart= /usr/lib/systemd/user/p2p.service
say remove
dpkg -L p2p >/package/list
dpkg -r p2p >&2
while read -r path; do [ -d "$path" ] || [ ! -e "$path" ] || echo "$path"; done </package/list
ls -d /usr/lib/p2p /usr/share/doc/p2p 2>/dev/null || :
say end
`;

/** Whether a private view of the system can be had. */
async function canBePrivate(): Promise<boolean> {
  if (!hasProgram("unshare") || Deno.uid() !== 0) return false;
  return await withFolder(async (folder) => {
    const script = join(folder, "script");
    await Deno.writeTextFile(script, "true");
    return (await ended(privately(folder, script, script))).code === 0;
  });
}

function privately(folder: string, script: string, file: string): Deno.Command {
  const at = join(folder, "view");
  Deno.mkdirSync(at, { recursive: true });
  return new Deno.Command("unshare", {
    args: ["-m", "sh", "-c", PRIVATELY, "sh", at, script, file],
  });
}

const inView = hasProgram("dpkg") && await canBePrivate();
const inCi = Deno.env.get("CI") === "true" && Deno.uid() === 0 && !hasProgram("p2p");
const reason = !hasProgram("dpkg")
  ? "needs dpkg"
  : !inView && !inCi
  ? "needs root and a mount namespace with an overlay"
  : undefined;

testUnless(
  reason,
  "the package is installed, does its work for everybody, and goes without a trace",
  () =>
    withFolder(async (folder) => {
      const name = `p2p_${config.version}_${DEBIAN}.deb`;
      const file = join(await makeRelease(folder, `deb-${DEBIAN}`), name);
      const script = join(folder, "script");
      await Deno.writeTextFile(script, SCRIPT);
      // In the system itself, too, others than root go there.
      await Deno.chmod(folder, 0o755);
      const inSystem = () =>
        new Deno.Command("sh", {
          args: ["-eu", "-c", SCRIPT.replaceAll("/package", folder), "sh", file],
        });
      const run = await ended(inView ? privately(folder, script, file) : inSystem());
      const said = new Map(
        run.stdout.split(/^== /m).slice(1).map((part) => {
          const [title = "", ...lines] = part.trimEnd().split("\n");
          return [title, lines] as const;
        }),
      );
      assert.ok(run.code === 0 && said.has("end"), `${run.stdout}\n${run.stderr}`);
      assert.deepEqual(said.get("verify"), []);
      const files = new Set(said.get("files"));
      for (const command of COMMAND_NAMES) {
        for (const at of ["man1", "zh_CN/man1"]) {
          assert.ok(files.has(`/usr/share/man/${at}/p2p-${command}.1.gz`), command);
        }
      }
      assert.ok(files.has("/usr/share/doc/p2p/docs/install.md"));
      assert.deepEqual(said.get("version"), [`p2p ${config.version}`]);
      assert.deepEqual(said.get("use"), ["hello"]);
      assert.deepEqual(said.get("cache"), ["code"], "what is compiled is kept");
      assert.deepEqual(said.get("nobody"), ["hello"]);
      assert.equal(said.get("open")?.length, 1, "nothing is kept where others may write");
      assert.deepEqual(said.get("completion"), []);
      assert.deepEqual(said.get("manual"), ["1", "1"]);
      assert.match(said.get("unit")![0]!, /^ExecStart=\/usr\/bin\/p2p /);
      assert.deepEqual(said.get("remove"), [], "nothing stays");
    }),
);
