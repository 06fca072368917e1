/** What is refused, each with the right reason: malformed certificates, requests and lists, and paths that do not hold. */
import assert from "node:assert/strict";
import { type Bytes, concat } from "../../lib/bytes.ts";
import { keyIdentifier, readCertificate } from "../../lib/certificate/certificate.ts";
import {
  basicConstraints,
  type ExtensionValue,
  KeyUsage,
  keyUsage,
} from "../../lib/certificate/extensions.ts";
import { generalNameFromText, subtreeFromText } from "../../lib/certificate/general-name.ts";
import { makeName } from "../../lib/certificate/name.ts";
import { PathError, type PathOptions, validatePath } from "../../lib/certificate/path.ts";
import { profileExtensions } from "../../lib/certificate/profile.ts";
import { makeRequest, readRequest } from "../../lib/certificate/request.ts";
import { readRevocationList } from "../../lib/certificate/revocation-list.ts";
import { signDer } from "../../lib/certificate/signed.ts";
import {
  der,
  derBits,
  derNumber,
  derOctets,
  derOid,
  DerReader,
  derSequence,
  Tag,
} from "../../lib/crypto/der.ts";
import { SM2_ALGORITHM } from "../../lib/crypto/keys/spki.ts";
import { FormatError, InvalidKeyError, P2PError } from "../../lib/errors.ts";
import { english } from "../../lib/text/en/catalogue.ts";
import { certify, DAY, type Holder, listOf, named, NOW, patched } from "./support.ts";

/** The code of the innermost reason of what `work` throws. */
function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof PathError) return error.reason.code;
    if (!(error instanceof FormatError || error instanceof InvalidKeyError)) throw error;
    let inner: P2PError = error;
    while (inner.cause instanceof P2PError && !inner.code.startsWith("chain.")) inner = inner.cause;
    return inner.code;
  }
  return "taken";
}

const root = certify("root", undefined);
const alice = certify("alice", root);

/** The tbsCertificate of `holder` with its elements changed, signed anew by the root. */
function rebuilt(holder: Holder, change: (elements: Bytes[]) => Bytes[]): Bytes {
  const reader = new DerReader(holder.certificate.signed.content).sequence();
  const elements: Bytes[] = [];
  while (!reader.done) elements.push(new Uint8Array(reader.raw()));
  const { secretKey, publicKey } = root.keys;
  return signDer(derSequence(...change(elements)), secretKey, publicKey);
}

/** As `rebuilt`, with one element replaced. */
function with_(index: number, element: Uint8Array): Bytes {
  return rebuilt(
    alice,
    (all) => all.map((each, i) => i === index ? new Uint8Array(element) : each),
  );
}

function extended(...values: ExtensionValue[]): Bytes {
  const all = profileExtensions("person", alice.keys.publicKey, root.keys.publicKey);
  return certify("x", root, { keys: alice.keys, extensions: [...all, ...values] }).certificate
    .signed.der;
}

const OTHER = "1.2.3.4.5";
const SHA256_RSA = derSequence(derOid("1.2.840.113549.1.1.11"), der(Tag.null));
const ECDSA = derSequence(derOid("1.2.840.10045.4.3.2"));
const time = (tag: number, text: string) => der(tag, new TextEncoder().encode(text));
const later = time(0x17, "491231235959Z");

