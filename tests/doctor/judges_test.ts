// What each check of doctor makes of what it saw: state, words, cure.
import assert from "node:assert/strict";
import { judgeAddresses } from "../../lib/doctor/addresses.ts";
import { clockKeeper, judgeClock } from "../../lib/doctor/clock.ts";
import { judgeCryptography } from "../../lib/doctor/cryptography.ts";
import { judgeDatabase } from "../../lib/doctor/database.ts";
import { type Judgement, shellWord } from "../../lib/doctor/finding.ts";
import { judgeHome } from "../../lib/doctor/home.ts";
import { judgeIdentity } from "../../lib/doctor/identity.ts";
import { judgeMulticast } from "../../lib/doctor/multicast.ts";
import { judgePermissions } from "../../lib/doctor/permissions.ts";
import { judgePort } from "../../lib/doctor/port.ts";
import { checkPlayer, checkRecorder, judgeMicrophone } from "../../lib/doctor/sound.ts";
import { judgeSpace } from "../../lib/doctor/space.ts";
import { RELEASED } from "../../lib/doctor/released.ts";
import { judgeVersion } from "../../lib/doctor/version.ts";
import type { LanProbe } from "../../lib/net/lan-probe.ts";
import { SCHEMA_VERSION } from "../../lib/state/schema.ts";
import { StateError } from "../../lib/state/sqlite.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { Host } from "../../lib/voice/host.ts";
import { troubleError } from "../../lib/voice/problem.ts";
import type { VoiceTool } from "../../lib/voice/tools.ts";
import { english } from "../support/english.ts";

/** "state: words | cure". */
function told({ state, detail, cure }: Judgement): string {
  const words = `${state}: ${english(detail)}`;
  return cure === undefined ? words : `${words} | ${english(cure)}`;
}

const HOME = "/home/eve/.config/p2p";
const denied = text("system.permission");

Deno.test("home: writable, to be made, read-only, not ours, no folder", () => {
  const folder = { kind: "folder", mode: 0o700, user: 1000, size: 0 } as const;
  assert.equal(told(judgeHome(HOME, folder, undefined)), `ok: ${HOME}, can be written to`);
  assert.match(told(judgeHome(HOME, { kind: "nothing" }, undefined)), /^ok: .* not there yet/);
  assert.equal(
    told(judgeHome(HOME, folder, text("system.read-only"))),
    `fail: ${HOME} cannot be written to: the file system is read-only | ` +
      "set P2P_HOME to a folder that can be written to",
  );
  assert.equal(
    told(judgeHome(HOME, folder, denied)),
    `fail: ${HOME} cannot be written to: permission denied | ` +
      `sudo chown -R "$USER" ${HOME} && chmod u+rwx ${HOME}`,
  );
  assert.match(
    told(judgeHome(HOME, { kind: "nothing" }, denied)),
    /^fail: .* cannot be made.*\| sudo install -d -m 700 -o "\$USER" \/home\/eve\/.config\/p2p$/,
  );
  assert.match(told(judgeHome(HOME, { ...folder, kind: "file" }, undefined)), /^fail: .* not a/);
  const unknown = { kind: "unknown", reason: denied } as const;
  assert.match(told(judgeHome("/a b", unknown, undefined)), /^fail: .*looked at.*\| set P2P_HOME/);
  assert.match(told(judgeHome("/a b", folder, denied)), /\| sudo chown -R "\$USER" '\/a b' && /);
});

Deno.test("permissions: a key that others may read fails, anything else of that kind warns", () => {
  const own = (name: string, mode: number, user = 1000) => ({ name, mode, user });
  const judge = (entries: Parameters<typeof judgePermissions>[1], user = 1000) =>
    told(judgePermissions(HOME, entries, user));
  const good = [own("", 0o700), own("identity.pem", 0o600), own("p2p.db", 0o600)];
  assert.equal(judge(good), "ok: the home and what lies in it (2) are yours alone");
  assert.equal(
    judge([own("", 0o755), own("identity.pem", 0o644)]),
    `fail: others may use identity.pem (mode 0644), and 1 more | chmod -R go= ${HOME}`,
  );
  assert.match(judge([own("", 0o700), own("identity.pem.old", 0o640)]), /^fail/);
  assert.equal(
    judge([own("", 0o755), own("identity.pem", 0o600)]),
    `warn: others may use ${HOME} (mode 0755) | chmod -R go= ${HOME}`,
  );
  assert.match(
    judge([own("", 0o700, 0)]),
    /^warn: .* belongs to another user \(number 0\) \| sudo/,
  );
  assert.match(judge([own("", 0o700, 1000)], 0), /^warn: .*\| run p2p as that user/);
  assert.match(judge([]), /^ok: there is nothing/);
  const windows = [{ name: "", mode: undefined, user: undefined }];
  assert.match(told(judgePermissions(HOME, windows, undefined)), /^ok: this system keeps no/);
});

