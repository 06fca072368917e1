// `p2p doctor` through the executable, each fault made for real, and cured by the line that it tells where it tells one.
import assert from "node:assert/strict";
import { join } from "node:path";
import { textWidth } from "../../lib/terminal/width.ts";
import { canMakeNamespaces, Namespaces } from "../lab/namespaces.ts";
import { EXECUTABLE, makeHome, p2p, type RunOptions, withFolder } from "../support/executable.ts";
import { ALL_INTERFACES, LOOPBACK } from "../support/lan.ts";
import { attempt, run } from "../support/processes.ts";
import { hasProgram, testUnless, testWithPrograms } from "../support/requires.ts";
import { noSmallDisk, withSmallDisk } from "../support/small-disk.ts";
import { events, listener, startOnTerminal } from "./support.ts";

interface Told {
  readonly area: string;
  readonly name: string;
  readonly state: string;
  readonly ok: boolean;
  readonly detail?: string;
  readonly cure?: string;
  readonly reason?: { readonly code: string };
}

/** What `p2p doctor ARGS --json` tells; that it fits the schema is looked at by `p2p`. */
async function doctor(
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ code: number; told: Map<string, Told>; stderr: string }> {
  const { code, stdout, stderr } = await p2p(["doctor", "--json", ...args], options);
  const told = events(stdout) as unknown as Told[];
  return { code, told: new Map(told.map((each) => [each.name, each])), stderr };
}

/** What an executable that unpacks itself needs to begin. */
const START = "sh cat chmod find gzip head id mkdir mktemp mv rm stty tail tar".split(" ");

/** A port that this test holds, on all addresses, until it is disposed of. */
function foreignSocket(): Disposable & { readonly port: string } {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
  const port = String((socket.addr as Deno.NetAddr).port);
  return { port, [Symbol.dispose]: () => socket.close() };
}

/** A port that is free. */
function freePort(): string {
  using socket = foreignSocket();
  return socket.port;
}

