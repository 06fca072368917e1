/** A real listener among many: a hundred callers at once, a flood of handshakes, garbage (threats 8 and 9). */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { Node } from "../../lib/net/node.ts";
import { type SeededRandom, withSeed } from "../lab/random.ts";
import { node } from "../net/support.ts";
import { garbage, initiations } from "../peer/flood.ts";
import { makeHome, withFolder } from "../support/executable.ts";
import { type Listener, listener, start, stopping } from "./support.ts";
import { until } from "../support/until.ts";

const PEERS = 100;
const FALSE_SOURCES = 1000;
const GARBAGE = 100_000;
/** Datagrams that are sent before the listener gets a turn: its socket holds about this many. */
const BATCH = 64;
const MEBIBYTE = 2 ** 20;
/** Strangers who come and stay, so many of them at a time. */
const STRANGERS = 1000;
const AT_ONCE = 25;

type Socket = Deno.DatagramConn;

function socket(): Socket {
  return Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
}

const to = ({ port }: Listener) => ({ transport: "udp" as const, hostname: "127.0.0.1", port });

/** Counts what comes back at `sockets` until they are closed; `first` resolves when something does. */
function answersAt(sockets: readonly Socket[]): { bytes: number; first: Promise<void> } {
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const answers = { bytes: 0, first };
  for (const each of sockets) {
    void (async () => {
      for await (const [datagram] of each) {
        answers.bytes += datagram.length;
        resolve();
      }
    })();
  }
  return answers;
}

/** Bytes of memory of a process. */
async function residentBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]);
}

Deno.test("a hundred peers who call at once all get through", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const hub = keep(await listener([], { home: join(folder, "hub"), cwd: folder }));
      const nodes: Node[] = Array.from(
        { length: PEERS },
        () => node({ config: { accept: false } }),
      );
      try {
        await Promise.all(nodes.map(async (each, i) => {
          const conversation = await each.connect(to(hub));
          await conversation.sendMessage(`this is ${i}.`).delivered;
        }));
        for (let i = 0; i < PEERS; i++) await hub.out.match(new RegExp(`: this is ${i}\\.$`, "m"));
      } finally {
        await Promise.all(nodes.map((each) => each.close()));
      }
    })
  ));

/** Sends initiations from all of `sources` in turn until `stop` settles; `spate` hears when each has sent. */
async function flood(
  hub: Listener,
  sources: readonly Socket[],
  stop: Promise<void>,
  spate: () => void,
): Promise<number> {
  const datagrams = initiations(FALSE_SOURCES);
  let over = false;
  void stop.then(() => over = true);
  let sent = 0;
  while (!over) {
    for (let i = 0; i < BATCH / 2; i++, sent++) {
      await sources[sent % sources.length]!.send(datagrams[sent % FALSE_SOURCES]!, to(hub));
    }
    if (sent >= sources.length) spate();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return sent;
}

Deno.test("during a flood of handshakes from 1,000 sources an honest peer connects within 3 s", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const hub = keep(await listener([], { home: join(folder, "hub"), cwd: folder }));
      const sources = Array.from({ length: FALSE_SOURCES }, socket);
      const answers = answersAt(sources);
      const stop = Promise.withResolvers<void>();
      const spate = Promise.withResolvers<void>();
      const flooding = flood(hub, sources, stop.promise, spate.resolve);
      const honest = node({ config: { accept: false } });
      try {
        await Promise.all([spate.promise, answers.first]);
        assert.ok(answers.bytes > 0, "the flood has begun");
        const began = performance.now();
        const conversation = await honest.connect(to(hub));
        const took = performance.now() - began;
        assert.ok(took < 3000, `connected after ${took} ms`);
        await conversation.sendMessage("I am honest").delivered;
        stop.resolve();
        const sent = await flooding;
        assert.ok(sent > FALSE_SOURCES, `${sent} initiations`);
        assert.ok(answers.bytes < 1200 * sent, "answers are smaller than what they answer");
      } finally {
        stop.resolve();
        await flooding;
        await honest.close();
        for (const each of sources) each.close();
      }
    })
  ));

