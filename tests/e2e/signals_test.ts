/** Signals end p2p in order: the peer is told goodbye, nothing half made stays, the exit code says which it was. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { EXECUTABLE, makeHome, p2pCommand, withFolder } from "../support/executable.ts";
import { until as looked } from "../support/until.ts";

/** Reads lines of stderr until one matches. */
async function until(stream: ReadableStream<Uint8Array>, wanted: RegExp): Promise<RegExpExecArray> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    text += value ?? "";
    const match = wanted.exec(text);
    if (match !== null) return match;
    if (done) throw new Error(`${wanted} was not said: ${text}`);
  }
}

const ENDS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

for (const [signal, code] of Object.entries(ENDS) as Array<[keyof typeof ENDS, number]>) {
  Deno.test(`${signal} says goodbye to the peer and ends with ${code}`, async () => {
    await withFolder(async (folder) => {
      const [here, there] = [await makeHome(folder, "a"), await makeHome(folder, "b")];
      const listen = p2pCommand(["listen", "--port", "0", "--bind", "127.0.0.1", "--json"], {
        home: here.home,
        cwd: folder,
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const [, port] = await until(listen.stdout, /"port":(\d+)/);
      const chat = p2pCommand(["chat", `127.0.0.1:${port}`, "--json", "--port", "0"], {
        home: there.home,
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const [events, ends] = chat.stdout.tee();
      await until(events, /"connected"/);
      listen.kill(signal);
      assert.equal((await listen.status).code, code);
      const before = performance.now();
      await until(ends, /"disconnected"/);
      assert.ok(performance.now() - before < 5000, "the peer knows at once");
      await chat.stdin.close();
      await chat.status;
    });
  });
}

Deno.test("SIGHUP gives up an output file, and is ignored where it was ignored before", async () => {
  await withFolder(async (folder) => {
    const { home, key } = await makeHome(folder, "home");
    const enc = p2pCommand(["enc", "-r", key, "-o", join(folder, "out")], {
      home,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const writer = enc.stdin.getWriter();
    await writer.write(new Uint8Array(1 << 20));
    await looked(() => [...Deno.readDirSync(folder)].length >= 2);
    enc.kill("SIGHUP");
    assert.equal((await enc.status).code, 129);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["home"]);
    await writer.abort().catch(() => undefined);

    const nohup = new Deno.Command("sh", {
      args: [
        "-c",
        `trap '' HUP; exec "$@"`,
        "sh",
        EXECUTABLE,
        "enc",
        "-r",
        key,
        "-o",
        join(folder, "out"),
      ],
      env: { P2P_HOME: home },
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const input = nohup.stdin.getWriter();
    await input.write(new Uint8Array(1 << 20));
    await looked(() => [...Deno.readDirSync(folder)].length >= 2);
    nohup.kill("SIGHUP");
    // A pipe holds far less: it goes on reading.
    await input.write(new Uint8Array(1 << 24));
    await input.close();
    assert.equal((await nohup.status).code, 0);
    await Deno.stat(join(folder, "out"));
  });
});
