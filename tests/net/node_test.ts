/** The loop around an endpoint: whatever goes wrong while somebody is admitted or served refuses that one, and is told. */
import assert from "node:assert/strict";
import { AuthenticationError, FailureError, type P2PError } from "../../lib/errors.ts";
import { CloseCode } from "../../lib/net/close.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { UdpSocket } from "../../lib/net/socket.ts";
import { deadAddress, inbox, node } from "./support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

/** Connects a fresh node to `address` and says how it was let go of. */
async function refusedAt(address: { hostname: string; port: number }): Promise<number> {
  const caller = node({ config: { accept: false } });
  try {
    const conversation = await caller.connect(address);
    return (await conversation.closed).code;
  } finally {
    await caller.close();
  }
}

const SYSTEM_ERRORS: readonly [string, () => Error][] = [
  [
    "EMFILE",
    () => Object.assign(new Error("Too many open files (os error 24)"), { code: "EMFILE" }),
  ],
  ["ENOSPC", () => Object.assign(new Error("No space left (os error 28)"), { code: "ENOSPC" })],
  ["a bug", () => new TypeError("undefined is not a function")],
];

for (const [name, error] of SYSTEM_ERRORS) {
  for (const where of ["admit", "incoming"] as const) {
    Deno.test(`${name} in ${where}: that peer is refused, the owner is told, the next one is served`, async () => {
      const told: P2PError[] = [];
      let armed = true;
      const served = Promise.withResolvers<string>();
      const fail = () => {
        if (armed) throw error();
      };
      const hub = node({
        failed: (error) => void told.push(error),
        admit: async () => {
          if (where === "admit") fail();
          return await Promise.resolve();
        },
        incoming: (conversation: Conversation) => {
          if (where === "incoming") fail();
          void inbox(conversation).next().then(({ text }) => served.resolve(text));
        },
      });
      const caller = node({ config: { accept: false } });
      try {
        assert.equal(await refusedAt(hub.address), CloseCode.failed);
        assert.equal(told.length, 1);
        assert.equal(told[0]!.kind, "internal");
        assert.equal((told[0]!.params["doing"] as { code: string }).code, "net.doing.admit");
        armed = false;
        const conversation = await caller.connect(hub.address);
        await conversation.sendMessage("hello").delivered;
        assert.equal(await served.promise, "hello");
      } finally {
        await caller.close();
        await hub.close();
      }
    });
  }
}

Deno.test("a refusal is no failure; one that state makes impossible to judge is", async () => {
  const told: string[] = [];
  let error: P2PError = new AuthenticationError("session.not-authentic", {});
  const hub = node({
    failed: ({ code }) => void told.push(code),
    admit: () => Promise.reject(error),
  });
  try {
    assert.equal(await refusedAt(hub.address), CloseCode.untrusted);
    assert.deepEqual(told, []);
    error = new FailureError("session.truncated", {});
    assert.equal(await refusedAt(hub.address), CloseCode.failed);
    assert.deepEqual(told, ["session.truncated"]);
  } finally {
    await hub.close();
  }
});

Deno.test("what nobody takes is not lost: closing the node says it", async () => {
  const hub = node({
    admit: () => Promise.reject(new TypeError("a bug")),
  });
  await refusedAt(hub.address);
  await assert.rejects(hub.close(), ({ code }: P2PError) => code === "internal");
});

Deno.test("no route is said at once, with the reason", async () => {
  const caller = node({ hostname: "127.0.0.1", config: { accept: false } });
  const started = performance.now();
  try {
    // From 127.0.0.1 nothing leaves this machine.
    await assert.rejects(
      caller.connect({ hostname: "192.0.2.1", port: 9 }),
      (error: P2PError) => {
        assert.equal(error.code, "net.connect");
        assert.match((error.params["reason"] as { code: string }).code, /^system\./);
        return error.kind === "unreachable";
      },
    );
    assert.ok(performance.now() - started < 1000, `${performance.now() - started} ms`);
  } finally {
    await caller.close();
  }
});

testUnless(notLinux, "a port where nothing listens is said at once", async () => {
  const hub = node();
  const caller = node({ config: { accept: false } });
  try {
    const started = performance.now();
    await assert.rejects(
      caller.connect(deadAddress()),
      (error: P2PError) =>
        (error.params["reason"] as { code: string }).code === "net.connect.refused",
    );
    const took = performance.now() - started;
    assert.ok(took < 1000, `${took} ms`);
    // The report about another address disturbs nobody.
    const conversation = await caller.connect(hub.address);
    assert.equal(conversation.closeInfo, undefined);
  } finally {
    await caller.close();
    await hub.close();
  }
});

Deno.test("what the network says late of an earlier datagram does not end a call to the same address", async () => {
  const socket = UdpSocket.bind("127.0.0.1", 0);
  const [hub, caller] = [node(), node({ config: { accept: false }, socket })];
  const send = socket.sendAll.bind(socket);
  const starts: Uint8Array[] = [];
  socket.sendAll = async (slots) => {
    // A packet of a conversation that is over, and what another call began with.
    const [first] = slots;
    if (first === undefined) return;
    const start = first.buffer.slice(0, 8);
    starts.push(start);
    for (const late of [start.map((byte) => byte ^ 0x40), start.with(7, start[7]! ^ 1)]) {
      socket.refused(hub.address, late);
    }
    socket.refused(hub.address, new Uint8Array(0));
    // The first is lost: nothing but these reports is heard for a while.
    if (starts.length > 1) await send(slots);
  };
  try {
    const conversation = await caller.connect(hub.address);
    assert.equal(conversation.closeInfo, undefined);
    assert.notEqual(starts.length, 0);
  } finally {
    await caller.close();
    await hub.close();
  }
});

testUnless(notLinux, "the network says which datagram was refused", async () => {
  const socket = UdpSocket.bind("127.0.0.1", 0);
  const to = deadAddress();
  const told: Array<[port: number, start: number[]]> = [];
  socket.refused = (to, start) => told.push([to.port, [...start]]);
  try {
    for (const first of [1, 2]) {
      const buffer = Uint8Array.from({ length: 64 }, (_, i) => first * 16 + i);
      await socket.sendAll([{ buffer, length: 64, to }]);
    }
    assert.deepEqual(told[0], [to.port, [16, 17, 18, 19, 20, 21, 22, 23]]);
  } finally {
    socket.close();
  }
});
