/** What nobody foresaw ends one connection, or one handshake, and is told; all others go on. */
import assert from "node:assert/strict";
import { type Aead, Sm4Gcm } from "../../lib/crypto/gcm.ts";
import type { TicketStore } from "../../lib/session/ticket.ts";
import { Network, seededRandom, transfer } from "./network.ts";
import { ticketStore } from "./tickets.ts";

/** SM4-GCM that breaks when `broken()` holds. */
function breaking(key: Uint8Array, broken: (what: "seal" | "open") => boolean): Aead {
  const inner = new Sm4Gcm(key);
  const check = (what: "seal" | "open") => {
    if (broken(what)) throw new TypeError("a bug");
  };
  return {
    seal: (nonce, plaintext, aad) => inner.seal(nonce, plaintext, aad),
    open: (nonce, sealed, aad) => inner.open(nonce, sealed, aad),
    wipe: () => inner.wipe(),
    sealInto(nonce, aad, plaintext, out) {
      check("seal");
      return inner.sealInto(nonce, aad, plaintext, out);
    },
    openInto(nonce, aad, sealed, out) {
      check("open");
      return inner.openInto(nonce, aad, sealed, out);
    },
  };
}

for (const what of ["seal", "open"] as const) {
  for (const together of [0, 8]) {
    Deno.test(`a bug while packets are ${what}ed${together ? " together" : ""} ends that connection alone`, () => {
      const network = new Network(`bug ${what}`);
      network.bearsErrors = true;
      network.together = together;
      let made = 0;
      let armed = false;
      const makeAead = (key: Uint8Array): Aead => {
        const mine = made++ < 2; // the keys of the first connection
        return breaking(key, (doing) => armed && mine && doing === what);
      };
      const hub = network.host("hub", { hostname: "10.0.0.1", port: 1 }, { config: { makeAead } });
      const [first, second] = [2, 3].map((i) =>
        network.host(`${i}`, { hostname: `10.0.0.${i}`, port: 1 })
      );
      const broken = first!.endpoint.connect(hub.address, network.now);
      assert.ok(network.run(5000, () => hub.of("connected").length === 1));
      network.run(100);
      second!.endpoint.connect(hub.address, network.now);
      assert.ok(network.run(5000, () => hub.of("connected").length === 2));
      armed = true;
      broken.write(broken.openStream(), new Uint8Array(5000));
      network.run(2000);
      const told = hub.of("internal-error");
      assert.equal(told.length, 1);
      assert.equal(told[0]!.connection, hub.of("connected")[0]!.connection);
      assert.ok(told[0]!.error instanceof TypeError);
      assert.deepEqual(hub.of("closed").map(({ by }) => by), ["error"]);
      const data = seededRandom("data")(20_000);
      assert.deepEqual(transfer(network, second!, hub, data), data);
    });
  }
}

Deno.test("state that cannot be read or written is told, and peers get in all the same", () => {
  const broken = (): never => {
    throw new Deno.errors.PermissionDenied("the disk is gone");
  };
  const tickets: TicketStore = { latest: broken, save: broken, remove: broken };
  const timestamps = { last: broken, record: broken };
  const network = new Network("no state");
  network.bearsErrors = true;
  const hub = network.host("hub", { hostname: "10.0.0.1", port: 1 }, { tickets, timestamps });
  const ours = ticketStore();
  const caller = network.host("caller", { hostname: "10.0.0.2", port: 1 }, { tickets: ours });
  for (let i = 1; i < 4; i++) {
    const known = { remoteKey: hub.identity.publicKey };
    const connection = caller.endpoint.connect(hub.address, network.now, known);
    assert.ok(network.run(1000, () => hub.of("connected").length === i));
    connection.close(0, "");
    network.run(5000);
  }
  assert.ok(hub.of("internal-error").every(({ doing }) => doing === "remember"));
  assert.ok(hub.of("internal-error").length > 0);
  // And the other way round: a caller without state reaches whom it knows.
  const out = hub.endpoint.connect(caller.address, network.now, {
    remoteKey: caller.identity.publicKey,
  });
  assert.ok(network.run(1000, () => out.state === "established"));
});

Deno.test("a bug in a handshake ends that handshake, not the endpoint", () => {
  const network = new Network("handshake bug");
  network.bearsErrors = true;
  let armed = true;
  const random = seededRandom("x");
  const hub = network.host("hub", { hostname: "10.0.0.1", port: 1 }, {
    random: (length) => {
      // The index of the response is drawn, then its ephemeral key.
      if (armed && length > 4) throw new TypeError("a bug");
      return random(length);
    },
    identity: network.host("key", { hostname: "10.9.9.9", port: 1 }).identity,
  });
  const caller = network.host("caller", { hostname: "10.0.0.2", port: 1 });
  caller.endpoint.connect(hub.address, network.now);
  network.run(300);
  assert.deepEqual(hub.of("internal-error").map(({ doing }) => doing), ["handshake"]);
  armed = false;
  assert.ok(network.run(5000, () => hub.of("connected").length === 1));
});
