/** English: certificates, requests, revocation lists, and the authority. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

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
    `more than ${counted(most, "certificate")} up to the authority`,
  "chain.too-many-signatures": ({ most }: { most: number }) =>
    `more than ${counted(most, "signature")} to verify`,
  "chain.blocked": ({ name }: Named) => `the key of ${name} is blocked here`,
  "chain.dates": ({ name }: Named) => `${name} ends before it begins`,
  "chain.not-yet": ({ name, time }: Dated) => `${name} is not valid before ${day(time)}`,
  "chain.expired": ({ name, time }: Dated) => `${name} expired on ${day(time)}`,
  "chain.no-authority": ({ name }: Named) => `${name} is no certificate of an authority`,
  "chain.may-not-issue": ({ name }: Named) => `${name} may not issue certificates`,
  "chain.may-not-revoke": "the authority may not sign revocation lists",
  "chain.path-length": ({ name, most }: Named & { most: number }) =>
    `${name} allows ${counted(most, "authority", "authorities")} below it, and there are more`,
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

  "authority.bad-name": ({ name }: Named) =>
    `name authority: "${name}" is not made of letters, digits, blanks, dots, dashes alone`,
  "authority.exists": ({ name }: Named) => `make authority: there is one called ${name} already`,
  "authority.none": ({ name }: Named) => `open authority: there is none called ${name}`,
  "authority.none.hint": "p2p cert ca NAME makes one",
  "authority.several": ({ names }: { names: readonly string[] }) =>
    `open authority: there are several: ${names.join(", ")}`,
  "authority.several.hint": "--authority NAME says which",
  "authority.damaged": ({ name }: Named) => `open authority ${name}: its file is damaged`,
  "authority.locked": ({ name }: Named) => `sign as ${name}: its key is locked`,
  "authority.expired": ({ name }: Named) => `issue as ${name}: its own certificate has expired`,
  "authority.no-subject": "issue certificate: the request names nobody",
  "authority.key-blocked": ({ name }: Named) =>
    `issue certificate for ${name}: its key was revoked for good`,
  "authority.own": ({ name }: Named) =>
    `issue certificate for ${name}: name or key is the authority's own`,
  "authority.renew-revoked": ({ name }: Named) =>
    `renew certificate of ${name}: it is revoked, and needs a new request`,
  "authority.no-certificate": ({ name, serial }: Named & { serial: string }) =>
    `find certificate ${serial}: ${name} has issued none with this number`,
  "enrol.bad-code": "read code: it has 16 letters and digits, such as 7K3M-9QPX-2VTA-HW5D",
  "enrol.many-codes": ({ most }: { most: number }) =>
    `make codes: there would be more than ${most}`,

  "authority.no-authority": "open authority: there is none here",
  "authority.list-empty": "no authority yet: p2p cert ca NAME makes one",
  "authority.passphrase": ({ name }: Named) => `passphrase for the authority ${name}`,
  "authority.needs-passphrase":
    "make authority: its key needs a passphrase, and there is no terminal",
  "authority.needs-passphrase.hint":
    "--passphrase-file FILE has it, or --no-passphrase leaves it out",
  "authority.made": ({ name, path }: Named & { path: string }) =>
    `made the authority ${name}: ${path} (keep a copy of it)`,
  "authority.open-key": "its key has no passphrase: whoever has the file can issue",
  "authority.rotated": ({ name }: Named) =>
    `${name} has a new key: give both certificates to those who trust it`,
  "authority.fingerprint": ({ fingerprint }: { fingerprint: string }) =>
    `fingerprint of the certificate: ${fingerprint}`,
  "authority.ends": ({ name, time }: Dated) =>
    `the certificate of ${name} ends on ${
      day(time)
    }: p2p cert ca "${name}" --rotate makes a new one`,
  "authority.list-due": ({ name, time }: Dated) =>
    `a new revocation list of ${name} is due on ${day(time)}: p2p cert crl`,
  "authority.log-broken": ({ name, seq }: Named & { seq: number }) =>
    `check log of ${name}: entry ${seq} does not hold`,
  "authority.log-holds": "every entry holds",
  "certificate.ends": ({ name, time }: Dated) =>
    `the certificate of ${name} ends on ${day(time)}: it should be renewed`,
  "cert.made-encryption-key": ({ path }: { path: string }) =>
    `made a second key for encryption, without a passphrase: ${path}`,
  "cert.one-profile": "issue certificates: several requests, and one --profile",
  "cert.issued": ({ name, time }: Dated) => `issued to ${name}, valid until ${day(time)}`,
  "cert.revoked": ({ name }: Named) => `revoked: ${name}`,
  "cert.was-revoked": "it was revoked before",
  "cert.publish-list": "give others the new revocation list: p2p cert crl -o FILE",
  "cert.bad-time": ({ given }: { given: string }) =>
    `read time "${given}": it is none such as 2027-01-31 or 2027-01-31T12:00Z`,
  "cert.no-anchor": "verify certificate: no authority is trusted here",
  "cert.no-anchor.hint": "p2p cert trust FILE trusts one, --ca FILE names one",
  "cert.holds": ({ names, time }: { names: readonly string[]; time: number }) =>
    `good until ${day(time)}: ${names.join(" < ")}`,
  "cert.blocked": ({ names }: { names: readonly string[] }) => `blocked: ${names.join(", ")}`,
  "cert.distrusted": ({ names }: { names: readonly string[] }) =>
    names.length === 0 ? "it was not trusted" : `not trusted any more: ${names.join(", ")}`,
  "cert.trust-no-authority": ({ name }: Named) =>
    `trust authority: the certificate of ${name} is none of an authority`,
  "cert.trusted": ({ name, fingerprint }: Named & { fingerprint: string }) =>
    `trusted from now on: ${name}, fingerprint ${fingerprint}`,
  "cert.trusted.compare": ({ path }: { path: string }) =>
    `compare the fingerprint with the one that the authority shows; kept in ${path}`,
  "cert.trusted-before": "it was trusted before",
  "cert.kept-lists": ({ newer, of }: { newer: number; of: number }) =>
    newer === of
      ? "kept the revocation list"
      : `kept ${newer} of ${of} revocation lists: others are older, or of nobody who is trusted here`,

  "credentials.not-ours": ({ name }: Named) =>
    `show certificate of ${name}: it is not one of this identity's key`,
  "credentials.none": ({ fingerprint }: { fingerprint: string }) =>
    `verify peer ${fingerprint}: it shows no certificate`,
  "credentials.other-key": "it is of another key than the peer's",
  "credentials.unreadable": (
    { fingerprint, reason }: { fingerprint: string; reason: Text },
    { text }: Wording,
  ) => `verify peer ${fingerprint}: ${text(reason)}`,
  "credentials.reading": "read what is trusted",
  "credentials.expired": ({ name, time }: Dated) =>
    `your certificate ${name} expired on ${day(time)}: peers who check it will refuse you`,

  "cert.no-names": "make codes: for whom? give names, or --file FILE with one a line",
  "enrol.broken": "enroll: the other side broke off",
  "enrol.declined": "enroll: the authority's owner said no, or nobody is there to say yes",
  "enrol.wrong-code": "enroll: the code is wrong, too old, or was used by somebody else",
  "enrol.bad-request": "enroll: the authority does not take the request",
  "enrol.failed": "enroll: the authority could not issue",
  "enrol.unproven": "enroll: whoever answered does not know the code",
  "enrol.not-ours": "enroll: what came is not a certificate of this key",
  "enrol.not-serving": ({ where }: { where: string }) =>
    `enroll with ${where}: no authority is there`,
  "enrol.not-serving.hint": "'p2p cert serve' must run there",
  "enrol.where": ({ peer }: { peer: string }) => `enroll with ${peer}: no address of it is known`,
  "enrol.two-codes": "enroll: --code and --code-file exclude each other",
  "enrol.unknown-root": ({ name, fingerprint }: Named & { fingerprint: string }) =>
    `trust authority ${name}: nothing proves its certificate, fingerprint ${fingerprint}`,
  "enrol.unknown-root.hint": "use a code, or --ca FILE with its certificate",
  "enrol.compare": ({ name, fingerprint }: Named & { fingerprint: string }) =>
    `${name} has the fingerprint ${fingerprint}`,
  "enrol.same": "does the authority's owner see the same? [y/n] ",
  "enrol.ask": ({ subject, fingerprint }: { subject: string; fingerprint: string }) =>
    `issue to ${subject}, whose key is ${fingerprint}? [y/n] `,
  "enrol.pending": "waiting for the authority's owner to say yes",
  "enrol.again": ({ reason }: { reason: Text }, { text }: Wording) =>
    `${text(reason)}: trying again`,
  "enrol.keeps-trying": ({ reason }: { reason: Text }, { text }: Wording) =>
    `the certificate is not renewed yet, and it will be tried again: ${text(reason)}`,
  "enrol.not-renewed": "renew certificate: it has ended, and the authority gives no newer one",
  "enrol.serving": ({ where }: { where: string }) => `issuing on ${where}`,
  "enrol.issued": ({ name, fingerprint }: Named & { fingerprint: string }) =>
    `issued to ${name} (${fingerprint})`,
  "enrol.refused": ({ name, fingerprint }: Named & { fingerprint: string }) =>
    `refused ${name} (${fingerprint})`,
  "enrol.done": ({ name, time, path }: Dated & { path: string }) =>
    `you are ${name} until ${day(time)}: ${path}`,

  "cms.unreadable": ({ name, reason }: Unreadable, { text }: Wording) =>
    `read CMS message${of(name)}: ${text(reason)}`,
  "cms.other-type": ({ type }: { type: string }) => `it is of another type: ${type}`,
  "cms.digest": ({ algorithm }: { algorithm: string }) =>
    `its digest is ${algorithm}, and only SM3 is taken`,
  "cms.cipher": ({ algorithm }: { algorithm: string }) =>
    `it is encrypted with ${algorithm}, and only SM4-CBC is read`,
  "cms.no-content": "verify CMS message: it is detached, and --content names no file",
  "cms.other-content": "verify CMS message: its content is not that of the file",
  "cms.no-signer": "verify CMS message: nobody has signed it",
  "cms.no-certificate": "verify CMS message: a signer's certificate is missing",
  "cms.bad": "verify CMS message: a signature does not hold",
  "cms.bad.hint": "if GmSSL made it: --for gmssl; if OpenSSL did, without an ID: --id ''",
  "cms.not-for-us": "decrypt CMS message: it is for none of the keys",
  "cms.damaged": "decrypt CMS message: it was damaged",
  "cms.no-signing-certificate": "sign CMS message: there is no certificate of this key",
  "cms.no-signing-certificate.hint": "--cert FILE names one, p2p cert enroll gets one",
  "cms.signed-by": ({ name, time }: Named & { time: number }) =>
    time === 0 ? `signed by ${name}` : `signed by ${name}, on ${day(time)} as it says`,
  "cms.not-authenticated": "an envelope does not say who made it, nor that nothing was changed",
} as const;
