/** English: certificates, requests, revocation lists, and the authority. */
import type { Text, Wording } from "../text.ts";

interface Unreadable {
  readonly name: string | undefined;
  readonly reason: Text;
}

interface Named {
  readonly name: string;
}

interface Dated extends Named {
  readonly time: number;
}

function of(name: string | undefined): string {
  return name === undefined ? "" : ` ${name}`;
}

/** "2026-11-26" of milliseconds since 1970. */
function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Reasons of revocation (RFC 5280 §5.3.1). */
const REVOKED_BECAUSE: Readonly<Record<number, string>> = {
  1: ": its key is compromised",
  2: ": its authority is compromised",
  3: ": its holder has moved",
  4: ": another one replaces it",
  5: ": it is not needed any more",
  6: ": on hold",
  9: ": the privilege was withdrawn",
  10: ": the attribute authority is compromised",
};

const FOR_USAGE: ReadonlyMap<string, string> = new Map([
  ["any", "anything"],
  ["talk", "conversations"],
  ["sign", "signatures"],
  ["encrypt", "encryption"],
  ["server", "servers"],
  ["authority", "issuing certificates"],
]);

export const certificate = {
  "certificate.unreadable": ({ name, reason }: Unreadable, { text }: Wording) =>
    `read certificate${of(name)}: ${text(reason)}`,
  "certificate-request.unreadable": ({ name, reason }: Unreadable, { text }: Wording) =>
    `read certificate request${of(name)}: ${text(reason)}`,
  "revocation-list.unreadable": ({ name, reason }: Unreadable, { text }: Wording) =>
    `read revocation list${of(name)}: ${text(reason)}`,
  "certificate.refused": ({ name, reason }: Named & { reason: Text }, { text }: Wording) =>
    `verify certificate of ${name}: ${text(reason)}`,
  "certificate.bad-name": ({ given }: { given: string }) =>
    `read name "${given}": it is no name such as "C=CN, O=School, CN=alice"`,
  "certificate.bad-alternative": ({ given }: { given: string }) =>
    `read name "${given}": it is none of dns:HOST, ip:ADDRESS, email:ADDRESS, uri:URI`,

  "chain.time": "a time in a form that is not allowed",
  "chain.name": "a name that is broken",
  "chain.too-large": "it is too large",
  "chain.none-found": "there is none in it",
  "chain.unknown-form": "neither PEM nor DER",
  "chain.algorithm": ({ algorithm }: { algorithm: string }) =>
    `it is signed with ${algorithm}, and only SM2 with SM3 is taken`,
  "chain.algorithms-differ": "its two mentions of the signature algorithm differ",
  "chain.no-issuer": "it names no issuer",
  "chain.serial-length": "its serial number is longer than 20 bytes",
  "chain.extensions-version": "extensions in a version that has none",
  "chain.extension": ({ oid }: { oid: string }) => `extension ${oid} is broken`,
  "chain.extension-twice": ({ oid }: { oid: string }) => `extension ${oid} is there twice`,
  "chain.unknown-critical": ({ oid }: { oid: string }) =>
    `extension ${oid} is critical and not known here`,
  "chain.request-signature": "its signature is not one of its own key",
  "chain.unknown-issuer": ({ issuer }: { issuer: string }) =>
    `its issuer is not known here: ${issuer}`,
  "chain.signature": ({ name, issuer }: Named & { issuer: string }) =>
    `the signature on ${name} is not one of ${issuer}`,
  "chain.empty-id.hint": "it verifies with the empty ID, which OpenSSL uses by default: --id ''",
  "chain.too-long": ({ most }: { most: number }) =>
    `more than ${most} certificates up to the authority`,
  "chain.too-many-signatures": ({ most }: { most: number }) =>
    `more than ${most} signatures to verify`,
  "chain.blocked": ({ name }: Named) => `the key of ${name} is blocked here`,
  "chain.dates": ({ name }: Named) => `${name} ends before it begins`,
  "chain.not-yet": ({ name, time }: Dated) => `${name} is not valid before ${day(time)}`,
  "chain.expired": ({ name, time }: Dated) => `${name} expired on ${day(time)}`,
  "chain.no-authority": ({ name }: Named) => `${name} is no certificate of an authority`,
  "chain.may-not-issue": ({ name }: Named) => `${name} may not issue certificates`,
  "chain.may-not-revoke": "the authority may not sign revocation lists",
  "chain.path-length": ({ name, most }: Named & { most: number }) =>
    `${name} allows ${most} ${
      most === 1 ? "authority" : "authorities"
    } below it, and there are more`,
  "chain.name-constraint": ({ name, issuer }: Named & { issuer: string }) =>
    `${name} is a name that ${issuer} may not certify`,
  "chain.usage": ({ name, usage }: Named & { usage: string }) =>
    `${name} is not meant for ${FOR_USAGE.get(usage) ?? usage}`,
  "chain.other-subject": ({ name, wanted }: Named & { wanted: string }) =>
    `${name} is not for ${wanted}`,
  "chain.revoked": ({ name, time, reason }: Dated & { reason: number }) =>
    `${name} was revoked on ${day(time)}${REVOKED_BECAUSE[reason] ?? ""}`,
  "chain.no-list": ({ issuer }: { issuer: string }) => `there is no revocation list of ${issuer}`,
  "chain.list-signature": "the revocation list is not signed by the authority",
  "chain.list-not-yet": ({ time }: { time: number }) =>
    `the revocation list is of ${day(time)}, which is to come`,
  "chain.list-stale": ({ issuer, time }: { issuer: string; time: number }) =>
    `the revocation list of ${issuer} is out of date since ${day(time)}: a newer one is needed`,
  "chain.list-due": ({ issuer, time }: { issuer: string; time: number }) =>
    `a newer revocation list of ${issuer} was due on ${day(time)}`,
} as const;