/** Certificates that are not read. */
const MALFORMED: Readonly<Record<string, readonly [Bytes, string]>> = {
  "nothing": [new Uint8Array(0), "der.truncated"],
  "cut short": [alice.certificate.signed.der.slice(0, -1), "der.truncated"],
  "a byte behind": [concat(alice.certificate.signed.der, Uint8Array.of(0)), "der.trailing-bytes"],
  "length in a longer form": [
    concat(Uint8Array.of(0x30, 0x83, 0), alice.certificate.signed.der.subarray(2)),
    "der.length-not-minimal",
  ],
  "indefinite length": [
    concat(Uint8Array.of(0x30, 0x80), alice.certificate.signed.der.subarray(4), new Uint8Array(2)),
    "der.length-form",
  ],
  "signed with RSA": [
    derSequence(
      rebuiltContent((all) => all.with(2, SHA256_RSA)),
      SHA256_RSA,
      derBits(alice.certificate.signed.signature),
    ),
    "chain.algorithm",
  ],
  "signed with ECDSA": [
    derSequence(
      rebuiltContent((all) => all.with(2, ECDSA)),
      ECDSA,
      derBits(alice.certificate.signed.signature),
    ),
    "chain.algorithm",
  ],
  "two algorithms": [with_(2, ECDSA), "chain.algorithms-differ"],
  "version 4": [with_(0, der(0xa0, derNumber(3))), "der.unknown-version"],
  "extensions in version 1": [rebuilt(alice, (all) => all.slice(1)), "chain.extensions-version"],
  "a negative serial number": [
    with_(1, der(Tag.integer, Uint8Array.of(0x80, 1))),
    "der.negative-integer",
  ],
  "a serial number of 21 bytes": [
    with_(1, der(Tag.integer, new Uint8Array(21).fill(1))),
    "chain.serial-length",
  ],
  "a padded serial number": [with_(1, der(Tag.integer, Uint8Array.of(0, 1))), "der.padded-integer"],
  "no issuer": [with_(3, derSequence()), "chain.no-issuer"],
  "a broken name": [
    with_(
      3,
      derSequence(der(Tag.set, derSequence(derOid("2.5.4.3"), der(0x0c, Uint8Array.of(0xff))))),
    ),
    "chain.name",
  ],
  "a date that is none": [with_(4, derSequence(time(0x17, "260230000000Z"), later)), "chain.time"],
  "a date without seconds": [with_(4, derSequence(time(0x17, "2601010000Z"), later)), "chain.time"],
  "a date with a zone": [
    with_(4, derSequence(time(0x17, "260101000000+0800"), later)),
    "chain.time",
  ],
  "GeneralizedTime before 2050": [
    with_(4, derSequence(time(0x18, "20260101000000Z"), later)),
    "chain.time",
  ],
  "a point off the curve": [
    patched(alice.certificate.signed.der, [...pointOf(alice).subarray(60, 65)], [1, 2, 3, 4, 5]),
    "sm2.not-a-point",
  ],
  "a key on P-256": [
    with_(
      6,
      derSequence(
        derSequence(derOid("1.2.840.10045.2.1"), derOid("1.2.840.10045.3.1.7")),
        derBits(pointOf(alice)),
      ),
    ),
    "foreign.curve",
  ],
  "an extension twice": [extendedRaw(basicConstraints(false)), "chain.extension-twice"],
  "a broken extension": [
    extendedRaw({ oid: "2.5.29.30", critical: true, value: derOctets(Uint8Array.of(1)) }),
    "chain.extension",
  ],
  "a boolean of 01": [
    rebuilt(alice, (all) => [
      ...all.slice(0, 7),
      der(
        0xa3,
        derSequence(
          derSequence(derOid(OTHER), der(1, Uint8Array.of(1)), derOctets(alice.keys.publicKey)),
        ),
      ),
    ]),
    "der.boolean",
  ],
  "set bits that are left over": [
    with_(6, derSequence(SM2_ALGORITHM, der(Tag.bitString, Uint8Array.of(1, 4, 0xff)))),
    "der.bit-string",
  ],
  "a string in pieces": [
    with_(
      3,
      derSequence(
        der(Tag.set, derSequence(derOid("2.5.4.3"), der(0x2c, der(0x0c, Uint8Array.of(65))))),
      ),
    ),
    "der.constructed-string",
  ],
};

function rebuiltContent(change: (elements: Bytes[]) => Uint8Array[]): Bytes {
  const reader = new DerReader(alice.certificate.signed.content).sequence();
  const elements: Bytes[] = [];
  while (!reader.done) elements.push(new Uint8Array(reader.raw()));
  return derSequence(...change(elements));
}

function pointOf({ certificate }: Holder): Bytes {
  const reader = new DerReader(certificate.signed.content).sequence();
  for (let i = 0; i < 6; i++) reader.any();
  const info = reader.sequence();
  info.any();
  return new Uint8Array(info.bitString());
}

/** A certificate with these extensions besides the usual ones, past what certify would read. */
function extendedRaw(value: ExtensionValue): Bytes {
  return rebuilt(alice, (all) => {
    const list = new DerReader(new DerReader(all[7]!).content(0xa3)).sequence();
    const values: Bytes[] = [];
    while (!list.done) values.push(new Uint8Array(list.raw()));
    const critical = value.critical ? [der(Tag.boolean, Uint8Array.of(0xff))] : [];
    values.push(derSequence(derOid(value.oid), ...critical, derOctets(value.value)));
    return all.with(7, der(0xa3, derSequence(...values)));
  });
}