Deno.test("without an identity and without a home it warns, makes nothing, asks nothing", () =>
  withFolder(async (folder) => {
    const home = join(folder, "none", "home");
    const { code, told } = await doctor(["--home"], { home });
    assert.equal(code, 0);
    assert.deepEqual([...told.values()].map(({ name, state }) => `${name}: ${state}`), [
      ...["home: ok", "permissions: ok", "identity: warn", "database: ok", "free space: ok"],
    ]);
    assert.equal(told.get("identity")!.cure, "p2p keygen");
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("a home that is nowhere, or no folder, fails, and the rest is checked all the same", () =>
  withFolder(async (folder) => {
    const env = { P2P_HOME: "", HOME: "", XDG_CONFIG_HOME: "", P2P_CACHE: join(folder, "cache") };
    const nowhere = await doctor(["--home", "--sound"], { env });
    assert.equal(nowhere.code, 1);
    assert.equal(nowhere.told.get("home")!.state, "fail");
    assert.equal(nowhere.told.get("home")!.reason!.code, "state.home-unset");
    assert.ok(nowhere.told.has("recorder"));
    await Deno.writeTextFile(join(folder, "file"), "");
    const { told } = await doctor(["--home"], { home: join(folder, "file") });
    assert.equal(told.get("home")!.reason!.code, "doctor.home.no-folder");
    // Where the runtime lets nobody look.
    const hidden = await doctor(["--home"], { home: "/proc/self/home" });
    assert.equal(hidden.code, 1);
    assert.equal(hidden.told.get("home")!.reason!.code, "doctor.home.unreadable");
    assert.equal(hidden.told.size, 5);
  }));

Deno.test("a key that others may read fails, and the line that is told puts it right", () =>
  withFolder(async (folder) => {
    const { home } = await makeHome(folder, "it's my home");
    const key = join(home, "identity.pem");
    const before = await doctor(["--home"], { home });
    assert.equal(before.told.get("permissions")!.state, "ok");
    assert.match(before.told.get("identity")!.detail!, /^[0-9a-f]{4} .*, without a passphrase$/);
    await Deno.chmod(key, 0o644);
    const { code, told, stderr } = await doctor(["--home"], { home });
    const { state, detail, cure, ok } = told.get("permissions")!;
    assert.deepEqual([code, state, ok], [1, "fail", false]);
    assert.equal(detail, "others may use identity.pem (mode 0644)");
    assert.match(stderr, /^p2p: check this machine: 1 of 5 checks failed$/m);
    await run("sh", "-c", cure!);
    assert.equal((await doctor(["--home"], { home })).code, 0);
    await Deno.chmod(home, 0o755);
    const open = await doctor(["--home"], { home });
    assert.deepEqual([open.code, open.told.get("permissions")!.state], [0, "warn"]);
  }));

Deno.test("identities: behind a passphrase, damaged, a public key, a folder", () =>
  withFolder(async (folder) => {
    const home = join(folder, "home");
    await Deno.writeTextFile(join(folder, "pw"), "sesame\n");
    await p2p(["keygen", "--passphrase-file", join(folder, "pw")], { home });
    const identity = async () => (await doctor(["--home"], { home })).told.get("identity")!;
    assert.equal((await identity()).reason!.code, "doctor.identity.locked");
    const key = join(home, "identity.pem");
    const { key: other } = await makeHome(folder, "other");
    for (const words of ["-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", other]) {
      await Deno.writeTextFile(key, words);
      const { state, reason } = await identity();
      assert.deepEqual([state, reason!.code], ["fail", "doctor.identity.no-key"], words);
    }
    await Deno.remove(key);
    await Deno.mkdir(key);
    const { state, reason } = await identity();
    assert.deepEqual([state, reason!.code], ["fail", "doctor.identity.unreadable"]);
  }));

Deno.test("a damaged database fails, one in use opens", () =>
  withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    const database = async () => (await doctor(["--home"], { home })).told.get("database")!;
    assert.equal((await database()).reason!.code, "doctor.database.none");
    const listening = await listener([], { home });
    try {
      assert.match((await database()).detail!, /^opens; version \d+, /);
    } finally {
      await listening.stop();
    }
    // Whoever closes it last writes the log back into it.
    await p2p(["config", "set", "announce", "eve"], { home });
    const path = join(home, "p2p.db");
    const bytes = Deno.readFileSync(path);
    bytes.fill(0xa5, 100, 4096);
    Deno.writeFileSync(path, bytes);
    const { state, reason, cure } = await database();
    assert.deepEqual([state, reason!.code], ["fail", "doctor.database.fault"]);
    assert.match(cure!, /^put a backup/);
  }));

testUnless(
  noSmallDisk,
  "a home that is read-only fails, and its database is read all the same",
  () =>
    withSmallDisk(16 << 20, async (folder) => {
      const { home } = await makeHome(folder, "home");
      await p2p(["contact", "list"], { home });
      await p2p(["config", "set", "announce", "eve"], { home });
      assert.ok(await attempt("mount", "-o", "remount,ro", folder));
      const { code, told } = await doctor(["--home"], { home });
      assert.equal(code, 1);
      assert.match(
        told.get("home")!.detail!,
        /cannot be written to: the file system is read-only$/,
      );
      assert.equal(told.get("database")!.reason!.code, "doctor.database");
      assert.equal(told.get("free space")!.state, "warn");
      const below = await doctor(["--home"], { home: join(folder, "new", "home") });
      assert.equal(below.told.get("home")!.reason!.code, "doctor.home.cannot-make");
    }),
);

testUnless(
  noSmallDisk,
  "a full disk fails, where the home is and where files go",
  () =>
    withSmallDisk(1 << 20, async (folder) => {
      const here = await doctor(["--home"], { home: join(folder, "home") });
      assert.equal(here.told.get("free space")!.state, "fail");
      assert.equal(here.told.get("free space")!.cure, `df -h ${join(folder, "home")}`);
      await withFolder(async (elsewhere) => {
        const { told } = await doctor(["--home"], { home: elsewhere, cwd: folder });
        assert.equal(told.get("free space")!.cure, `df -h ${folder}`);
      });
    }),
);

Deno.test("the port: free, held by a listen of this home, held by somebody else", () =>
  withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    const port = async (number: string, own = home) => {
      const { code, told } = await doctor(["--network", "--port", number], { home: own });
      return { code, ...told.get("port")! };
    };
    assert.equal((await port(freePort())).reason!.code, "doctor.port.free");
    const listening = await listener([], { home });
    try {
      const own = await port(String(listening.port));
      assert.deepEqual([own.code, own.state, own.reason!.code], [0, "ok", "doctor.port.own"]);
      const theirs = await port(String(listening.port), join(folder, "another"));
      assert.deepEqual([theirs.code, theirs.reason!.code], [1, "doctor.port.other"]);
    } finally {
      await listening.stop();
    }
    using foreign = foreignSocket();
    const other = await port(foreign.port);
    assert.deepEqual([other.code, other.state, other.reason!.code], [
      1,
      "fail",
      "doctor.port.other",
    ]);
    assert.equal(other.cure, `sudo ss -ulpn sport = :${foreign.port}`);
  }));

