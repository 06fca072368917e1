/** `send-file` outlives its connection: when the network was away it calls again by itself and goes on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatagramProxy } from "../lab/proxy.ts";
import { makeHome, withFolder } from "../support/executable.ts";
import { pattern } from "../transfer/support.ts";
import { listener, start, stopping } from "./support.ts";

const BYTES = 30_000_000;

Deno.test("a network that is away longer than a connection lives: send-file calls again and resumes", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const target = join(folder, "in");
      const bob = keep(
        await listener(["--accept", "all", "--save-dir", target], { home: join(folder, "b") }),
      );
      const proxy = new DatagramProxy({
        target: { hostname: "127.0.0.1", port: bob.port },
        seed: 1,
        there: { rate: 4000 },
      });
      try {
        await Deno.writeTextFile(join(folder, "small.txt"), "first");
        await Deno.writeFile(join(folder, "big"), pattern(BYTES));
        const { home } = await makeHome(folder, "a");
        const peer = `127.0.0.1:${proxy.port}`;
        const paths = ["small.txt", "big"].map((name) => join(folder, name));
        const alice = keep(start(["send-file", peer, ...paths, "--json"], { home }));
        await alice.out.match(/"bytes":[3-9]\d{6},/);
        proxy.setConditions({ drop: 1 }, { drop: 1 });
        await alice.err.match(/was lost: calling again for up to 10:00/);
        proxy.setConditions({}, {});
        assert.equal(await alice.code(), 0, alice.err.text);
        assert.deepEqual(await Deno.readFile(join(target, "big")), pattern(BYTES));
        const names = [...Deno.readDirSync(target)].map(({ name }) => name).sort();
        assert.deepEqual(names, ["big", "small.txt"]);
      } finally {
        await proxy.close();
      }
    })
  ));