/** Sends `count` pieces of garbage. */
async function throwGarbage(
  hub: Listener,
  source: Socket,
  random: SeededRandom,
  count: number,
): Promise<void> {
  const originals = initiations(1);
  for (let sent = 0; sent < count; sent += BATCH) {
    const batch = Array.from({ length: BATCH }, () => garbage(random, originals));
    await Promise.all(batch.map((datagram) => source.send(datagram, to(hub))));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

Deno.test("100,000 pieces of garbage: not a byte back, no memory, and a transfer goes on meanwhile", () =>
  withSeed((random) =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const into = join(folder, "into");
        await Deno.mkdir(into);
        const data = random.bytes(16 * MEBIBYTE);
        await Deno.writeFile(join(folder, "data"), data);
        const { home } = await makeHome(folder, "honest");
        const hub = keep(
          await listener(["--accept", "all", "--save-dir", into], { home: join(folder, "hub") }),
        );
        const stranger = socket();
        const answers = answersAt([stranger]);
        try {
          await throwGarbage(hub, stranger, random, GARBAGE / 10);
          const sender = keep(start(["send-file", hub.peer, join(folder, "data")], { home }));
          await throwGarbage(hub, stranger, random, GARBAGE / 10);
          assert.equal(await sender.code(), 0, sender.err.text);
          assert.ok(Buffer.compare(await Deno.readFile(join(into, "data")), data) === 0);
          const before = await residentBytes(hub.pid);
          await throwGarbage(hub, stranger, random, GARBAGE * 8 / 10);
          const grown = await residentBytes(hub.pid) - before;
          assert.ok(grown < 32 * MEBIBYTE, `${grown} bytes more`);
          // Whoever is let in now shows that all of it has been looked at.
          const last = keep(start(["chat", hub.peer, "-m", "still there?"], { home }));
          assert.equal(await last.code(), 0, last.err.text);
          assert.equal(answers.bytes, 0);
        } finally {
          stranger.close();
        }
      })
    )
  ));

/** A line of /proc/PID/status in bytes. */
async function memoryOf(pid: number, line: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return 1024 * Number(new RegExp(`^${line}:\\s+(\\d+) kB$`, "m").exec(status)![1]);
}

Deno.test("a thousand strangers who stay cost a listener at most a quarter of a gibibyte, which it gives back", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const hub = keep(await listener([], { home: join(folder, "hub"), cwd: folder }));
      const warm = node({ config: { accept: false } });
      await warm.connect(to(hub));
      await warm.close();
      const before = await memoryOf(hub.pid, "VmRSS");
      let nodes: Node[] = [];
      let served = 0;
      for (let i = 0; i < STRANGERS; i += AT_ONCE) {
        const more = Array.from({ length: AT_ONCE }, (_, k) =>
          node({
            // Sources of their own, so that the rate for all is the only one that counts.
            hostname: `127.0.${1 + Math.floor(i / AT_ONCE) % 200}.${1 + k}`,
            config: { accept: false },
          }));
        nodes.push(...more);
        await Promise.all(more.map(async (each) => {
          await each.connect(to(hub));
          served++;
        }));
      }
      const peak = await memoryOf(hub.pid, "VmHWM");
      await Promise.all(nodes.map((each) => each.close()));
      nodes = [];
      const friend = node({ config: { accept: false } });
      const conversation = await friend.connect(to(hub));
      await conversation.sendMessage("still there?").delivered;
      await friend.close();
      const mebibytes = (bytes: number) => Math.round(bytes / MEBIBYTE);
      let figures = `before ${mebibytes(before)}, peak ${mebibytes(peak)} MiB`;
      assert.equal(served, STRANGERS);
      assert.ok(peak < 250 * MEBIBYTE, figures);
      const after = await until(async () => {
        const now = await memoryOf(hub.pid, "VmRSS");
        return now < before + 32 * MEBIBYTE && now;
      }, `${figures}: that memory is given back`);
      figures += `, after ${mebibytes(after)} MiB`;
      if (Deno.env.get("P2P_TEST_FIGURES")) console.log(figures);
    })
  ));
