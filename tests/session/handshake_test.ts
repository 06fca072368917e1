/** The handshakes: agreement, key changes, fallback, resumption, stolen keys, hidden identities, bad points. */
import assert from "node:assert/strict";
import { type Bytes, concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { fingerprint } from "../../lib/crypto/keys/text.ts";
import { ecdh, generateKeyPair, uncompress } from "../../lib/crypto/sm2.ts";
import { RemoteProtocolError } from "../../lib/errors.ts";
import {
  type HandshakeContext,
  type InitiationKind,
  Initiator,
  Responder,
  type ResponderMemory,
  type SessionSecrets,
} from "../../lib/session/handshake.ts";
import { HandshakeState, isReadFailure } from "../../lib/session/noise/handshake-state.ts";
import { PATTERNS } from "../../lib/session/noise/patterns.ts";
import { decodeHello, encodeHello } from "../../lib/session/hello.ts";
import { gmSuite } from "../../lib/session/suite.ts";
import type { Ticket } from "../../lib/session/ticket.ts";
import { initiationHeader } from "../../lib/wire/packet.ts";
import { seededRandom } from "../peer/network.ts";
import { testWithVectors } from "../support/vectors.ts";

const TIME = 1_800_000_000_000;
const NOTHING: ResponderMemory = { ticket: () => undefined, isNewer: () => true };

function party(name: string): HandshakeContext {
  const random = seededRandom(name);
  const hello = { program: `p2p/0.1.0 of ${name}`, platform: "test", capabilities: 3 };
  return { identity: generateKeyPair(random), random, hello };
}

interface Run {
  initiator: SessionSecrets;
  responder: SessionSecrets;
  /** Every byte that crossed the wire. */
  wire: Bytes;
}

function run(
  a: HandshakeContext,
  b: HandshakeContext,
  kind: InitiationKind,
  peer: { remoteKey?: Uint8Array; ticket?: Ticket },
  memory = NOTHING,
): Run {
  const header = initiationHeader(kind, 1);
  const initiator = new Initiator(a, kind, header, TIME, peer);
  const responder = Responder.accept(b, kind, header, initiator.body, TIME, memory)!;
  const outcome = initiator.response(responder.kind, responder.body, TIME);
  assert.equal(outcome.type, "established");
  assert.ok(outcome.type === "established");
  const final = outcome.final ?? new Uint8Array(0);
  const secrets = responder.secrets ?? responder.final(final);
  const wire = concat(header, initiator.body, responder.body, final);
  return { initiator: outcome.secrets, responder: secrets, wire };
}

function agree({ initiator, responder }: Run, a: HandshakeContext, b: HandshakeContext): void {
  assert.equal(hex(initiator.sendSecret), hex(responder.receiveSecret));
  assert.equal(hex(initiator.receiveSecret), hex(responder.sendSecret));
  assert.notEqual(hex(initiator.sendSecret), hex(initiator.receiveSecret));
  assert.equal(hex(initiator.handshakeHash), hex(responder.handshakeHash));
  assert.equal(hex(initiator.remoteKey), hex(b.identity.publicKey));
  assert.equal(hex(responder.remoteKey), hex(a.identity.publicKey));
  assert.equal(initiator.hello.program, b.hello.program);
  assert.equal(responder.hello.program, a.hello.program);
  assert.equal(hex(initiator.ticket.name), hex(responder.ticket.name));
  assert.equal(hex(initiator.ticket.secret), hex(responder.ticket.secret));
}

function memoryOf(ticket: Ticket): ResponderMemory {
  return {
    ticket: (key) => hex(key) === hex(ticket.remoteKey) ? ticket : undefined,
    isNewer: () => true,
  };
}

Deno.test("XX, IK and resumption: both sides agree on keys, peers and the next ticket", () => {
  const [a, b] = [party("alice"), party("bob")];
  const first = run(a, b, "XX", {});
  agree(first, a, b);
  const second = run(a, b, "IK", { remoteKey: b.identity.publicKey });
  agree(second, a, b);
  const third = run(
    a,
    b,
    "resume",
    { ticket: second.initiator.ticket },
    memoryOf(second.responder.ticket),
  );
  agree(third, a, b);
  assert.equal(third.responder.kind, "resume");
  assert.notEqual(hex(third.initiator.ticket.name), hex(second.initiator.ticket.name));
  assert.equal(third.initiator.ticket.authenticatedAt, TIME);
});

Deno.test("with a copy of one side's state, tickets and key, nobody resumes as its peer (threat 7)", () => {
  const [a, b] = [party("alice"), party("bob")];
  const { initiator, responder } = run(a, b, "XX", {});
  // The thief has all that alice has. It claims to be bob, whose secret key it lacks.
  const thief: HandshakeContext = {
    ...party("thief"),
    identity: { secretKey: a.identity.secretKey, publicKey: b.identity.publicKey },
  };
  const stolen = { ...initiator.ticket, remoteKey: a.identity.publicKey.slice() as Bytes };
  const header = initiationHeader("resume", 1);
  const calls = new Initiator(thief, "resume", header, TIME, { ticket: stolen });
  const answer = Responder.accept(
    a,
    "resume",
    header,
    calls.body,
    TIME,
    memoryOf(initiator.ticket),
  )!;
  assert.equal(answer.kind, "fallback", "alice does not take the thief for bob");
  const outcome = calls.response(answer.kind, answer.body, TIME);
  assert.ok(outcome.type === "established");
  assert.throws(() => answer.final(outcome.final!), (error) => isReadFailure(error));
  // Nor does it answer in bob's place.
  const honest = new Initiator(a, "resume", header, TIME, { ticket: initiator.ticket });
  const posing = Responder.accept(
    thief,
    "resume",
    header,
    honest.body,
    TIME,
    memoryOf(responder.ticket),
  )!;
  assert.throws(
    () => honest.response(posing.kind, posing.body, TIME),
    (error) => isReadFailure(error),
  );
});

Deno.test("resumption needs the ticket as well as both static keys", () => {
  const [a, b] = [party("alice"), party("bob")];
  const { initiator, responder } = run(a, b, "XX", {});
  const resume = (context: HandshakeContext, memory: ResponderMemory, ticket: Ticket) =>
    run(context, b, "resume", { ticket }, memory).responder.kind;
  assert.equal(resume(a, memoryOf(responder.ticket), initiator.ticket), "resume");
  const wrong = { ...initiator.ticket, secret: new Uint8Array(32) };
  assert.equal(resume(a, memoryOf(responder.ticket), wrong), "fallback");
  assert.equal(resume(party("carol"), memoryOf(responder.ticket), initiator.ticket), "fallback");
});

Deno.test("a ticket that is unknown or stale falls back to the full handshake at once", () => {
  const [a, b] = [party("alice"), party("bob")];
  const { initiator, responder } = run(a, b, "XX", {});
  const lost = run(a, b, "resume", { ticket: initiator.ticket });
  agree(lost, a, b);
  assert.equal(lost.initiator.kind, "fallback");
  const old = { ...responder.ticket, authenticatedAt: TIME - 8 * 24 * 3_600_000 };
  const stale = run(a, b, "resume", { ticket: initiator.ticket }, memoryOf(old));
  agree(stale, a, b);
  assert.equal(stale.responder.kind, "fallback");
  const other = { ...responder.ticket, secret: new Uint8Array(32) };
  assert.equal(
    run(a, b, "resume", { ticket: initiator.ticket }, memoryOf(other)).responder.kind,
    "fallback",
  );
});

Deno.test("a changed key is seen before anything of the initiator's identity is shown", () => {
  const [a, b, impostor] = [party("alice"), party("bob"), party("mallory")];
  for (const kind of ["XX", "IK"] as const) {
    const header = initiationHeader(kind, 1);
    const initiator = new Initiator(a, kind, header, TIME, { remoteKey: b.identity.publicKey });
    const responder = Responder.accept(impostor, kind, header, initiator.body, TIME, NOTHING)!;
    assert.equal(responder.kind, kind === "XX" ? "XX" : "fallback");
    const outcome = initiator.response(responder.kind, responder.body, TIME);
    assert.deepEqual(
      outcome,
      { type: "key-changed", remoteKey: impostor.identity.publicKey },
    );
  }
});

Deno.test("an initiation with an old timestamp is answered so that only its maker can go on", () => {
  const [a, b] = [party("alice"), party("bob")];
  const header = initiationHeader("IK", 1);
  const { body } = new Initiator(a, "IK", header, TIME, { remoteKey: b.identity.publicKey });
  const asked: unknown[] = [];
  const memory: ResponderMemory = {
    ticket: () => undefined,
    isNewer(key, timestamp) {
      asked.push([hex(key), timestamp]);
      return false;
    },
  };
  const answer = Responder.accept(b, "IK", header, body, TIME, memory)!;
  assert.deepEqual(asked, [[hex(a.identity.publicKey), TIME]]);
  assert.equal(answer.kind, "fallback");
  assert.equal(answer.secrets, undefined);
  const replayer = new Initiator(a, "IK", header, TIME, { remoteKey: b.identity.publicKey });
  assert.throws(() => replayer.response(answer.kind, answer.body, TIME), (e) => isReadFailure(e));
});

Deno.test("a stolen responder key cannot impersonate an initiator to its owner (threat 7)", () => {
  const [a, b] = [party("alice"), party("bob")];
  const random = seededRandom("thief");
  // The thief holds b's secret key and a's public key. It can build the first IK message: es and ss need only b's key.
  const ephemeral = generateKeyPair(random);
  const header = initiationHeader("IK", 1);
  const stolen: typeof gmSuite = {
    ...gmSuite,
    dh: {
      ...gmSuite.dh,
      generate: () => ephemeral,
      // Every DH with a's missing secret key is done from the other end with b's stolen one.
      dh: (secretKey, publicKey) =>
        hex(secretKey) === "00".repeat(32)
          ? ecdh(b.identity.secretKey, a.identity.publicKey)
          : ecdh(secretKey, publicKey),
    },
  };
  const thief = new HandshakeState({
    suite: stolen,
    pattern: PATTERNS.IK,
    role: "initiator",
    prologue: concat(utf8("p2p"), header),
    random,
    localStatic: { secretKey: new Uint8Array(32), publicKey: a.identity.publicKey },
    remoteStatic: b.identity.publicKey,
  });
  const body = thief.write(encodeHello(a.hello, TIME));
  const responder = Responder.accept(b, "IK", header, body, TIME, NOTHING)!;
  assert.equal(responder.kind, "IK", "the forged first message is readable, as Noise §7.7 says");
  assert.equal(hex(responder.secrets!.remoteKey), hex(a.identity.publicKey));
  // The response needs se = DH(b's ephemeral, a's static): the thief has neither secret.
  assert.throws(() => thief.read(responder.body), (error) => isReadFailure(error));
  // And XX needs it as well, in the final message.
  const xx = initiationHeader("XX", 1);
  const first = new Initiator({ ...a, random }, "XX", xx, TIME, {});
  const answer = Responder.accept(b, "XX", xx, first.body, TIME, NOTHING)!;
  const claiming = new Initiator(
    { ...a, random, identity: { ...b.identity, publicKey: a.identity.publicKey } },
    "XX",
    xx,
    TIME,
    {},
  );
  const other = Responder.accept(b, "XX", xx, claiming.body, TIME, NOTHING)!;
  const outcome = claiming.response(other.kind, other.body, TIME);
  assert.ok(outcome.type === "established");
  assert.throws(() => other.final(outcome.final!), (error) => isReadFailure(error));
  assert.throws(() => answer.final(outcome.final!), (error) => isReadFailure(error));
});

Deno.test("a captured handshake holds no static key, name, program or fingerprint (threats 7, 19)", () => {
  const [a, b] = [party("alice"), party("bob")];
  const first = run(a, b, "XX", {});
  const runs = [
    first,
    run(a, b, "IK", { remoteKey: b.identity.publicKey }),
    run(a, b, "resume", { ticket: first.initiator.ticket }, memoryOf(first.responder.ticket)),
    run(a, b, "resume", { ticket: first.initiator.ticket }),
  ];
  for (const { wire } of runs) {
    const text = new TextDecoder("latin1").decode(wire);
    for (const { identity, hello } of [a, b]) {
      const key = identity.publicKey;
      const forms = [
        key.subarray(1),
        uncompress(key).subarray(33),
        utf8(hello.program),
        utf8(hello.platform),
        utf8(fingerprint(key)),
      ];
      for (const form of forms) {
        assert.ok(!text.includes(new TextDecoder("latin1").decode(form)));
      }
    }
  }
});

Deno.test("a forged response or final leaves the handshake able to go on", () => {
  const [a, b] = [party("alice"), party("bob")];
  const header = initiationHeader("XX", 1);
  const initiator = new Initiator(a, "XX", header, TIME, {});
  const responder = Responder.accept(b, "XX", header, initiator.body, TIME, NOTHING)!;
  for (const at of [0, 1, 40, responder.body.length - 1]) {
    const forged = responder.body.slice();
    forged[at]! ^= 1;
    assert.throws(() => initiator.response("XX", forged, TIME), (error) => isReadFailure(error));
  }
  assert.throws(() => initiator.response("IK", responder.body, TIME), RemoteProtocolError);
  assert.throws(() => initiator.response("fallback", responder.body, TIME), RemoteProtocolError);
  const outcome = initiator.response("XX", responder.body, TIME);
  assert.ok(outcome.type === "established");
  for (const at of [0, 60, outcome.final!.length - 1]) {
    const forged = outcome.final!.slice();
    forged[at]! ^= 1;
    assert.throws(() => responder.final(forged), (error) => isReadFailure(error));
  }
  const secrets = responder.final(outcome.final!);
  assert.equal(hex(secrets.receiveSecret), hex(outcome.secrets.sendSecret));
  assert.throws(() => responder.final(outcome.final!), RemoteProtocolError);
  assert.throws(() => initiator.response("XX", responder.body, TIME), RemoteProtocolError);
});

const INVALID_POINTS = [
  "00".repeat(33), // the infinity point, padded
  "04" + "00".repeat(32),
  "02" + "ff".repeat(32), // x ≥ p
  "02fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff", // x = p
  "05" + "11".repeat(32),
];

function onCurve(point: string): boolean {
  try {
    uncompress(fromHex(point));
    return true;
  } catch {
    return false;
  }
}

/** Offers each point as an ephemeral key, to either side: nothing is computed with it. */
function reachesNothing(points: readonly string[]): void {
  const [a, b] = [party("alice"), party("bob")];
  for (const point of points) {
    for (const kind of ["XX", "IK", "resume"] as const) {
      const header = initiationHeader(kind, 1);
      const rest = kind === "XX" ? "" : "00".repeat(180);
      const name = kind === "resume" ? "00".repeat(16) : "";
      const body = fromHex(name + point + rest);
      let computed = false;
      const watched: HandshakeContext = {
        ...b,
        random: (length) => {
          computed = true;
          return b.random(length);
        },
      };
      assert.equal(Responder.accept(watched, kind, header, body, TIME, NOTHING), undefined, point);
      assert.equal(computed, false);
    }
    const header = initiationHeader("XX", 1);
    const initiator = new Initiator(a, "XX", header, TIME, {});
    const responder = Responder.accept(b, "XX", header, initiator.body, TIME, NOTHING)!;
    const forged = concat(fromHex(point), responder.body.subarray(33));
    assert.throws(() => initiator.response("XX", forged, TIME), (error) => isReadFailure(error));
  }
}

Deno.test("an invalid ephemeral point reaches no computation (threat 1)", () => {
  reachesNothing(INVALID_POINTS);
});

testWithVectors(
  "nor do the invalid points of the standard's vectors",
  "gbt/sm2_gbt32918_5.json",
  (path) => {
    const { invalidPoints } = JSON.parse(Deno.readTextFileSync(path)) as {
      invalidPoints: { cases: { point: string }[] };
    };
    const points = invalidPoints.cases.flatMap(({ point }) => {
      const cut = point.padEnd(66, "0").slice(0, 66);
      return [cut, "02" + cut.slice(2), "03" + cut.slice(2)];
    }).filter((point) => !onCurve(point));
    assert.ok(points.length > 0);
    reachesNothing(points);
  },
);

Deno.test("hello: reads what it writes, skips what it does not know, refuses what is malformed", () => {
  const hello = { program: "p2p/0.1.0", platform: "linux-x86_64", capabilities: 0xffffffff };
  const bytes = encodeHello(hello, TIME);
  assert.equal(bytes.length % 128, 0);
  assert.deepEqual(decodeHello(bytes), { ...hello, timestamp: TIME });
  const larger = { ...hello, receiveBuffer: 425_984 };
  assert.deepEqual(decodeHello(encodeHello(larger, TIME)), { ...larger, timestamp: TIME });
  const unknown = concat(fromHex("7f03010203"), bytes);
  assert.deepEqual(decodeHello(unknown), { ...hello, timestamp: TIME });
  for (
    const bad of [
      "",
      "01",
      "0108ffffffffffffffff",
      "0107" + "00".repeat(7),
      "0108" + "00".repeat(8) + "0302c328",
      "0108" + "00".repeat(8) + "0503000000",
    ]
  ) {
    assert.throws(() => decodeHello(fromHex(bad)), RemoteProtocolError, bad);
  }
  for (let cut = 1; cut < 30; cut++) {
    try {
      decodeHello(bytes.subarray(0, cut));
    } catch (error) {
      assert.ok(error instanceof RemoteProtocolError);
    }
  }
  assert.throws(() => decodeHello(new Uint8Array(513)), RemoteProtocolError);
});