for (const [name, [bytes, code]] of Object.entries(MALFORMED)) {
  Deno.test(`a certificate that is malformed is refused: ${name}`, () => {
    assert.equal(reasonOf(() => readCertificate(bytes)), code);
    assert.ok(code in english);
  });
}

/** Paths that do not hold. */
const sub = certify("sub", root, { profile: "authority", pathLength: 0 });
const subSub = certify("sub sub", sub, { profile: "authority" });
const fake = certify("root", undefined);
const bounded = certify("bounded", root, {
  profile: "authority",
  nameConstraints: {
    permitted: [subtreeFromText("dns:school.cn"), subtreeFromText("ip:10.0.0.0/8")],
    excluded: [subtreeFromText("dns:secret.school.cn"), subtreeFromText("email:evil.cn")],
  },
});
const dn = certify("directory", root, {
  profile: "authority",
  nameConstraints: {
    permitted: [{ kind: "directory", name: makeName([{ type: "2.5.4.6", value: "CN" }]) }],
    excluded: [],
  },
});
const noSign = certify("no sign", undefined, {
  extensions: [basicConstraints(true), keyUsage(KeyUsage.cRLSign)],
});
const noList = certify("no list", undefined, {
  extensions: [basicConstraints(true), keyUsage(KeyUsage.keyCertSign)],
});
const oldRoot = certify("old root", undefined, {
  content: { notBefore: NOW - 20 * DAY, notAfter: NOW - DAY },
});
const withNames = (issuer: Holder, ...names: string[]) =>
  certify("leaf", issuer, { profile: "server", alternativeNames: names.map(generalNameFromText) });
const revoked = (holder: Holder, reason = 1) => ({
  serial: holder.certificate.serial,
  time: NOW - 3600_000,
  reason,
});

interface Case {
  readonly leaf: Holder;
  readonly code: string;
  readonly options?: Partial<PathOptions>;
}

