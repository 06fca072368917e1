/** Paths that carry less than the protocol's smallest datagram (IPv4 allows 576 bytes): it goes in fragments there. */
import assert from "node:assert/strict";
import { testWithPrograms } from "../support/requires.ts";

const PROBE = new URL("small_mtu_probe.ts", import.meta.url).pathname;

for (const mtu of [576, 900, 1227]) {
  testWithPrograms(`a path of MTU ${mtu}: peers connect at once, and what they send arrives`, [
    "unshare",
    "ip",
  ], async () => {
    const { stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        "-rn",
        Deno.execPath(),
        "run",
        "-A",
        "--no-check",
        "--unstable-net",
        PROBE,
        String(mtu),
      ],
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder();
    assert.notEqual(stdout.length, 0, text.decode(stderr));
    const { connectedMs, received } = JSON.parse(text.decode(stdout));
    assert.equal(received, 100_000);
    assert.ok(connectedMs < 2000, `${connectedMs} ms`);
  });
}
