/** The protocol's test vectors: computed from their inputs, for the script that writes them and the test that checks. */
import { type Bytes, concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { hkdfExpand } from "../../lib/crypto/hkdf.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { CookieChecker, mac1Of, mac2Of } from "../../lib/session/mac.ts";
import { encodeHello } from "../../lib/session/hello.ts";
import {
  type HandshakeContext,
  type InitiationKind,
  Initiator,
  Responder,
} from "../../lib/session/handshake.ts";
import { KEY_LIMITS, PacketProtection } from "../../lib/session/protection.ts";
import type { Ticket } from "../../lib/session/ticket.ts";
import { sm4Gcm, TrafficKeys } from "../../lib/session/traffic-keys.ts";
import {
  encodeCookieReply,
  encodeFinal,
  encodeInitiation,
  encodeResponse,
  encodeVersionReply,
  INITIATION_BYTES,
  initiationHeader,
  mac1Parts,
} from "../../lib/wire/packet.ts";
import { encodeSealedHeader } from "../../lib/wire/packet-sealed.ts";

/** One party of a handshake. */
export interface PartyInputs {
  staticSecret: string;
  ephemeralSecret: string;
  /** Milliseconds since 1970. */
  time: number;
  index: number;
  hello: { program: string; platform: string; capabilities: number };
}

/** What everything else follows from. */
export interface Inputs {
  initiator: PartyInputs;
  responder: PartyInputs;
  packets: { from: "initiator" | "responder"; number: number; phase: 0 | 1; payload: string }[];
  cookie: { secret: string; source: string };
}

function secret(name: string): string {
  return hex(sm3(utf8(`p2p protocol vectors: ${name}`)));
}

/** The inputs of the published vectors. */
export function inputsOf(): Inputs {
  const party = (name: string, time: number, index: number, capabilities: number): PartyInputs => ({
    staticSecret: secret(`${name} static`),
    ephemeralSecret: secret(`${name} ephemeral`),
    time,
    index,
    hello: { program: `p2p/0.1.0`, platform: `${name}-x86_64`, capabilities },
  });
  const text = hex(utf8("any frames"));
  return {
    initiator: party("linux", 1_800_000_000_000, 0x11223344, 1),
    responder: party("darwin", 1_800_000_000_250, 0xa1b2c3d4, 3),
    packets: [
      { from: "initiator", number: 0, phase: 0, payload: "01" },
      { from: "responder", number: 0, phase: 0, payload: text },
      { from: "initiator", number: 16_777_217, phase: 0, payload: text },
      { from: "initiator", number: 16_777_218, phase: 1, payload: text },
      { from: "responder", number: 1, phase: 1, payload: "" },
    ],
    cookie: { secret: secret("cookie secret"), source: "192.0.2.1 9999" },
  };
}

function contextOf(party: PartyInputs): HandshakeContext {
  const secretKey = fromHex(party.staticSecret);
  return {
    identity: { secretKey, publicKey: publicKeyOf(secretKey) },
    random: () => fromHex(party.ephemeralSecret),
    hello: party.hello,
  };
}

function checked(datagram: Uint8Array): Bytes {
  return concat(datagram, mac1Of(datagram));
}

function initiationOf(header: Uint8Array, body: Uint8Array): Bytes {
  const datagram = encodeInitiation(header, body);
  const { covered, mac1 } = mac1Parts(datagram);
  mac1.set(mac1Of(covered));
  return datagram;
}

/** The vector of one handshake. */
function handshake(
  { initiator: one, responder: other }: Inputs,
  kind: InitiationKind,
  known: { remoteKey?: Bytes; ticket?: Ticket },
  responderTicket?: Ticket,
) {
  const [a, party] = [contextOf(one), contextOf(other)];
  const hello = { ...other.hello, index: other.index };
  const b = { ...party, hello };
  const header = initiationHeader(kind, one.index);
  const initiator = new Initiator(a, kind, header, one.time, known);
  const memory = { ticket: () => responderTicket, isNewer: () => true };
  const responder = Responder.accept(b, kind, header, initiator.body, other.time, memory);
  if (responder === undefined) throw new Error("the initiation was not answered");
  const outcome = initiator.response(responder.kind, responder.body, one.time);
  if (outcome.type !== "established") throw new Error("the response was not taken");
  const { secrets, final } = outcome;
  if (final !== undefined) responder.final(final);
  const response = encodeResponse(responder.kind, one.index, other.index, responder.body);
  const finalDatagram = final && checked(encodeFinal(other.index, final));
  return {
    secrets,
    vector: {
      initiation: kind,
      response: responder.kind,
      ...(known.ticket ? { pskUsed: hex(known.ticket.secret) } : {}),
      prologue: hex(concat(utf8("p2p"), header)),
      initiatorHello: hex(encodeHello(one.hello, one.time)),
      responderHello: hex(encodeHello(hello, other.time)),
      datagrams: {
        initiation: hex(initiationOf(header, initiator.body)),
        response: hex(checked(response)),
        ...(finalDatagram ? { final: hex(finalDatagram) } : {}),
      },
      handshakeHash: hex(secrets.handshakeHash),
      initiatorSecret: hex(secrets.sendSecret),
      responderSecret: hex(secrets.receiveSecret),
      ticketName: hex(secrets.ticket.name),
      ticketSecret: hex(secrets.ticket.secret),
    },
  };
}

/** Key, IV and the next secret of a traffic secret. */
function phase(trafficSecret: Uint8Array) {
  return {
    secret: hex(trafficSecret),
    key: hex(hkdfExpand(trafficSecret, utf8("p2p 1 key"), 16)),
    iv: hex(hkdfExpand(trafficSecret, utf8("p2p 1 iv"), 12)),
    next: hkdfExpand(trafficSecret, utf8("p2p 1 update"), 32),
  };
}

function packets(inputs: Inputs, initiatorSecret: Uint8Array, responderSecret: Uint8Array) {
  const secrets = { initiator: initiatorSecret, responder: responderSecret };
  return inputs.packets.map(({ from, number, phase: bit, payload }) => {
    const to = from === "initiator" ? inputs.responder : inputs.initiator;
    const first = secrets[from];
    const sendSecret = bit === 0 ? first : phase(first).next;
    const protection = new PacketProtection(
      { sendSecret, receiveSecret: new Uint8Array(32) },
      sm4Gcm,
      KEY_LIMITS,
      0,
    );
    const plain = fromHex(payload);
    const datagram = new Uint8Array(8 + plain.length + 16);
    datagram.set(plain, 8);
    encodeSealedHeader(datagram, bit, to.index, number);
    protection.stage(number, datagram, 8, plain.length);
    protection.sealStaged();
    const nonce = new Uint8Array(12);
    new TrafficKeys(sendSecret, sm4Gcm).nonce(number, nonce);
    return { from, number, phase: bit, payload, nonce: hex(nonce), datagram: hex(datagram) };
  });
}

/** Everything, from the inputs. */
export function protocolVectors(inputs: Inputs) {
  const responderKey = publicKeyOf(fromHex(inputs.responder.staticSecret));
  const xx = handshake(inputs, "XX", {});
  const ik = handshake(inputs, "IK", { remoteKey: responderKey });
  const { ticket } = xx.secrets;
  const theirs = {
    ...ticket,
    remoteKey: publicKeyOf(fromHex(inputs.initiator.staticSecret)),
    authenticatedAt: inputs.responder.time,
  };
  const resumed = handshake(inputs, "resume", { ticket }, theirs);
  const fallback = handshake(inputs, "resume", { ticket });
  const { sendSecret, receiveSecret } = xx.secrets;
  const initiation = fromHex(xx.vector.datagrams.initiation);
  const { mac1 } = mac1Parts(initiation);
  const cookie = sourceCookie(inputs.cookie);
  const withCookie = initiation.slice();
  withCookie.set(
    mac2Of(cookie, initiation.subarray(0, INITIATION_BYTES - 16)),
    INITIATION_BYTES - 16,
  );
  const { index } = inputs.initiator;
  const keys = (trafficSecret: Uint8Array) => {
    const { next, ...first } = phase(trafficSecret);
    const { next: _, ...second } = phase(next);
    return [first, second];
  };
  return {
    about: "docs/protocol.md, sections 1 to 3; all values hexadecimal, keys as compressed points",
    inputs,
    checkKey: hex(sm3(utf8("p2p datagram check"))),
    publicKeys: {
      initiatorStatic: hex(publicKeyOf(fromHex(inputs.initiator.staticSecret))),
      initiatorEphemeral: hex(publicKeyOf(fromHex(inputs.initiator.ephemeralSecret))),
      responderStatic: hex(responderKey),
      responderEphemeral: hex(publicKeyOf(fromHex(inputs.responder.ephemeralSecret))),
    },
    handshakes: [xx.vector, ik.vector, resumed.vector, fallback.vector],
    keysAfterXX: { initiator: keys(sendSecret), responder: keys(receiveSecret) },
    packetsAfterXX: packets(inputs, sendSecret, receiveSecret),
    cookie: {
      cookie: hex(cookie),
      reply: hex(checked(encodeCookieReply(index, mac1, cookie))),
      initiation: hex(withCookie),
    },
    versionReply: hex(checked(encodeVersionReply(index, mac1, [1]))),
  };
}

function sourceCookie({ secret, source }: Inputs["cookie"]): Bytes {
  const jar = new CookieChecker(() => fromHex(secret));
  return jar.cookie(source, 0);
}
