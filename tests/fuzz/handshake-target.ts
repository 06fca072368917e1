/**
 * Both sides of a handshake, fed with the messages of a real one after the input has changed them: each may refuse, none may
 * break, and whoever completes has the keys that the other side has.
 */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import {
  type HandshakeContext,
  type InitiationKind,
  Initiator,
  Responder,
  type ResponseKind,
} from "../../lib/session/handshake.ts";
import { isReadFailure } from "../../lib/session/noise/handshake-state.ts";
import type { Ticket } from "../../lib/session/ticket.ts";
import { initiationHeader } from "../../lib/wire/packet.ts";
import { seededRandom } from "../peer/network.ts";
import type { FuzzTarget } from "./fuzz.ts";

const TIME = 1_800_000_000_000;
const KINDS: readonly InitiationKind[] = ["XX", "IK", "resume"];
const RESPONSES: readonly ResponseKind[] = ["XX", "IK", "resume", "fallback"];

function party(name: string): HandshakeContext {
  const random = seededRandom(`fuzzed handshake ${name}`);
  const hello = { program: "p2p/1", platform: "test", capabilities: 0 };
  return { identity: generateKeyPair(random), random, hello };
}

const [a, b] = [party("a"), party("b")];

/** Either side's ticket of a session that was. */
function tickets(): [Ticket, Ticket] {
  const common = {
    name: new Uint8Array(16),
    secret: new Uint8Array(32).fill(7),
    authenticatedAt: TIME,
  };
  return [
    { ...common, remoteKey: b.identity.publicKey.slice() },
    { ...common, remoteKey: a.identity.publicKey.slice() },
  ];
}

/** `message` with the bits of three bytes of the script flipped, or cut, or as it is. */
function changed(message: Uint8Array, [how = 0, at = 0, bits = 0]: Uint8Array): Uint8Array {
  const position = (at * 257 + how) % Math.max(1, message.length);
  if (how < 100) return message;
  if (how < 130) return message.slice(0, position);
  const copy = message.slice();
  if (copy.length > 0) copy[position]! ^= bits;
  return copy;
}

/** What `work` gives; undefined when it refuses, as hostile bytes make it. */
function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isReadFailure(error)) return undefined;
    throw error;
  }
}

function run(script: Uint8Array): void {
  const kind = KINDS[(script[0] ?? 0) % 3]!;
  const [ours, theirs] = tickets();
  const header = initiationHeader(kind, 1);
  const known = { remoteKey: b.identity.publicKey, ...(kind === "resume" ? { ticket: ours } : {}) };
  const initiator = new Initiator(a, kind, header, TIME, kind === "XX" ? {} : known);
  const hasTicket = (script[1] ?? 0) % 4 !== 0;
  const memory = {
    ticket: () => hasTicket ? theirs : undefined,
    isNewer: () => (script[1] ?? 0) % 8 < 6,
  };
  const body = changed(initiator.body, script.subarray(2, 5));
  const responder = Responder.accept(b, kind, header, body, TIME, memory);
  if (responder === undefined) return;
  const said = (script[5] ?? 0) < 200 ? responder.kind : RESPONSES[(script[5] ?? 0) % 4]!;
  const answer = changed(responder.body, script.subarray(6, 9));
  // A forged response first, then the real one: it must count as if nothing had been.
  const first = unlessRefused(() => initiator.response(said, answer, TIME));
  const outcome = first ??
    unlessRefused(() => initiator.response(responder.kind, responder.body, TIME));
  const same = (one: Uint8Array, other: Uint8Array) =>
    one.length === other.length && one.every((byte, i) => byte === other[i]);
  if (same(body, initiator.body)) assert.ok(outcome, "the real response did not count");
  if (outcome?.type !== "established") return;
  assert.equal(hex(outcome.secrets.remoteKey), hex(b.identity.publicKey));
  if (first !== undefined) assert.ok(same(answer, responder.body) && said === responder.kind);
  if (responder.secrets !== undefined) {
    assert.equal(hex(responder.secrets.receiveSecret), hex(outcome.secrets.sendSecret));
    return;
  }
  const final = outcome.final!;
  const forged = changed(final, script.subarray(9, 12));
  const early = unlessRefused(() => responder.final(forged));
  if (early !== undefined) assert.ok(same(forged, final), "a forged final message counted");
  const secrets = early ?? responder.final(final);
  assert.equal(hex(secrets.receiveSecret), hex(outcome.secrets.sendSecret));
  assert.equal(hex(secrets.remoteKey), hex(a.identity.publicKey));
}

export const handshakeTarget: FuzzTarget = {
  name: "handshake",
  run,
  seeds: () => [0, 1, 2].map((kind) => Uint8Array.of(kind, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
};
