/**
 * Certification paths (RFC 5280 §6): from a certificate to an authority that is trusted, through others that came along.
 * Every certificate on the way counts, the trusted one included: dates, usage, lengths, names, revocation, algorithm.
 */
import { equalConstantTime } from "../bytes.ts";
import { AuthenticationError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { type Certificate, isSelfIssued, sameCertificate } from "./certificate.ts";
import { KeyUsage } from "./extensions.ts";
import type { GeneralName } from "./general-name.ts";
import { commonName, nameText, sameName } from "./name.ts";
import { boundedNames, outsideConstraints } from "./name-constraints.ts";
import { ExtendedUsage } from "./oids.ts";
import { revocationOf } from "./revocation.ts";
import type { RevocationList } from "./revocation-list.ts";
import { verifiesDer } from "./signed.ts";

/** What a certificate is wanted for. `talk` is a conversation: its holder proves the key, as in TLS. */
export const USAGES = ["any", "talk", "sign", "encrypt", "server", "authority"] as const;
export type Usage = typeof USAGES[number];

/** How a path is judged. */
export interface PathOptions {
  /** Authorities that are trusted. */
  readonly anchors: readonly Certificate[];
  /** Certificates that may stand between. */
  readonly others?: readonly Certificate[];
  readonly lists?: readonly RevocationList[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly usage?: Usage;
  /** A name that the certificate must be for. */
  readonly subject?: GeneralName | undefined;
  /** How long a list counts after the next one was due. */
  readonly graceMs?: number | undefined;
  /** Refuse what no list covers. */
  readonly requireList?: boolean | undefined;
  /** Keys of which nothing is wanted, whoever certifies them. */
  readonly blockedKeys?: readonly Uint8Array[] | undefined;
  /** The ID of all signatures; 1234567812345678 unless another is agreed. */
  readonly id?: Uint8Array | undefined;
}

/** A path that holds. */
export interface ValidPath {
  /** The certificate first, the trusted authority last. */
  readonly chain: readonly Certificate[];
  /** What a person should know of it all the same. */
  readonly warnings: readonly Text[];
}

/** A certificate's path does not hold; `reason` says why. */
export class PathError extends AuthenticationError {
  override readonly kind = "certificate";
  readonly reason: Text;

  constructor(certificate: Certificate, reason: Text, hint?: Text) {
    super("certificate.refused", { name: commonName(certificate.subject), reason }, { hint });
    this.reason = reason;
  }
}

/** How long a revocation list counts after the next one was due, unless told otherwise: seven days. */
export const LIST_GRACE_MS = 7 * 86_400_000;

/** Certificates on one path. */
const MAX_PATH = 8;
/** Signatures verified for one path: names can be had by anybody, and each costs 0.3 ms. */
const MAX_SIGNATURES = 64;

/** The path of `leaf`; a PathError with the reason where there is none that holds. */
export function validatePath(leaf: Certificate, options: PathOptions): ValidPath {
  const search = new Search(leaf, options);
  for (const chain of search.chains()) {
    const warnings: Text[] = [];
    const reason = faultOf(chain, options, warnings);
    if (reason === undefined) return { chain, warnings };
    search.refusal ??= reason;
  }
  throw new PathError(leaf, search.refusal ?? search.broken ?? noIssuer(leaf), search.hint);
}

function noIssuer({ issuer }: Certificate): Text {
  return text("chain.unknown-issuer", { issuer: nameText(issuer) });
}

/** Finds paths, the shortest ways first. */
class Search {
  /** Why the first whole path does not hold. */
  refusal: Text | undefined;
  /** Why no path is whole. */
  broken: Text | undefined;
  hint: Text | undefined;
  readonly #leaf: Certificate;
  readonly #options: PathOptions;
  #left = MAX_SIGNATURES;

  constructor(leaf: Certificate, options: PathOptions) {
    this.#leaf = leaf;
    this.#options = options;
  }

  chains(): Generator<readonly Certificate[]> {
    return this.#extend([this.#leaf]);
  }

  *#extend(chain: readonly Certificate[]): Generator<readonly Certificate[]> {
    const { anchors, others = [] } = this.#options;
    const last = chain.at(-1)!;
    if (anchors.some((anchor) => sameCertificate(anchor, last))) {
      yield chain;
      return;
    }
    if (chain.length >= MAX_PATH) {
      this.broken = text("chain.too-long", { most: MAX_PATH });
      return;
    }
    for (const issuer of [...anchors, ...others]) {
      if (!sameName(issuer.subject, last.issuer)) continue;
      const loops = chain.some((each) =>
        equalConstantTime(each.publicKey, issuer.publicKey) &&
        sameName(each.subject, issuer.subject)
      );
      if (loops || !this.#signed(last, issuer)) continue;
      yield* this.#extend([...chain, issuer]);
    }
    if (chain.length > 1 || this.broken !== undefined) this.broken ??= noIssuer(last);
  }

  #signed(certificate: Certificate, issuer: Certificate): boolean {
    if (--this.#left < 0) {
      this.broken ??= text("chain.too-many-signatures", { most: MAX_SIGNATURES });
      return false;
    }
    const { id } = this.#options;
    if (verifiesDer(certificate.signed, issuer.publicKey, id)) return true;
    this.broken ??= text("chain.signature", {
      name: commonName(certificate.subject),
      issuer: commonName(issuer.subject),
    });
    if (id === undefined && verifiesDer(certificate.signed, issuer.publicKey, new Uint8Array(0))) {
      this.hint = text("chain.empty-id.hint");
    }
    return false;
  }
}

/** Why a whole path does not hold; undefined where it does. */
function faultOf(
  chain: readonly Certificate[],
  options: PathOptions,
  warnings: Text[],
): Text | undefined {
  for (let i = chain.length - 1; i >= 0; i--) {
    const certificate = chain[i]!;
    const reason = ownFault(certificate, options) ??
      (i > 0 ? authorityFault(chain, i) : undefined) ??
      revocationFault(chain, i, options, warnings);
    if (reason !== undefined) return reason;
  }
  return namesFault(chain) ?? usageFault(chain[0]!, options.usage ?? "any") ??
    subjectFault(chain[0]!, options.subject) ?? rootFault(chain, options);
}

/** What can be told of a certificate by itself. */
function ownFault(
  certificate: Certificate,
  { now, blockedKeys = [] }: PathOptions,
): Text | undefined {
  const { notBefore, notAfter, publicKey, extensions, subject } = certificate;
  const name = commonName(subject);
  if (blockedKeys.some((key) => equalConstantTime(key, publicKey))) {
    return text("chain.blocked", { name });
  }
  if (notBefore > notAfter) return text("chain.dates", { name });
  if (now < notBefore) return text("chain.not-yet", { name, time: notBefore });
  // To the second: the last one belongs to it.
  if (now >= notAfter + 1000) return text("chain.expired", { name, time: notAfter });
  const [oid] = extensions.unknownCritical;
  return oid === undefined ? undefined : text("chain.unknown-critical", { oid });
}

/** Whether the certificate at `i` may issue those below it. */
function authorityFault(chain: readonly Certificate[], i: number): Text | undefined {
  const { version, extensions, subject } = chain[i]!;
  const name = commonName(subject);
  if (version !== 3 || extensions.basicConstraints?.ca !== true) {
    return text("chain.no-authority", { name });
  }
  const { keyUsage } = extensions;
  if (keyUsage !== undefined && (keyUsage & KeyUsage.keyCertSign) === 0) {
    return text("chain.may-not-issue", { name });
  }
  const { pathLength } = extensions.basicConstraints;
  const below = chain.slice(1, i).filter((each) => !isSelfIssued(each)).length;
  if (pathLength !== undefined && below > pathLength) {
    return text("chain.path-length", { name, most: pathLength });
  }
  return undefined;
}

function revocationFault(
  chain: readonly Certificate[],
  i: number,
  options: PathOptions,
  warnings: Text[],
): Text | undefined {
  const issuer = chain[i + 1];
  if (issuer === undefined) return undefined;
  const { lists = [], now, graceMs = LIST_GRACE_MS, requireList = false, id } = options;
  const certificate = chain[i]!;
  const status = revocationOf(certificate, issuer, lists, { now, graceMs, id });
  const name = commonName(certificate.subject);
  switch (status.type) {
    case "good":
      if (status.due !== undefined) {
        warnings.push(
          text("chain.list-due", { issuer: commonName(issuer.subject), time: status.due }),
        );
      }
      return undefined;
    case "revoked":
      return text("chain.revoked", { name, time: status.time, reason: status.reason });
    case "stale":
      return text("chain.list-stale", { issuer: commonName(issuer.subject), time: status.due });
    case "unusable":
      return requireList || status.reason !== undefined
        ? status.reason ?? text("chain.no-list", { issuer: commonName(issuer.subject) })
        : undefined;
  }
}

/** Name constraints of each authority, on all below it (RFC 5280 §6.1.3 b, c). */
function namesFault(chain: readonly Certificate[]): Text | undefined {
  for (let i = chain.length - 1; i > 0; i--) {
    const constraints = chain[i]!.extensions.nameConstraints;
    if (constraints === undefined) continue;
    for (const [below, certificate] of chain.slice(0, i).entries()) {
      if (below > 0 && isSelfIssued(certificate)) continue;
      const outside = outsideConstraints(boundedNames(certificate), constraints);
      if (outside !== undefined) {
        return text("chain.name-constraint", {
          name: outside,
          issuer: commonName(chain[i]!.subject),
        });
      }
    }
  }
  return undefined;
}

/** Key usage bits, one of which is needed; extended usages, one of which is where there are any. */
const NEEDED: Readonly<Record<Usage, readonly [bits: number, extended: readonly string[]]>> = {
  any: [0, []],
  talk: [KeyUsage.digitalSignature, [ExtendedUsage.clientAuth, ExtendedUsage.serverAuth]],
  sign: [KeyUsage.digitalSignature | KeyUsage.nonRepudiation, []],
  encrypt: [KeyUsage.keyEncipherment | KeyUsage.dataEncipherment | KeyUsage.keyAgreement, []],
  server: [KeyUsage.digitalSignature | KeyUsage.keyAgreement, [ExtendedUsage.serverAuth]],
  authority: [KeyUsage.keyCertSign, []],
};

/** Why a certificate must not be used so; undefined where it may. */
export function usageFault({ extensions, subject }: Certificate, usage: Usage): Text | undefined {
  const [bits, extended] = NEEDED[usage];
  const name = commonName(subject);
  const { keyUsage, extendedKeyUsage, basicConstraints } = extensions;
  if (bits !== 0 && keyUsage !== undefined && (keyUsage & bits) === 0) {
    return text("chain.usage", { name, usage });
  }
  if (usage === "authority" && basicConstraints?.ca !== true) {
    return text("chain.no-authority", { name });
  }
  const open = extended.length === 0 || extendedKeyUsage === undefined ||
    extendedKeyUsage.includes(ExtendedUsage.any);
  return open || extended.some((oid) => extendedKeyUsage.includes(oid))
    ? undefined
    : text("chain.usage", { name, usage });
}

/** A certificate is for a name that is among its alternative ones; the common name counts for nothing (RFC 6125). */
function subjectFault(
  { extensions, subject }: Certificate,
  wanted: GeneralName | undefined,
): Text | undefined {
  if (wanted === undefined) return undefined;
  const found = (extensions.alternativeNames ?? []).some((name) => matches(name, wanted));
  if (found) return undefined;
  const value = "value" in wanted ? wanted.value : wanted.kind;
  return text("chain.other-subject", { name: commonName(subject), wanted: value });
}

function matches(name: GeneralName, wanted: GeneralName): boolean {
  if (name.kind === "ip" && wanted.kind === "ip") {
    return equalConstantTime(name.bytes, wanted.bytes);
  }
  if (!("value" in name) || !("value" in wanted) || name.kind !== wanted.kind) return false;
  const own = name.value.toLowerCase(), other = wanted.value.toLowerCase();
  // One star stands for one label, the first (RFC 6125 §6.4.3).
  const star = own.startsWith("*.") && name.kind === "dns" &&
    other.slice(other.indexOf(".")) === own.slice(1);
  return own === other || star && other.indexOf(".") > 0;
}

/** A trusted certificate that says it signed itself must have. */
function rootFault(chain: readonly Certificate[], { id }: PathOptions): Text | undefined {
  const root = chain.at(-1)!;
  if (!isSelfIssued(root) || verifiesDer(root.signed, root.publicKey, id)) return undefined;
  const name = commonName(root.subject);
  return text("chain.signature", { name, issuer: name });
}