Deno.test("a machine without ffmpeg, sox and the like: warnings, and what to install", () =>
  withFolder(async (folder) => {
    for (const program of START) {
      const place = ["/bin", "/usr/bin"].map((base) => `${base}/${program}`).find(hasFile);
      if (place !== undefined) await Deno.symlink(place, join(folder, program));
    }
    const env = { PATH: folder };
    const { code, told } = await doctor(["--sound"], { home: join(folder, "home"), env });
    assert.equal(code, 0);
    for (const name of ["recorder", "player", "microphone"]) {
      assert.equal(told.get(name)!.state, "warn", name);
      assert.match(told.get(name)!.cure!, /install/, name);
    }
  }));

function hasFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

testWithPrograms("with ffmpeg and sox it names them", ["ffmpeg", "sox", "ffplay"], async () => {
  const { told } = await doctor(["--sound"]);
  assert.match(told.get("recorder")!.detail!, /^ffmpeg, sox/);
  assert.match(told.get("player")!.detail!, /^ffplay, sox/);
});

Deno.test("a program of the sound that does not answer, and does not end either, is not waited for", () =>
  withFolder(async (folder) => {
    for (const stubborn of ["", "trap '' TERM\n"]) {
      const started = join(folder, "pid");
      const words = `#!/bin/sh\n${stubborn}echo $$ >${started}\nexec sleep 600\n`;
      await Deno.writeTextFile(join(folder, "pactl"), words, { mode: 0o755 });
      const env = { PATH: `${folder}:${Deno.env.get("PATH")}` };
      const { code, told } = await doctor(["--sound"], { env });
      assert.equal(code, 0);
      assert.equal(told.get("microphone")!.state, "warn");
      assert.match(told.get("microphone")!.reason!.code, /late$/);
      const pid = (await Deno.readTextFile(started)).trim();
      assert.equal(await attempt("kill", "-0", pid), false, "it is gone, too");
    }
  }));

Deno.test("multicast on loopback is joined and heard; switched off it is not tried", async () => {
  const port = freePort();
  const multicast = async (env: Record<string, string>) =>
    (await doctor(["--network", "--port", port], { env })).told.get("multicast")!;
  const heard = await multicast(LOOPBACK);
  assert.match(heard.detail!, /^works: lo IPv4/);
  assert.equal((await multicast({ P2P_LAN: "off" })).reason!.code, "doctor.multicast.off");
});

testUnless(
  await canMakeNamespaces() && hasProgram("nft") ? undefined : "needs root, ip and nft",
  "hosts with multicast, with a filter that drops it, and without any interface",
  () =>
    withFolder(async (folder) => {
      await using hosts = await Namespaces.make("east", "west", "alone");
      await hosts.cable(
        { host: "east", device: "cable0", address: "10.88.0.1/24" },
        { host: "west", device: "cable1", address: "10.88.0.2/24" },
        1500,
      );
      const on = async (host: string): Promise<Map<string, Told>> => {
        const [program, ...args] = [...hosts.on(host), EXECUTABLE, "doctor", "--network", "--json"];
        const { stdout } = await new Deno.Command(program!, {
          args,
          env: { ...ALL_INTERFACES, P2P_HOME: join(folder, "home") },
          stdin: "null",
        }).output();
        const told = events(new TextDecoder().decode(stdout)) as unknown as Told[];
        return new Map(told.map((each) => [each.name, each]));
      };
      const well = await on("east");
      assert.match(well.get("multicast")!.detail!, /^works: .*cable0 IPv4/);
      assert.match(well.get("addresses")!.detail!, /^cable0 10\.88\.0\.1/);
      assert.equal(well.get("port")!.state, "ok", "9999, which is free there");
      const rules = (hook: string) =>
        `flush ruleset; table inet f { chain c { type filter hook ${hook} priority 0; udp dport 9998 drop; }; }`;
      await run(...hosts.on("east"), "nft", rules("input"));
      const deaf = (await on("east")).get("multicast")!;
      assert.equal(deaf.state, "warn");
      assert.match(deaf.detail!, /cable0 IPv4.*does not come back/);
      await run(...hosts.on("east"), "nft", rules("output"));
      assert.match((await on("east")).get("multicast")!.detail!, /nothing can be sent/);
      await hosts.ip("alone", "link", "set", "lo", "down");
      const alone = await on("alone");
      assert.equal(alone.get("multicast")!.state, "warn");
      assert.equal(alone.get("addresses")!.state, "warn");
    }),
);

