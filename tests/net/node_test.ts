/** The loop around an endpoint: whatever goes wrong while somebody is admitted or served refuses that one, and is told. */
import assert from "node:assert/strict";
import { AuthenticationError, FailureError, type P2PError } from "../../lib/errors.ts";
import { CloseCode } from "../../lib/net/close.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { deadAddress, inbox, node } from "./support.ts";

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

Deno.test("a port where nothing listens is said at once, where the system passes that on", async () => {
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
    assert.ok(Deno.build.os !== "linux" || took < 1000, `${took} ms`);
    // The report about another address disturbs nobody.
    const conversation = await caller.connect(hub.address);
    assert.equal(conversation.closeInfo, undefined);
  } finally {
    await caller.close();
    await hub.close();
  }
});
