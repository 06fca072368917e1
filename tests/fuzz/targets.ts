/** Everything that takes bytes from outside, for the fuzzer. A new parser is registered here. */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/bytes.ts";
import { HeaderReader } from "../../lib/container/header.ts";
import { decodePrivateKey, decodePublicKey } from "../../lib/crypto/keys/decode.ts";
import { encodePublicKeyPem } from "../../lib/crypto/keys/encode.ts";
import { encodePem } from "../../lib/crypto/keys/pem.ts";
import { encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { decodePublicKeyText, encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { portRecordSeeds, readPortRecords } from "./port-target.ts";
import { decodeHello, encodeHello } from "../../lib/session/hello.ts";
import {
  decodeMessage,
  decodeReceipt,
  decodeText,
  encodeMessage,
  encodeReceipt,
} from "../../lib/transfer/messages.ts";
import * as offers from "../../lib/transfer/offers.ts";
import { RecordReader } from "../../lib/transfer/records.ts";
import { FrameReader } from "../../lib/wire/frame-reader.ts";
import * as frames from "../../lib/wire/frames.ts";
import { decodeHandshake, encodeFinal, encodeResponse } from "../../lib/wire/packet.ts";
import { decodeSealedHeader, sealedHeader } from "../../lib/wire/packet-sealed.ts";
import { RangeSet } from "../../lib/transport/range-set.ts";
import { containerTarget } from "./container-target.ts";
import { certificateTarget, enrolmentTarget, pathTarget } from "./certificate-target.ts";
import { berTarget, keyContainersTarget } from "./containers-target.ts";
import { discoveryTarget } from "./discovery-target.ts";
import { endpointTarget } from "./endpoint-target.ts";
import type { FuzzTarget } from "./fuzz.ts";
import { groupMember, groupParsers } from "./group-target.ts";
import { handshakeTarget } from "./handshake-target.ts";
import {
  contactsFileTarget,
  invitationTarget,
  pairingMachine,
  pairingTarget,
} from "./people-target.ts";
import { peersTarget } from "./peers-target.ts";
import { payloadTarget } from "./hidden-target.ts";
import { foreignPictureTarget, pictureTarget } from "./picture-target.ts";
import { probeTarget, soundTarget, wavTarget } from "./sound-target.ts";
import { MACHINES } from "../transport/twins/machines.ts";
import { checksumsTarget, recogniseTarget, saltedTarget } from "./tools-target.ts";
import { transferTarget } from "./transfer-target.ts";
import { transportTarget } from "./transport-target.ts";

const SECRET = new Uint8Array(32).fill(0x42);

function packetOfFrames(): Uint8Array {
  const out = new Uint8Array(512);
  const ranges = new RangeSet();
  ranges.add(3, 9);
  ranges.add(12, 70);
  let at = frames.writeAck(out, 0, out.length, ranges, 32, 1.5);
  at = frames.writeLimit(out, at, 0x10, 1_000_000);
  at = frames.writeStreamLimit(out, at, 0x11, 4, 70_000);
  at = frames.writeResetStream(out, at, 8, 1, 12_345);
  at = frames.writeStopSending(out, at, 8, 2);
  at = frames.writeAckFrequency(out, at, 1, 9, 5, 1);
  at = frames.writePathData(out, at, 0x1a, new Uint8Array(8));
  at = frames.writeClose(out, at, 10, 8, utf8("reason"));
  at = frames.writeStreamHeader(out, at, 4, 20_000, 40, true) + 40;
  return out.slice(0, at);
}

function readFrames(bytes: Uint8Array): void {
  const reader = new FrameReader();
  reader.reset(bytes);
  while (reader.next()) {
    assert.ok(reader.end <= bytes.length && reader.start <= reader.end);
    assert.ok(reader.rangeCount <= 256);
  }
}

/** All decoders of one layer over the same bytes: each may refuse, none may break. */
function each(decoders: ReadonlyArray<(bytes: Uint8Array) => unknown>): FuzzTarget["run"] {
  return (bytes) => {
    const which = decoders[(bytes[0] ?? 0) % decoders.length]!;
    which(bytes.subarray(1));
  };
}

export const TARGETS: readonly FuzzTarget[] = [
  { name: "frames", run: readFrames, seeds: () => [packetOfFrames()] },
  handshakeTarget,
  peersTarget,
  discoveryTarget,
  invitationTarget,
  contactsFileTarget,
  pairingMachine,
  pairingTarget,
  transportTarget,
  ...MACHINES.map(({ name, playBytes }) => ({ name, run: playBytes, maxLength: 300 })),
  endpointTarget,
  transferTarget,
  groupParsers,
  groupMember,
  {
    name: "datagrams",
    run(bytes) {
      decodeSealedHeader(bytes, sealedHeader());
      decodeHandshake(bytes);
    },
    seeds: () => [
      encodeFinal(7, new Uint8Array(80)),
      encodeResponse("XX", 1, 2, new Uint8Array(200)),
    ],
  },
  {
    name: "port",
    run: readPortRecords,
    seeds: portRecordSeeds,
  },
  {
    name: "hello",
    run: (bytes) => void decodeHello(bytes),
    seeds: () => [
      encodeHello({ program: "p2p/1", platform: "linux-x64", capabilities: 3 }, 1),
      encodeHello(
        { program: "p2p/2", platform: "x", capabilities: 7, instance: new Uint8Array(8) },
        1,
      ),
    ],
  },
  {
    name: "records",
    run(bytes) {
      const reader = new RecordReader();
      for (let at = 0; at < bytes.length; at += 7) {
        reader.push(bytes.subarray(at, at + 7));
        while (reader.next() !== undefined);
      }
    },
  },
  {
    name: "transfer",
    run: each([
      decodeMessage,
      decodeText,
      decodeReceipt,
      offers.decodeTransferId,
      offers.decodeOffer,
      offers.decodeAnswer,
      offers.decodeTransferEntry,
      offers.decodeReady,
      offers.decodeBegin,
      offers.decodeEnd,
      offers.decodeFile,
      offers.decodeFresh,
      offers.decodeAbandon,
      offers.decodeResult,
      offers.decodeRootEnd,
      offers.decodeRootResult,
    ]),
    seeds: () => [
      Uint8Array.of(0, ...encodeMessage(new Uint8Array(8), 1, "你好")),
      Uint8Array.of(1, ...encodeMessage(new Uint8Array(16), 1, "你好", ["07".repeat(16)])),
      Uint8Array.of(2, ...encodeReceipt({ id: "08".repeat(16), stored: true })),
      Uint8Array.of(8, ...offers.encodeBegin(1, 2)),
      Uint8Array.of(9, ...offers.encodeEnd(1)),
    ],
  },
  {
    name: "container-header",
    run(bytes) {
      const reader = new HeaderReader();
      for (let at = 0; at < bytes.length; at += 5) {
        if (reader.push(bytes.subarray(at, at + 5)) !== undefined) return;
      }
      reader.end();
    },
    seeds: () => [
      utf8(
        "p2p-encrypted-file/v1\n-> sm2 AAAA BBBB\n-> scrypt CCCC 17 DDDD\n--- " +
          `${"A".repeat(43)}\n`,
      ),
    ],
  },
  containerTarget,
  {
    name: "public-keys",
    run: (bytes) => void decodePublicKey(bytes),
    seeds: () => {
      const key = publicKeyOf(SECRET);
      const pem = encodePublicKeyPem(key);
      return [utf8(pem), utf8(encodePublicKeyText(key)), derOf(pem), key];
    },
  },
  {
    name: "public-key-text",
    run: (bytes) => void decodePublicKeyText(String.fromCharCode(...bytes)),
    seeds: () => [utf8(encodePublicKeyText(publicKeyOf(SECRET)))],
    maxLength: 100,
  },
  {
    name: "private-keys",
    run: async (bytes) => void await decodePrivateKey(bytes),
    seeds: () => {
      const der = encodePrivateKeyDer(SECRET);
      return [utf8(encodePem("PRIVATE KEY", der)), der];
    },
  },
  keyContainersTarget,
  berTarget,
  recogniseTarget,
  checksumsTarget,
  saltedTarget,
  certificateTarget,
  pathTarget,
  enrolmentTarget,
  pictureTarget,
  foreignPictureTarget,
  payloadTarget,
  soundTarget,
  wavTarget,
  probeTarget,
];

/** The bytes inside a PEM block. */
function derOf(pem: string): Uint8Array {
  const text = pem.replaceAll(/-----[^-]*-----|\s/g, "");
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