const PATHS: Readonly<Record<string, Case>> = {
  "an unknown issuer": { leaf: certify("x", fake), code: "chain.signature" },
  "an issuer nobody named": {
    leaf: certify("x", certify("else", undefined)),
    code: "chain.unknown-issuer",
  },
  "a trusted name, another key": { leaf: fake, code: "chain.signature" },
  "expired": {
    leaf: certify("x", root, { content: { notBefore: NOW - 9 * DAY, notAfter: NOW - DAY } }),
    code: "chain.expired",
  },
  "expired a second ago": {
    leaf: certify("x", root, { content: { notAfter: NOW - 1000 } }),
    code: "chain.expired",
  },
  "not yet valid": {
    leaf: certify("x", root, { content: { notBefore: NOW + DAY } }),
    code: "chain.not-yet",
  },
  "ends before it begins": {
    leaf: certify("x", root, { content: { notBefore: NOW + DAY, notAfter: NOW - DAY } }),
    code: "chain.dates",
  },
  "an authority that expired": {
    leaf: certify("x", oldRoot),
    code: "chain.expired",
    options: { anchors: [oldRoot.certificate] },
  },
  "issued by a person": { leaf: certify("x", alice), code: "chain.no-authority" },
  "issued without the right to": {
    leaf: certify("x", noSign),
    code: "chain.may-not-issue",
    options: { anchors: [noSign.certificate] },
  },
  "one authority too many": { leaf: certify("x", subSub), code: "chain.path-length" },
  "a critical extension nobody knows": {
    leaf: {
      ...alice,
      certificate: readCertificate(extended({ oid: OTHER, critical: true, value: derSequence() })),
    },
    code: "chain.unknown-critical",
  },
  "outside the permitted hosts": {
    leaf: withNames(bounded, "dns:example.cn"),
    code: "chain.name-constraint",
  },
  "a host that only ends alike": {
    leaf: withNames(bounded, "dns:notschool.cn"),
    code: "chain.name-constraint",
  },
  "in an excluded subtree": {
    leaf: withNames(bounded, "dns:a.secret.school.cn"),
    code: "chain.name-constraint",
  },
  "outside the permitted addresses": {
    leaf: withNames(bounded, "dns:school.cn", "ip:11.0.0.1"),
    code: "chain.name-constraint",
  },
  "an excluded mailbox": {
    leaf: withNames(bounded, "email:me@evil.cn"),
    code: "chain.name-constraint",
  },
  "a common name that is an excluded host": {
    leaf: certify("www.example.cn", bounded),
    code: "chain.name-constraint",
  },
  "a subject outside the permitted directory": {
    leaf: certify("x", dn, { content: { subject: makeName([{ type: "2.5.4.6", value: "DE" }]) } }),
    code: "chain.name-constraint",
  },
  "revoked": {
    leaf: alice,
    code: "chain.revoked",
    options: { lists: [listOf(root, [revoked(alice)])] },
  },
  "revoked by an old list, and not in the newer one": {
    leaf: alice,
    code: "chain.revoked",
    options: {
      lists: [
        listOf(root),
        listOf(root, [revoked(alice)], { nextUpdate: NOW - 30 * DAY, thisUpdate: NOW - 40 * DAY }),
      ],
    },
  },
  "an authority that is revoked": {
    leaf: certify("x", sub),
    code: "chain.revoked",
    options: { lists: [listOf(root, [revoked(sub)])] },
  },
  "a list long overdue": {
    leaf: alice,
    code: "chain.list-stale",
    options: {
      lists: [listOf(root, [], { thisUpdate: NOW - 30 * DAY, nextUpdate: NOW - 8 * DAY })],
    },
  },
  "a list of the future": {
    leaf: alice,
    code: "chain.list-not-yet",
    options: { lists: [listOf(root, [], { thisUpdate: NOW + DAY })] },
  },
  "a list that the authority may not sign": {
    leaf: certify("x", noList),
    code: "chain.may-not-revoke",
    options: { anchors: [noList.certificate], lists: [listOf(noList)] },
  },
  "a list of somebody else's, where one is needed": {
    leaf: alice,
    code: "chain.no-list",
    options: { requireList: true, lists: [listOf(root, [], { signer: fake })] },
  },
  "no list where one is needed": {
    leaf: alice,
    code: "chain.no-list",
    options: { requireList: true },
  },
  "an encryption certificate in a conversation": {
    leaf: certify("x", root, { profile: "encryption" }),
    code: "chain.usage",
    options: { usage: "talk" },
  },
  "a signing certificate for encryption": {
    leaf: certify("x", root, { profile: "signing" }),
    code: "chain.usage",
    options: { usage: "encrypt" },
  },
  "a person's as a server's": { leaf: alice, code: "chain.usage", options: { usage: "server" } },
  "another host": {
    leaf: withNames(root, "dns:a.school.cn"),
    code: "chain.other-subject",
    options: { subject: generalNameFromText("dns:b.school.cn") },
  },
  "a blocked key": {
    leaf: alice,
    code: "chain.blocked",
    options: { blockedKeys: [alice.keys.publicKey] },
  },
  "a blocked authority": {
    leaf: alice,
    code: "chain.blocked",
    options: { blockedKeys: [root.keys.publicKey] },
  },
  "signed under the empty ID": {
    leaf: certify("x", root, { id: new Uint8Array(0) }),
    code: "chain.signature",
  },
};

for (const [name, { leaf, code, options }] of Object.entries(PATHS)) {
  Deno.test(`a path that does not hold is refused: ${name}`, () => {
    const others = [sub, subSub, alice, bounded, dn].map(({ certificate }) => certificate);
    const work = () =>
      validatePath(leaf.certificate, { anchors: [root.certificate], others, now: NOW, ...options });
    assert.equal(reasonOf(work), code);
    assert.ok(code in english);
  });
}

Deno.test("paths that hold, close to those that do not", () => {
  const others = [sub, bounded, dn].map(({ certificate }) => certificate);
  const options = { anchors: [root.certificate], others, now: NOW };
  const host = generalNameFromText("dns:a.school.cn");
  const good: Array<readonly [Holder, Partial<PathOptions>, number]> = [
    [alice, { usage: "talk" }, 2],
    [certify("x", sub), {}, 3],
    [certify("x", root, { content: { notAfter: NOW } }), {}, 2],
    [
      withNames(bounded, "dns:school.cn", "dns:www.school.cn", "ip:10.1.2.3"),
      { usage: "server" },
      3,
    ],
    [certify("x", dn), {}, 3],
    [withNames(root, "dns:*.school.cn"), { subject: host }, 2],
    [certify("x", root, { id: new Uint8Array(0) }), {
      id: new Uint8Array(0),
      anchors: [certify("root", undefined, { keys: root.keys, id: new Uint8Array(0) }).certificate],
    }, 2],
    [alice, { lists: [listOf(root)], requireList: true }, 2],
    [alice, { lists: [listOf(root, [revoked(alice, 8)])] }, 2],
  ];
  for (const [leaf, more, length] of good) {
    assert.equal(validatePath(leaf.certificate, { ...options, ...more }).chain.length, length);
  }
});

