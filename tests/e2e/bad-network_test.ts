/** Two real processes over a bad network: the laboratory's proxy between their sockets (threats 8, 11 and 14). */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Conditions } from "../lab/link.ts";
import { DatagramProxy } from "../lab/proxy.ts";
import { type SeededRandom, withSeed } from "../lab/random.ts";
import { makeHome, withFolder } from "../support/executable.ts";
import { listener, type Run, start } from "./support.ts";
import { until } from "../support/until.ts";

interface Scene {
  readonly proxy: DatagramProxy;
  readonly random: SeededRandom;
  /** What is being sent. */
  readonly data: Uint8Array;
  readonly sender: Run;
}

/** Sends a file of `bytes` through a proxy while `meanwhile` happens; the same bytes must arrive. */
async function transfer(
  conditions: Conditions,
  bytes: number,
  meanwhile: (scene: Scene) => Promise<void> = async () => {},
): Promise<void> {
  await withSeed((random) =>
    withFolder(async (folder) => {
      const data = random.bytes(bytes);
      await Deno.writeFile(join(folder, "data"), data);
      const { home: receiving } = await makeHome(folder, "receiving");
      const { home: sending } = await makeHome(folder, "sending");
      const into = join(folder, "into");
      await Deno.mkdir(into);
      const listening = await listener(
        ["--accept", "all", "--save-dir", into, "--once"],
        { home: receiving },
      );
      const proxy = new DatagramProxy({
        target: { hostname: "127.0.0.1", port: listening.port },
        there: conditions,
        back: conditions,
        seed: random.u32(),
        record: true,
      });
      const sender = start(
        ["send-file", `127.0.0.1:${proxy.port}`, join(folder, "data")],
        { home: sending },
      );
      try {
        await meanwhile({ proxy, random, data, sender });
        assert.equal(await sender.code(), 0, sender.err.text);
        assert.equal(await listening.code(), 0, listening.err.text);
        assert.deepEqual(await Deno.readFile(join(into, "data")), data);
      } finally {
        await sender.stop();
        await listening.stop();
        await proxy.close();
      }
    })
  );
}

Deno.test("a file arrives over 10 % loss, 5 % reordering, 2 % duplicates and 1 % bit flips", async () => {
  const conditions = { delay: 20, drop: 0.1, reorder: 0.05, duplicate: 0.02, bitFlip: 0.01 };
  await transfer(conditions, 2_000_000, async ({ proxy, sender }) => {
    assert.equal(await sender.code(), 0, sender.err.text);
    assert.ok(proxy.counts().lost > 5);
  });
});

Deno.test("a file arrives although the network goes dark in the middle and the ports change", async () => {
  await transfer({ delay: 5, rate: 1500 }, 5_000_000, async ({ proxy, sender }) => {
    await passed(proxy, 1_500_000);
    proxy.setConditions({ drop: 1 });
    await sender.err.match(/is not answering/);
    proxy.rebind();
    proxy.setConditions({ delay: 5, rate: 3000 });
  });
});

Deno.test("nothing of a conversation can be played back to a listener", async () => {
  const recorded: DatagramProxy["recording"] = [];
  await transfer({}, 20_000, async ({ proxy, sender }) => {
    assert.equal(await sender.code(), 0, sender.err.text);
    recorded.push(...proxy.recording);
  });
  assert.ok(recorded.length > 4);
  await withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    const listening = await listener(["--accept", "all", "--save-dir", folder], { home });
    const proxy = new DatagramProxy({
      target: { hostname: "127.0.0.1", port: listening.port },
      seed: 1,
      record: true,
    });
    try {
      const to = { hostname: "127.0.0.1", port: proxy.port };
      await DatagramProxy.replay(recorded, "there", to);
      // A chat that gets through afterwards shows that all of it has been looked at.
      const chat = start(["chat", `127.0.0.1:${listening.port}`, "-m", "still here"], {
        home: (await makeHome(folder, "other")).home,
      });
      assert.equal(await chat.code(), 0, chat.err.text);
      await listening.out.match(/still here/);
      // The first message of XX holds a fresh key and nothing else, so anyone's is answered; what follows is not.
      const answers = proxy.recording.filter(({ direction }) => direction === "back");
      assert.ok(answers.length <= 1, `${answers.length} answers`);
      assert.equal([...listening.err.text.matchAll(/connected to/g)].length, 1);
      const files = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile);
      assert.deepEqual(files, []);
    } finally {
      await listening.stop();
      await proxy.close();
    }
  });
});

/** Waits until `bytes` have come to the proxy. */
async function passed(proxy: DatagramProxy, bytes: number): Promise<void> {
  await until(() =>
    proxy.recording.reduce((total, { datagram }) => total + datagram.length, 0) >= bytes
  );
}