Deno.test("identity: none, locked, plain, unreadable, no key", () => {
  const path = `${HOME}/identity.pem`;
  const judge = (found: Parameters<typeof judgeIdentity>[1]) => told(judgeIdentity(path, found));
  assert.equal(judge({ kind: "none" }), "warn: there is none yet | p2p keygen");
  assert.match(judge({ kind: "locked" }), /^ok: protected by a passphrase/);
  assert.match(judge({ kind: "plain", fingerprint: "05fc" }), /^ok: 05fc, without a passphrase/);
  assert.equal(
    judge({ kind: "unreadable", reason: denied, permission: true }),
    `fail: ${path} cannot be read: permission denied | ` +
      `sudo chown "$USER" ${path} && chmod 600 ${path}`,
  );
  assert.match(judge({ kind: "no-key", reason: text("key.public-only") }), /^fail: .*\| put a/);
});

Deno.test("database: none, current, older, damaged, newer, locked", () => {
  const judge = (found: Parameters<typeof judgeDatabase>[1]) =>
    told(judgeDatabase("/h/p2p.db", found));
  const fault = (fault: StateError["fault"]) =>
    judge({ kind: "fault", error: new StateError("state.open", fault, "/h/p2p.db") });
  assert.match(judge({ kind: "none" }), /^ok: there is none yet/);
  assert.equal(
    judge({ kind: "opens", version: SCHEMA_VERSION, bytes: 4096 }),
    `ok: opens; version ${SCHEMA_VERSION}, 4.0 KiB`,
  );
  assert.match(judge({ kind: "opens", version: 1, bytes: 1 }), /^ok: .*brings it to version/);
  assert.match(fault("damaged"), /^fail: \/h\/p2p\.db: it is damaged.*\| put a backup/);
  assert.match(fault("newer"), /^fail: .*\| bring this p2p up to date/);
  assert.match(fault("busy"), /^warn: /);
});

Deno.test("space: little warns, none fails, at either place, and so does no room for names", () => {
  const MIB = 1024 * 1024;
  const space = (path: string, bytes: number, names = true) => ({ path, room: { bytes, names } });
  const much = space("/h", 5000 * MIB);
  assert.match(told(judgeSpace(much, much)), /^ok: home 4\.9 GiB, this folder .* 4\.9 GiB$/);
  assert.match(
    told(judgeSpace(space("/h", 90 * MIB), much)),
    /^warn: home 90\.0 MiB.*\| df -h \/h$/,
  );
  assert.match(told(judgeSpace(much, space("/d", 90 * MIB))), /^warn: .*\| df -h \/d$/);
  assert.match(told(judgeSpace(space("/h", 90 * MIB), space("/d", MIB))), /^fail: .*df -h \/d$/);
  assert.match(told(judgeSpace(much, space("/d", 1e12, false))), /^fail: .*\/d has no room for/);
  const unknown = { path: "/d", room: undefined };
  assert.match(told(judgeSpace(undefined, unknown)), /^ok: home unknown/);
});

Deno.test("addresses: those of the machine's inside alone reach nobody", () => {
  const lan = { name: "eth0", address: "192.168.1.7", inside: false };
  const docker = { name: "docker0", address: "172.17.0.1", inside: true };
  assert.equal(told(judgeAddresses([lan, docker], "linux")), "ok: eth0 192.168.1.7");
  assert.match(told(judgeAddresses([docker], "linux")), /^warn: .*\| ip address$/);
  assert.match(told(judgeAddresses([], "windows")), /\| ipconfig$/);
  const many = Array.from({ length: 9 }, () => lan);
  assert.match(told(judgeAddresses(many, "linux")), /, and 3 more$/);
});

Deno.test("port: free, held by ours, by others, not to be had", () => {
  const judge = (use: Parameters<typeof judgePort>[1]) => told(judgePort(9999, use, "linux"));
  assert.equal(judge({ kind: "free" }), "ok: UDP 9999 is free");
  assert.match(judge({ kind: "own" }), /^ok: UDP 9999 is held by a p2p of this home/);
  assert.match(
    judge({ kind: "other" }),
    /^fail: .* another program.*\| sudo ss -ulpn sport = :9999/,
  );
  assert.match(
    judge({ kind: "refused", reason: denied }),
    /^fail: .*permission denied \| p2p listen/,
  );
});