Deno.test("a list that was due a while ago counts on, with a word about it", () => {
  const lists = [listOf(root, [], { thisUpdate: NOW - 9 * DAY, nextUpdate: NOW - 2 * DAY })];
  const options = { anchors: [root.certificate], now: NOW, lists };
  const { warnings } = validatePath(alice.certificate, options);
  assert.deepEqual(warnings.map(({ code }) => code), ["chain.list-due"]);
  assert.equal(
    reasonOf(() => validatePath(alice.certificate, { ...options, graceMs: DAY })),
    "chain.list-stale",
  );
});

Deno.test("two keys of one authority: each path goes by the key that signed", () => {
  const newer = certify("root", undefined);
  const cross = certify("root", root, { keys: newer.keys, profile: "authority" });
  const leaf = certify("x", newer);
  const both = { now: NOW, others: [cross.certificate], lists: [listOf(newer), listOf(root)] };
  assert.equal(
    validatePath(leaf.certificate, { ...both, anchors: [root.certificate] }).chain.length,
    3,
  );
  assert.equal(
    validatePath(leaf.certificate, { ...both, anchors: [newer.certificate] }).chain.length,
    2,
  );
});

Deno.test("authorities that certify each other in a ring end the search", () => {
  const a = certify("a", undefined), b = certify("b", undefined);
  const ring = [
    certify("a", b, { keys: a.keys, profile: "authority" }),
    certify("b", a, { keys: b.keys, profile: "authority" }),
    ...Array.from({ length: 200 }, () => certify("a", undefined)),
  ].map(({ certificate }) => certificate);
  const work = () =>
    validatePath(certify("x", a).certificate, {
      anchors: [root.certificate],
      others: ring,
      now: NOW,
    });
  assert.match(reasonOf(work), /^chain\.(?:unknown-issuer|signature|too-many-signatures)$/);
});

/** Requests and lists. */
const request = makeRequest({
  subject: named("alice"),
  extensions: [keyUsage(KeyUsage.digitalSignature)],
}, alice.keys);
const list = listOf(root, [revoked(alice)]).signed.der;
const foreignId = makeRequest({ subject: named("alice"), extensions: [] }, alice.keys, {
  id: new Uint8Array(0),
});

Deno.test("malformed requests and lists are refused, each with its reason", () => {
  const flipped = new Uint8Array(request);
  flipped[flipped.length - 1]! ^= 1;
  const requests: Array<readonly [Bytes, string]> = [
    [request.slice(0, 40), "der.truncated"],
    [flipped, "chain.request-signature"],
    [
      patched(request, [...new TextEncoder().encode("alice")], [
        ...new TextEncoder().encode("mallo"),
      ]),
      "chain.request-signature",
    ],
    [foreignId, "chain.request-signature"],
    [patched(request, [0x02, 0x01, 0x00], [0x02, 0x01, 0x01]), "der.unknown-version"],
    [alice.certificate.signed.der, "der.unexpected-element"],
  ];
  for (const [bytes, code] of requests) assert.equal(reasonOf(() => readRequest(bytes)), code);
  assert.equal(readRequest(request).extensions.keyUsage, KeyUsage.digitalSignature);
  const lists: Array<readonly [Bytes, string]> = [
    [list.slice(0, -3), "der.truncated"],
    [concat(Uint8Array.of(0x31), list.subarray(1)), "der.unexpected-element"],
    [patched(list, [0x0a, 0x01, 0x01], [0x0a, 0x01, 0x07]), "chain.extension"],
    [patched(list, [0x02, 0x01, 0x01, 0x30], [0x02, 0x01, 0x03, 0x30]), "der.unknown-version"],
    [alice.certificate.signed.der, "chain.algorithms-differ"],
  ];
  for (const [bytes, code] of lists) assert.equal(reasonOf(() => readRevocationList(bytes)), code);
  assert.equal(readRevocationList(list).revoked.size, 1);
  assert.equal(keyIdentifier(root.keys.publicKey).length, 20);
});