testUnless(
  Deno.uid() === 0 && await attempt("unshare", "-m", "true") ? undefined : "needs root and unshare",
  "firewalls whose files keep peers out are told, and those that let them in",
  () =>
    withFolder(async (folder) => {
      const etc = join(folder, "etc");
      await Deno.mkdir(join(etc, "ufw"), { recursive: true });
      await Deno.writeTextFile(join(etc, "ufw", "ufw.conf"), "ENABLED=yes\n");
      const rules = join(etc, "ufw", "user.rules");
      await Deno.writeTextFile(rules, "*filter\n");
      const told = async () => {
        const line = 'mount --bind "$1" /etc && exec "$2" doctor --network --json --port 5555';
        const { stdout } = await new Deno.Command("unshare", {
          args: ["-m", "sh", "-c", line, "sh", etc, EXECUTABLE],
          env: { P2P_HOME: join(folder, "home") },
          stdin: "null",
        }).output();
        const all = events(new TextDecoder().decode(stdout)) as unknown as Told[];
        return all.find(({ name }) => name === "firewall")!;
      };
      const closed = await told();
      assert.deepEqual([closed.state, closed.cure], [
        "warn",
        "sudo ufw allow 5555/udp && sudo ufw allow 9998/udp",
      ]);
      const open = [5555, 9998].map((port) =>
        `-A ufw-user-input -p udp --dport ${port} -j ACCEPT\n`
      );
      await Deno.writeTextFile(rules, `*filter\n${open.join("")}`);
      assert.equal((await told()).reason!.code, "doctor.firewall.open");
    }),
);

Deno.test("for people: 80 columns in both languages, no colours in a pipe, a line for each check", () =>
  withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    using foreign = foreignSocket();
    for (const lang of ["en", "zh"]) {
      const args = ["--lang", lang, "doctor", "--port", foreign.port];
      const { code, stdout, stderr } = await p2p(args, { home });
      assert.equal(code, 1, stdout);
      assert.doesNotMatch(stdout + stderr, /undefined|doctor\./);
      assert.ok(!(stdout + stderr).includes("\x1b"));
      const lines = stdout.trimEnd().split("\n");
      for (const line of lines) {
        assert.ok(textWidth(line) <= 80, line);
        assert.equal(line, line.trimEnd());
      }
      const heads = lines.filter((line) => !line.startsWith(" "));
      assert.equal(heads.length, 15, stdout);
      const wrong = lang === "en"
        ? /^FAILED {2}port {10}UDP \d+ is held/m
        : /^失败 {4}端口 +UDP \d+ /m;
      assert.match(stdout, wrong);
      assert.match(stderr, lang === "en" ? /1 of 15 checks failed/ : /15 项检查中有 1 项失败/);
    }
    const quiet = await p2p(["doctor", "--port", foreign.port, "-q"], { home });
    assert.match(quiet.stdout, /^FAILED {2}port .*\n(?: +.*\n)*$/);
  }));

testWithPrograms(
  "in a narrow window every row of a check begins at its place",
  ["script"],
  () =>
    withFolder(async (folder) => {
      const { home } = await makeHome(folder, "home");
      for (const lang of ["en", "zh"]) {
        for (const columns of [40, 60, 80]) {
          const env = { P2P_LANG: lang };
          const run = startOnTerminal(["doctor", "--home"], { home, env }, columns);
          assert.equal(await run.code(), 0);
          const shown = (await run.screen()).rows.filter((row) => row !== "");
          const last = shown.pop()!;
          assert.match(last, lang === "en" ? /^5 checks, all is well$/ : /^共 5 项检查/, last);
          const heads = shown.filter((row) => !row.startsWith(" "));
          assert.equal(heads.length, 5, shown.join("\n"));
          const state = lang === "en" ? "ok      " : "正常    ";
          for (const row of heads) assert.ok(row.startsWith(state), `${columns}: ${row}`);
          const indent = columns < 60 ? 8 : 22;
          for (const row of shown.filter((row) => !heads.includes(row))) {
            assert.equal(row.search(/\S/), indent, `${columns}: ${row}`);
          }
        }
      }
    }),
);

testWithPrograms("colours on a terminal, and none with NO_COLOR", ["script"], async () => {
  for (const [colours, NO_COLOR] of [[true, ""], [false, "1"]] as const) {
    const run = startOnTerminal(["doctor", "--crypto"], { env: { NO_COLOR } });
    await run.see("SM3");
    await run.code();
    assert.equal(run.shown().includes("\x1b[32mok\x1b[m"), colours, run.shown());
  }
});

Deno.test("--crypto lists every test as before, all of them one line otherwise", async () => {
  const { code, stdout, stderr } = await p2p(["doctor", "--crypto"]);
  assert.equal(code, 0);
  assert.match(stdout, /^ok {6}SM3\n/);
  const { length } = stdout.trimEnd().split("\n");
  assert.match(stderr, new RegExp(`^all ${length} tests passed; kernel: `));
  const { told } = await doctor(["--crypto"]);
  assert.equal(told.size, length);
  assert.ok(
    [...told.values()].every(({ area, ok, state }) => area === "crypto" && ok && state === "ok"),
  );
});
