/** The UDP socket: what is sent arrives, whole and in order, whether the system carries many a call or the runtime one. */
import assert from "node:assert/strict";
import { FailureError } from "../../lib/errors.ts";
import { datagramCalls } from "../../lib/system/datagrams.ts";
import { isNetworkReport, UdpSocket } from "../../lib/net/socket.ts";
import type { Address } from "../../lib/net/address.ts";
import { withSeed } from "../lab/random.ts";
import { notLinux, testUnless } from "../support/requires.ts";

/** The code of the latest reason why the system refused to send. */
function problem(socket: UdpSocket): string | undefined {
  return socket.sendProblem?.code;
}

const WAYS = ["several a call", "one a call"] as const;
const PATIENCE_MS = 10_000;

interface Heard {
  readonly bytes: string;
  readonly from: Address;
}

/** What a socket hears, and a promise for the moment when it has heard `count`. */
function listen(socket: UdpSocket) {
  const heard: Heard[] = [];
  let wanted = Infinity;
  let enough = Promise.withResolvers<void>();
  const done = socket.receiveAll((arrivals) => {
    for (const { datagram, from } of arrivals) heard.push({ bytes: datagram.toHex(), from });
    if (heard.length >= wanted) enough.resolve();
  }, (error) => enough.reject(error));
  const until = async (count: number) => {
    wanted = count;
    enough = Promise.withResolvers();
    if (heard.length >= count) return;
    const late = () => enough.reject(new Error(`heard ${heard.length} of ${count}`));
    const timer = setTimeout(late, PATIENCE_MS);
    try {
      await enough.promise;
    } finally {
      clearTimeout(timer);
    }
  };
  return { heard, done, until };
}

function bind(way: string, hostname: string | undefined): UdpSocket {
  return UdpSocket.bind(hostname, 0, way === "several a call");
}

const out = (bytes: Uint8Array, to: Address) => ({ buffer: bytes, length: bytes.length, to });

for (const way of WAYS) {
  Deno.test(`datagrams of all sizes arrive in order, ${way}`, async () => {
    await withSeed(async (random) => {
      const [a, b, c] = [bind(way, "127.0.0.1"), bind(way, "127.0.0.1"), bind(way, undefined)];
      const [atB, atC] = [listen(b), listen(c)];
      const toC = { hostname: "127.0.0.1", port: c.address.port };
      const sent: Record<"b" | "c", string[]> = { b: [], c: [] };
      try {
        for (let round = 0; round < 40; round++) {
          const size = [1, 16, 1200, 1452, 9000][random.below(5)]!;
          const slots = Array.from({ length: 1 + random.below(8) }, () => {
            const bytes = random.bytes(random.below(4) === 0 ? 1 + random.below(size) : size);
            const who = random.below(3) === 0 ? "c" : "b";
            sent[who].push(bytes.toHex());
            return out(bytes, who === "b" ? b.address : toC);
          });
          await a.sendAll(slots);
          await Promise.all([atB.until(sent.b.length), atC.until(sent.c.length)]);
        }
        assert.deepEqual(atB.heard.map(({ bytes }) => bytes), sent.b);
        assert.deepEqual(atC.heard.map(({ bytes }) => bytes), sent.c);
        for (const { from } of [...atB.heard, ...atC.heard]) assert.deepEqual(from, a.address);
      } finally {
        for (const socket of [a, b, c]) socket.close();
        await Promise.all([atB.done, atC.done]);
      }
    });
  });

  Deno.test(`empty datagrams and the largest pass, a larger one does not, ${way}`, async () => {
    const [a, b] = [bind(way, "127.0.0.1"), bind(way, "127.0.0.1")];
    const atB = listen(b);
    try {
      const large = new Uint8Array(65_507).fill(7);
      const empty = new Uint8Array(0);
      await a.sendAll([empty, empty, large].map((bytes) => out(bytes, b.address)));
      await atB.until(3);
      assert.deepEqual(atB.heard.map(({ bytes }) => bytes.length / 2), [0, 0, 65_507]);
      assert.equal(problem(a), undefined);
      await a.sendAll([out(new Uint8Array(65_508), b.address)]);
      assert.equal(problem(a), "system.message-size");
      await a.sendAll([out(Uint8Array.of(1), b.address)]);
      await atB.until(4);
      assert.equal(problem(a), undefined);
    } finally {
      a.close();
      b.close();
      await atB.done;
    }
  });

  Deno.test(`IPv6 and IPv4 meet on one socket, ${way}`, async () => {
    const c = bind(way, undefined);
    const atC = listen(c);
    const four = bind(way, "127.0.0.1");
    const six = c.dual ? bind(way, "::1") : undefined;
    const atFour = listen(four);
    try {
      const { port } = c.address;
      await four.sendAll([out(Uint8Array.of(4), { hostname: "127.0.0.1", port })]);
      await atC.until(1);
      await six?.sendAll([out(Uint8Array.of(6), { hostname: "::1", port })]);
      await atC.until(six === undefined ? 1 : 2);
      const expected = [{ bytes: "04", from: four.address }];
      if (six !== undefined) expected.push({ bytes: "06", from: six.address });
      assert.deepEqual(atC.heard, expected);
      await c.sendAll([out(Uint8Array.of(5), four.address)]);
      await atFour.until(1);
      assert.deepEqual(atFour.heard, [{ bytes: "05", from: { hostname: "127.0.0.1", port } }]);
    } finally {
      for (const socket of [c, four, six]) socket?.close();
      await Promise.all([atC.done, atFour.done]);
    }
  });
}

testUnless(notLinux, "Linux with the GNU library carries several datagrams a call", () => {
  assert.notEqual(
    datagramCalls(),
    undefined,
    "no C library was found: add its path to lib/system/libc.ts",
  );
});

Deno.test("a port that is taken says so", () => {
  const socket = UdpSocket.bind("127.0.0.1", 0);
  try {
    assert.throws(
      () => UdpSocket.bind("127.0.0.1", socket.address.port),
      (error) => error instanceof FailureError && /net\.bind\.other-program/.test(error.message),
    );
  } finally {
    socket.close();
  }
});

Deno.test("what the network says of an earlier datagram is no fault of the socket", () => {
  for (const code of ["EHOSTUNREACH", "ENETUNREACH", "EACCES", "EPROTO", "EMSGSIZE"]) {
    assert.ok(isNetworkReport(Object.assign(new Error("os error"), { code })), code);
  }
  for (const code of ["EBADF", "ENOMEM", "EINVAL"]) {
    assert.ok(!isNetworkReport(Object.assign(new Error("os error"), { code })), code);
  }
});
