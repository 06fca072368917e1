/** The package of npm: run by npx on npm's Deno, with its streams, descriptors, exit codes and signals. */
import assert from "node:assert/strict";
import { join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { withFolder } from "../support/executable.ts";
import { TerminalRun } from "../support/pty.ts";
import { testWithPrograms } from "../support/requires.ts";
import { Run } from "../support/runs.ts";
import { ended, makeRelease } from "./support.ts";

/** A cache of npm for this test, with what the user's already holds: what npx installs must not stay. */
async function ownCache(folder: string): Promise<string> {
  const { stdout } = await ended(new Deno.Command("npm", { args: ["config", "get", "cache"] }));
  const cache = join(folder, "npm");
  const shared = join(stdout.trim(), "_cacache");
  await Deno.mkdir(shared, { recursive: true });
  await Deno.mkdir(cache);
  await Deno.symlink(shared, join(cache, "_cacache"));
  return cache;
}

/** The program that npx installed. */
function installed(cache: string): string {
  const [folder] = [...Deno.readDirSync(join(cache, "_npx"))];
  return join(cache, "_npx", folder!.name, "node_modules", ".bin", "p2p");
}

testWithPrograms(
  "npx runs the package, and it is p2p in all respects",
  ["npm", "npx", "script"],
  () =>
    withFolder(async (folder) => {
      const release = await makeRelease(folder, "npm");
      const name = `p2p-${config.version}.tgz`;
      const cache = await ownCache(folder);
      const env = {
        P2P_LANG: "en",
        P2P_HOME: join(folder, "home"),
        P2P_CACHE: join(folder, "cache"),
        npm_config_cache: cache,
        npm_config_prefer_offline: "true",
        npm_config_update_notifier: "false",
      };
      const npx = await ended(
        new Deno.Command("npx", { args: ["-y", `./${name}`, "--version"], env, cwd: release }),
      );
      assert.equal(npx.stdout, `p2p ${config.version}\n`, npx.stderr);

      const program = installed(cache);
      const p2p = (...args: string[]) =>
        ended(new Deno.Command(program, { args, env, cwd: folder }));
      const made = await p2p("keygen", "--no-passphrase", "-q");
      assert.match(made.stdout, /^p2p1/, made.stderr);
      const shell = async (line: string) => {
        const args = ["-c", line, program];
        return await ended(new Deno.Command("sh", { args, env, cwd: folder }));
      };
      const piped = await shell(`echo hello | "$0" enc -r ${made.stdout.trim()} | "$0" dec`);
      assert.equal(piped.stdout, "hello\n", piped.stderr);
      const secret = await shell(
        `echo hello | "$0" enc --passphrase-fd 5 5<<E | "$0" dec --passphrase-fd=4 4<<E\nsesame\nE\nsesame\nE\n`,
      );
      assert.equal(secret.stdout, "hello\n", secret.stderr);
      assert.equal((await p2p("enc", "--nonsense")).code, 2);
      const list = join(release, "SHA256SUMS");
      assert.equal((await p2p("verify", "-k", made.stdout.trim(), "-s", list, list)).code, 3);
      assert.deepEqual(
        [...Deno.readDirSync(join(folder, "cache", "p2p"))].map(({ name }) => name),
        ["code"],
      );

      const open = join(folder, "open");
      await Deno.mkdir(join(open, "p2p"), { recursive: true });
      await Deno.chmod(join(open, "p2p"), 0o777);
      const there = await shell(`P2P_CACHE="${open}" "$0" sm3 /dev/null`);
      assert.equal(there.code, 0, there.stderr);
      assert.deepEqual([...Deno.readDirSync(join(open, "p2p"))], [], "others could write there");

      const run = new Run(
        new Deno.Command(program, {
          args: ["listen", "--bind", "127.0.0.1", "--port", "0"],
          env,
          cwd: folder,
          stdin: "piped",
          stdout: "piped",
          stderr: "piped",
        }),
      );
      try {
        await run.err.match(/^listening on /m);
        run.kill("SIGTERM");
        assert.equal(await run.code(), 143, run.err.text);
      } finally {
        await run.stop();
      }

      // At a terminal as well: whoever sends it to the launcher alone means the program.
      const line = 'echo "pid $$"; exec "$0" listen --bind 127.0.0.1 --port 0';
      const terminal = new TerminalRun(["sh", "-c", line, program], { env, cwd: folder });
      try {
        const pid = Number((await terminal.out.match(/pid (\d+)/))[1]);
        await terminal.out.match(/listening on /);
        Deno.kill(pid, "SIGINT");
        assert.equal(await terminal.code(), 130, terminal.shown());
      } finally {
        await terminal.stop();
      }
    }),
);
