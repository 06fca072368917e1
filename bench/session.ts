/** Handshakes, sealed packets and a whole transfer between two endpoints in memory: what the session layer costs. */
import { Sm4Gcm } from "../lib/crypto/gcm.ts";
import { generateKeyPair } from "../lib/crypto/sm2.ts";
import { randomBytes } from "../lib/crypto/random.ts";
import { Endpoint, slot } from "../lib/peer/endpoint.ts";
import { Link } from "../lib/peer/link.ts";
import { DEFAULT_CONFIG } from "../lib/peer/config.ts";
import { decodeSealedHeader, sealedHeader } from "../lib/wire/packet-sealed.ts";
import { type Bench, costRow, inTurn, rateRow, type Row } from "./harness.ts";
import { ticketStore } from "./tickets.ts";

/** Microseconds for each of `rounds` calls. */
function microseconds(rounds: number, call: (round: number) => void): number {
  const start = performance.now();
  for (let i = 0; i < rounds; i++) call(i);
  return 1000 * (performance.now() - start) / rounds;
}

/** Sealing and opening packets of one size, against the cipher alone. */
async function sealing(payload: number, quick: boolean): Promise<Row[]> {
  const [one, other] = [randomBytes(32), randomBytes(32)];
  const a = new Link({ sendSecret: one, receiveSecret: other }, 1, DEFAULT_CONFIG, 0);
  const b = new Link({ sendSecret: other, receiveSecret: one }, 2, DEFAULT_CONFIG, 0);
  const gcm = new Sm4Gcm(randomBytes(16));
  const rounds = Math.ceil((quick ? 2e7 : 1e8) / (payload + 2000));
  const out = new Uint8Array(payload + 24);
  const plain = new Uint8Array(payload + 24);
  const [aad, text, into] = [out.subarray(0, 8), out.subarray(8, -16), out.subarray(8)];
  const nonce = new Uint8Array(12);
  const header = sealedHeader();
  let number = 0;
  const [both, alone] = await inTurn(
    quick ? 3 : 7,
    () =>
      microseconds(rounds, () => {
        a.stage(number++, out, payload);
        a.sealStaged();
        decodeSealedHeader(out, header);
        if (b.open(header, out, plain, 0) !== payload) throw new Error("did not open");
      }),
    () =>
      microseconds(rounds, () => {
        gcm.sealInto(nonce, aad, text, into);
        gcm.openInto(nonce, aad, into, plain);
      }),
  );
  return [costRow(`seal and open a packet of ${payload} B`, "µs", both!, "SM4-GCM alone", alone)];
}

const HERE = { hostname: "127.0.0.1", port: 1 };
const THERE = { hostname: "127.0.0.1", port: 2 };

function endpoints(maxDatagram: number, tickets: boolean): [Endpoint, Endpoint, Uint8Array] {
  const make = (name: string) => {
    const identity = generateKeyPair();
    const endpoint = new Endpoint({
      identity,
      random: randomBytes,
      hello: { program: name, platform: "bench", capabilities: 0 },
      now: performance.now(),
      time: Date.now(),
      tickets: tickets ? ticketStore() : undefined,
      config: {
        maxDatagram: () => maxDatagram,
        openRate: { burst: 1e6, perSecond: 1e6 },
        openRatePerSource: { burst: 1e6, perSecond: 1e6 },
      },
    });
    return { endpoint, identity };
  };
  const a = make("a");
  const b = make("b");
  return [a.endpoint, b.endpoint, b.identity.publicKey];
}

const slots = Array.from({ length: 32 }, slot);

/** Carries what `from` has to send to `to`. */
function carry(from: Endpoint, to: Endpoint): void {
  const address = to === responderOf ? HERE : THERE;
  for (;;) {
    const filled = from.transmitMany(performance.now(), slots);
    if (filled === 0) return;
    for (const { buffer, length } of slots.slice(0, filled)) {
      to.receive(buffer.subarray(0, length), address, performance.now());
    }
  }
}

let responderOf: Endpoint;

/** Milliseconds of one handshake, the work of both sides together. */
function handshake(pair: [Endpoint, Endpoint, Uint8Array], kind: string): number {
  const [a, b, key] = pair;
  responderOf = b;
  const start = performance.now();
  const connection = a.connect(THERE, start, kind === "XX" ? {} : { remoteKey: key });
  let done = false;
  while (!done) {
    carry(a, b);
    carry(b, a);
    for (let event = b.event(); event; event = b.event()) done ||= event.type === "connected";
  }
  const spent = performance.now() - start;
  while (a.event());
  if (connection.handshakeKind !== kind) throw new Error(`a handshake was not ${kind}`);
  return spent;
}

async function handshakes(quick: boolean): Promise<Row[]> {
  const first = endpoints(1452, false);
  const known = endpoints(1452, false);
  const again = endpoints(1452, true);
  handshake(again, "IK");
  const [xx, ik, resume] = await inTurn(
    quick ? 5 : 25,
    () => handshake(first, "XX"),
    () => handshake(known, "IK"),
    () => handshake(again, "resume"),
  );
  return [
    costRow("handshake XX, both sides", "ms", xx!, "–", undefined),
    costRow("handshake IK, both sides", "ms", ik!, "XX", xx),
    costRow("handshake resumed, both sides", "ms", resume!, "XX", xx),
  ];
}

/** MB/s from one endpoint to another in the same thread. */
function transfer(maxDatagram: number, megabytes: number): number {
  const [a, b, key] = endpoints(maxDatagram, false);
  responderOf = b;
  const connection = a.connect(THERE, performance.now(), { remoteKey: key });
  const exchange = () => {
    carry(a, b);
    carry(b, a);
    const now = performance.now();
    for (const endpoint of [a, b]) {
      if ((endpoint.nextTimeout() ?? Infinity) <= now) endpoint.timeout(now);
    }
  };
  while (connection.state !== "established") exchange();
  while (a.event());
  const stream = connection.openStream();
  const chunk = new Uint8Array(1 << 18);
  const total = megabytes << 20;
  let written = 0;
  let read = 0;
  const start = performance.now();
  while (read < total) {
    if (written < total) written += connection.write(stream, chunk.subarray(0, total - written));
    exchange();
    while (a.event());
    for (let event = b.event(); event; event = b.event()) {
      if (event.type !== "stream" || event.event.type !== "readable") continue;
      for (;;) {
        const length = event.connection.read(event.event.stream, chunk);
        if (length === 0) break;
        read += length;
      }
    }
  }
  return total / (performance.now() - start) / 1000;
}

async function transfers(quick: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [datagram, megabytes] of [[1452, 64], [65_000, 256]] as const) {
    const size = quick ? megabytes >> 3 : megabytes;
    const [rate] = await inTurn(quick ? 1 : 3, () => transfer(datagram, size));
    const what = `transfer in memory, both ends in one thread, datagrams of ${datagram} B`;
    rows.push(rateRow(what, "MB/s", rate!, "–", undefined));
  }
  return rows;
}

export const bench: Bench = {
  name: "session",
  async run({ quick }) {
    const rows: Row[] = [];
    for (const payload of [1176, 8900, 60_000]) rows.push(...await sealing(payload, quick));
    return [...rows, ...await handshakes(quick), ...await transfers(quick)];
  },
};
