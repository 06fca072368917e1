/** Fuzz targets of certificates: every reader, paths of whatever a peer shows, and the messages of enrolment. */
import { concat } from "../../lib/bytes.ts";
import {
  decodeAnswerBody,
  decodeEnrolmentHead,
  decodeRequestBody,
  encodeAnswerBody,
  encodeRequestBody,
} from "../../lib/authority/enrolment.ts";
import { envelopCms, openEnvelope } from "../../lib/certificate/cms-enveloped.ts";
import {
  readSignedMessage,
  signCms,
  verifySignedMessage,
} from "../../lib/certificate/cms-signed.ts";
import { readCertificate } from "../../lib/certificate/certificate.ts";
import { certificatesIn, pemOf } from "../../lib/certificate/files.ts";
import { validatePath } from "../../lib/certificate/path.ts";
import { makeRequest, readRequest } from "../../lib/certificate/request.ts";
import { readRevocationList } from "../../lib/certificate/revocation-list.ts";
import { certificateRows, listRows } from "../../lib/certificate/show.ts";
import { splitChain } from "../../lib/talk/certificates.ts";
import { utf8 } from "../../lib/bytes.ts";
import { certify, listOf, named, NOW } from "../certificate/support.ts";
import type { FuzzTarget } from "./fuzz.ts";

const root = certify("root", undefined);
const sub = certify("sub", root, { profile: "authority", pathLength: 0 });
const leaf = certify("leaf", sub);
const chain = [leaf, sub, root].map(({ certificate }) => certificate.signed.der);
const list = listOf(root, [{ serial: Uint8Array.of(1, 2), time: NOW, reason: 1 }]);
const request = makeRequest({ subject: named("x"), extensions: [] }, leaf.keys);
const signer = { key: leaf.keys, certificate: leaf.certificate, others: [] };
const message = (style: "gmt" | "gmssl") =>
  signCms(utf8("content"), signer, { style, detached: false, time: NOW });
const envelope = envelopCms(utf8("content"), [leaf.certificate], "gmt");

const READERS: ReadonlyArray<(bytes: Uint8Array) => unknown> = [
  (bytes) => certificateRows(readCertificate(bytes)),
  readRequest,
  (bytes) => listRows(readRevocationList(bytes)),
  (bytes) => verifySignedMessage(readSignedMessage(bytes), { withoutZ: false }),
  (bytes) => verifySignedMessage(readSignedMessage(bytes), { withoutZ: true }),
  (bytes) => openEnvelope(bytes, [leaf.keys.secretKey]),
  certificatesIn,
];

export const certificateTarget: FuzzTarget = {
  name: "certificates",
  run: (bytes) => void READERS[(bytes[0] ?? 0) % READERS.length]!(bytes.subarray(1)),
  seeds: () =>
    [
      chain[0]!,
      request,
      list.signed.der,
      message("gmt"),
      message("gmssl"),
      envelope,
      utf8(pemOf("certificate", ...chain)),
    ].map((seed, i) => Uint8Array.of(i, ...seed)),
};

export const pathTarget: FuzzTarget = {
  name: "certificate-paths",
  run: (bytes) => {
    const [first, ...others] = splitChain(bytes);
    const anchors = [root.certificate];
    validatePath(first!, { anchors, others, lists: [list], now: NOW, usage: "talk" });
  },
  seeds: () => [concat(...chain), chain[0]!],
};

const session = { handshakeHash: new Uint8Array(32) };

export const enrolmentTarget: FuzzTarget = {
  name: "enrolment",
  run: (bytes) => {
    const rest = bytes.subarray(1);
    if ((bytes[0] ?? 0) % 3 === 0) decodeEnrolmentHead(rest.subarray(0, 5));
    else if (bytes[0]! % 3 === 1) decodeRequestBody(session, rest).fits("code");
    else decodeAnswerBody(session, "code", rest);
  },
  seeds: () => [
    Uint8Array.of(0, 1, 0, 0, 1, 0),
    Uint8Array.of(1, ...encodeRequestBody(session, "code", [request])),
    Uint8Array.of(
      2,
      ...encodeAnswerBody(session, "code", {
        chain: chain[0]!,
        lists: list.signed.der,
      }),
    ),
  ],
};
