/** The service's files: what they run exists, systemd takes them, and the manager is told when it is ready. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { managerSocket } from "../../lib/system/service-manager.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { notLinux, testUnless, testWithPrograms } from "../support/requires.ts";
import { start } from "../e2e/support.ts";

const SERVICE = new URL("../../service/", import.meta.url).pathname;

/** The arguments that the unit gives to p2p, with `folder` for the home. */
function unitArguments(folder: string): string[] {
  const unit = Deno.readTextFileSync(join(SERVICE, "p2p.service"));
  const line = /^ExecStart=\/usr\/bin\/p2p (.+)$/m.exec(unit)![1]!;
  return line.replaceAll("%h", folder).split(" ");
}

Deno.test("a manager's socket is a path or an abstract name, and nothing else", () => {
  assert.equal(managerSocket("/run/user/1000/systemd/notify"), "/run/user/1000/systemd/notify");
  assert.equal(managerSocket("@/org/example/notify"), "\0/org/example/notify");
  assert.equal(managerSocket("vsock:2:1234"), undefined);
  assert.equal(managerSocket(""), undefined);
  assert.equal(managerSocket(undefined), undefined);
});

for (const [kind, socket] of [["path", "notify"], ["abstract name", "@"]] as const) {
  testUnless(
    notLinux,
    `the unit's command line tells READY=1 and STOPPING=1 to a socket with a ${kind}`,
    async () => {
      await withFolder(async (folder) => {
        const { home } = await makeHome(folder, "home");
        const value = socket === "@" ? `@p2p-test-${crypto.randomUUID()}` : join(folder, socket);
        const address = { transport: "unixpacket", path: value.replace("@", "\0") } as const;
        const manager = Deno.listenDatagram(address);
        const sender = Deno.listenDatagram({
          transport: "unixpacket",
          path: `\0p2p-test-${crypto.randomUUID()}`,
        });
        const told = async () => new TextDecoder().decode((await manager.receive())[0]);
        const args = [...unitArguments(folder), "--bind", "127.0.0.1", "--port", "0"];
        const run = start(args, { home, env: { NOTIFY_SOCKET: value } });
        try {
          // The end stands in the queue behind what was told: whoever ends without telling fails the test instead of hanging it.
          const ended = run.code().then((code) =>
            sender.send(new TextEncoder().encode(`ended with ${code}: ${run.err.text}`), address)
          );
          assert.equal(await told(), "READY=1");
          run.kill("SIGTERM");
          assert.equal(await told(), "STOPPING=1");
          assert.equal(
            await told(),
            "ended with 143: ",
            "the level of the unit says nothing of this",
          );
          await ended;
        } finally {
          await run.stop();
          manager.close();
          sender.close();
        }
      });
    },
  );
}

Deno.test("the launch agent and the unit run the same command", async () => {
  const plist = await Deno.readTextFile(join(SERVICE, "p2p.plist"));
  const [, array] = /<key>ProgramArguments<\/key>\s*<array>([\s\S]*?)<\/array>/.exec(plist)!;
  const args = [...array!.matchAll(/<string>(.*?)<\/string>/g)].map(([, arg]) => arg);
  assert.deepEqual(args, ["/usr/local/bin/p2p", ...unitArguments("@HOME@")]);
});

testWithPrograms("the launch agent is a property list", ["python3"], async () => {
  const { code, stderr } = await new Deno.Command("python3", {
    args: [
      "-c",
      "import plistlib,sys; plistlib.load(open(sys.argv[1],'rb'))",
      `${SERVICE}p2p.plist`,
    ],
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
});

testWithPrograms("systemd takes the unit, every line of it", ["systemd-analyze"], async () => {
  await withFolder(async (folder) => {
    // Where p2p is not installed, the program that is run is another one; all the rest is as it is.
    const unit = await Deno.readTextFile(join(SERVICE, "p2p.service"));
    const path = join(folder, "p2p.service");
    await Deno.writeTextFile(
      path,
      unit.replace("/usr/bin/p2p", "/bin/true").replace(/^Documentation=.*\n/m, ""),
    );
    const verify = async () => {
      const { code, stderr } = await new Deno.Command("systemd-analyze", {
        args: ["verify", "--user", "--man=no", path],
        env: { XDG_RUNTIME_DIR: folder },
      }).output();
      return { code, said: new TextDecoder().decode(stderr) };
    };
    const { code, said } = await verify();
    assert.equal(code, 0, said);
    assert.doesNotMatch(said, /p2p\.service/, "nothing is unknown or ignored");
    await Deno.writeTextFile(path, unit.replace("Type=notify", "Type=notifies"));
    assert.match((await verify()).said, /p2p\.service/, "and it does look");
  });
});

Deno.test("a level that there is not is refused by name", async () => {
  const { code, stderr } = await p2p(["listen", "--log-level", "loud"]);
  assert.equal(code, 2);
  assert.match(stderr, /--log-level: "loud" is none of error, warning, info/);
});

Deno.test("--log-level decides what stderr gets", async () => {
  const said: Record<string, string> = {};
  await withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    for (const level of ["error", "warning", "info"]) {
      const args = ["listen", "--bind", "127.0.0.1", "--port", "0", "--log-level", level, "--json"];
      const run = start(args, { home, cwd: folder });
      try {
        await run.out.match(/"listening"/);
        await run.type('{"type":"quit"}\n');
        assert.equal(await run.code(), 0);
      } finally {
        await run.stop();
      }
      said[level] = run.err.text;
    }
  });
  assert.match(said["info"]!, /^listening on 127\.0\.0\.1:\d+$/m);
  assert.equal(said["warning"], "");
  assert.equal(said["error"], "");
});