Deno.test("multicast: heard everywhere, somewhere, nowhere; what leads nowhere does not count", () => {
  const probe = (name: string, reach: LanProbe["reach"], inside = false): LanProbe => ({
    ...{ name, reach, inside },
    family: "IPv4",
  });
  const judge = (...probes: LanProbe[]) => told(judgeMulticast("all", probes, "linux"));
  assert.match(judge(probe("eth0", "heard"), probe("docker0", "silent", true)), /^ok: works: eth0/);
  assert.match(
    judge(probe("eth0", "heard"), probe("wlan0", "no-group")),
    /^warn: wlan0 IPv4: the group cannot be joined.* works on eth0 IPv4 \| sudo ip link set dev wlan0 multicast on$/,
  );
  assert.match(
    judge(probe("eth0", "no-send")),
    /^warn: .*nothing can be sent.*\| let UDP 9998 pass/,
  );
  assert.match(judge(probe("eth0", "silent")), /^warn: .*does not come back.*\| let UDP 9998 pass/);
  const six: LanProbe = { ...probe("eth0", "no-send"), family: "IPv6" };
  assert.equal(
    judge(probe("eth0", "heard"), six),
    "ok: works: eth0 IPv4; contacts are found by themselves",
  );
  assert.match(judge(probe("lo", "heard", true)), /^ok: works: lo/);
  assert.match(judge(), /^warn: not tried/);
  assert.match(told(judgeMulticast("off", [], "linux")), /^ok: not tried: P2P_LAN=off/);
});

Deno.test("clock: before this version, long after it, not synchronized; who keeps it", () => {
  const day = Date.parse(RELEASED);
  const judge = (now: number, keeper: Parameters<typeof judgeClock>[1] = "unknown") =>
    told(judgeClock(now, keeper, "linux"));
  assert.match(judge(0), /^warn: 1970-01-01 00:00 UTC: wrong.*\| sudo timedatectl set-ntp true$/);
  assert.match(judge(day - 1), /^warn/);
  assert.match(judge(day), /^ok: .*nothing here tells/);
  assert.match(judge(day + 16 * 366 * 24 * 3_600_000), /^warn: .*too far ahead/);
  assert.match(judge(day, "unsynchronized"), /^warn: .*not synchronized/);
  assert.match(judge(day, "synchronized"), /^ok: .*synchronized over the network$/);
  const keeper = (...there: string[]) => clockKeeper((path) => there.includes(path));
  assert.equal(keeper("/run/systemd/timesync/synchronized", "/run/systemd/system"), "synchronized");
  assert.equal(keeper("/run/systemd/system"), "unsynchronized");
  assert.equal(keeper("/run/systemd/system", "/run/systemd/container"), "unknown");
  assert.equal(keeper("/run/systemd/system", "/run/chrony"), "other");
  assert.equal(keeper(), "unknown");
});

/** A machine with these programs and no others. */
function host(...tools: VoiceTool[]): Host {
  return {
    ...{ os: "linux", environment: {}, packages: "apt-get" },
    find: (tool) => tools.includes(tool) ? `/usr/bin/${tool}` : undefined,
  };
}

Deno.test("sound: what records and plays, and what to install; microphones", () => {
  assert.equal(told(checkRecorder(host("ffmpeg", "sox"))), "ok: ffmpeg, sox");
  assert.match(told(checkRecorder(host())), /^warn: no recorder found.*\| install one: sudo apt/);
  assert.equal(told(checkPlayer(host("mpv"))), "ok: mpv");
  assert.match(told(checkPlayer(host("aplay"))), /^warn: aplay: plays WAV alone.*\| install one/);
  assert.match(told(checkPlayer(host())), /^warn: no player found/);
  const device = { name: "hw:1", description: "USB Audio", isDefault: true };
  assert.equal(told(judgeMicrophone([device, device])), "ok: USB Audio, and 1 more");
  const attempt = { tool: "pactl", backend: "pulse", problem: "no-server", said: "" } as const;
  assert.match(
    told(judgeMicrophone(troubleError("record", [attempt], host()))),
    /^warn: no sound server answers \| start the sound server/,
  );
});

Deno.test("cryptography: one wrong answer fails, and says not to go on; version", () => {
  const [good, bad] = judgeCryptography([
    { name: text("self-test.sm3"), ok: true },
    { name: text("self-test.sm4"), ok: false, detail: text("self-test.wrong", { step: "A.1" }) },
  ]);
  assert.equal(good!.state, "ok");
  assert.match(told(bad!), /^fail: A\.1: wrong answer \| do not use this build/);
  const runtime = { deno: "2.9.6", v8: "15", target: "x86_64-unknown-linux-gnu" };
  assert.match(
    told(judgeVersion("9.9.9", runtime, "scalar")),
    /p2p 9\.9\.9.*V8 15.*kernel: scalar/,
  );
});

Deno.test("a path is one word for the shell", () => {
  assert.equal(shellWord("/a/b-c.d"), "/a/b-c.d");
  assert.equal(shellWord("/a b"), "'/a b'");
  assert.equal(shellWord("/it's"), "'/it'\\''s'");
  assert.equal(shellWord("$(x)"), "'$(x)'");
});
