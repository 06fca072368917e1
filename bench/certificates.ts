/** Certificates: issuing with its log, a long revocation list, and a crowd of peers that is revoked at once. */
import assert from "node:assert/strict";
import { Authority } from "../lib/authority/authority.ts";
import { keyIdentifier, randomSerial } from "../lib/certificate/certificate.ts";
import { nameFromText } from "../lib/certificate/name.ts";
import { makeRequest, readRequest } from "../lib/certificate/request.ts";
import { makeRevocationList, readRevocationList } from "../lib/certificate/revocation-list.ts";
import { revocationOf } from "../lib/certificate/revocation.ts";
import { randomBytes } from "../lib/crypto/random.ts";
import { generateKeyPair } from "../lib/crypto/sm2.ts";
import { revokeCrowd } from "../tests/talk/certified-crowd.ts";
import { type Bench, median, type Row } from "./harness.ts";

const ISSUED = 500;
const ENTRIES = 100_000;
const PEERS = 100;
const CHECKS = 1000;
const ROUNDS = 3;

/** A row against a goal: `higher` is better, or lower. */
function goal(what: string, ours: number, unit: string, theirs: number, higher: boolean): Row {
  return {
    what,
    ours,
    unit,
    peer: "the goal",
    theirs,
    ratio: higher ? ours / theirs : theirs / ours,
  };
}

/** Certificates a second, in transactions of so many, each verified as a request, logged and on the disk. */
async function issuing(): Promise<number> {
  const authority = await Authority.create({
    ...{ name: `bench ${crypto.randomUUID()}`, subject: nameFromText("CN=bench"), years: 10 },
    ...{ passphrase: undefined, now: Date.now },
  });
  try {
    const speeds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const requests = Array.from(
        { length: ISSUED },
        (_, i) =>
          makeRequest({ subject: nameFromText(`CN=p${i}`), extensions: [] }, generateKeyPair()),
      );
      const begun = performance.now();
      authority.issue(requests.map((der) => ({ request: readRequest(der), days: 365 })));
      speeds.push(ISSUED / (performance.now() - begun) * 1000);
    }
    assert.equal(authority.auditFault(), undefined);
    return median(speeds);
  } finally {
    authority.close();
  }
}

/** Milliseconds to sign a list, and to ask it about one certificate when it is warm. */
async function longList(): Promise<{ readonly signed: number; readonly checked: number }> {
  const authority = await Authority.create({
    ...{ name: `list ${crypto.randomUUID()}`, subject: nameFromText("CN=list"), years: 10 },
    ...{ passphrase: undefined, now: Date.now },
  });
  const keys = generateKeyPair();
  const now = Date.now();
  const revoked = Array.from({ length: ENTRIES }, () => ({
    ...{ serial: randomSerial(randomBytes), time: now, reason: 1 },
  }));
  const issuer = { ...authority.certificate, publicKey: keys.publicKey };
  authority.close();
  const content = {
    ...{ issuer: issuer.subject, thisUpdate: now - 1000, nextUpdate: now + 86_400_000, number: 1 },
    ...{ keyId: keyIdentifier(keys.publicKey), revoked },
  };
  const times: number[] = [];
  let der = new Uint8Array(0);
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    der = makeRevocationList(content, keys);
    times.push(performance.now() - begun);
  }
  const lists = [readRevocationList(der)];
  const options = { now, graceMs: 0 };
  assert.equal(revocationOf(issuer, issuer, lists, options).type, "good");
  const begun = performance.now();
  for (let i = 0; i < CHECKS; i++) revocationOf(issuer, issuer, lists, options);
  return { signed: median(times), checked: (performance.now() - begun) / CHECKS };
}

export const bench: Bench = {
  name: "certificates",
  async run(): Promise<Row[]> {
    const folder = await Deno.makeTempDir();
    const before = ["P2P_HOME", "P2P_LAN"].map((name) => [name, Deno.env.get(name)] as const);
    Deno.env.set("P2P_HOME", folder);
    Deno.env.set("P2P_LAN", "off");
    try {
      const issued = await issuing();
      const { signed, checked } = await longList();
      const { milliseconds } = await revokeCrowd(folder, PEERS);
      return [
        goal("issue certificates, logged and stored", issued, "op/s", 500, true),
        goal("sign a revocation list of 100,000", signed, "ms", 1000, false),
        goal("look a certificate up in it, warm", checked, "ms", 1, false),
        goal("revoked: conversations with 100 peers end", milliseconds, "ms", 2000, false),
      ];
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Deno.env.delete(name);
        else Deno.env.set(name, value);
      }
      await Deno.remove(folder, { recursive: true });
    }
  },
};
