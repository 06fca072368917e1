/**
 * An authority: a small database that issues, renews and revokes certificates. Each change is one transaction, with its
 * entry in the audit log: half-issued is nothing.
 */
import { type Bytes, equalConstantTime, hex, wipe } from "../bytes.ts";
import {
  type Certificate,
  isSelfIssued,
  type IssuerKey,
  makeCertificate,
  randomSerial,
  readCertificate,
} from "../certificate/certificate.ts";
import type { GeneralName } from "../certificate/general-name.ts";
import { type DistinguishedName, nameText, sameName } from "../certificate/name.ts";
import {
  type Profile,
  profileExtensions,
  PROFILES,
  wishedProfile,
} from "../certificate/profile.ts";
import type { CertificateRequest } from "../certificate/request.ts";
import { makeRevocationList } from "../certificate/revocation-list.ts";
import { randomBytes } from "../crypto/random.ts";
import { sm3 } from "../crypto/sm3.ts";
import { FailureError } from "../errors.ts";
import { exists } from "../files/look.ts";
import { ensureHome, homePath, PRIVATE_FILE } from "../state/home.ts";
import type { Database } from "../state/sqlite.ts";
import { text } from "../text/catalogue.ts";
import {
  appendAudit,
  type AuditAction,
  auditEntries,
  type AuditEntry,
  auditFault,
} from "./audit.ts";
import { type EnrolmentCode, EnrolmentCodes } from "./codes.ts";
import {
  BACKDATE_MS,
  insertIssuer,
  type Issuer,
  issuerKeyId,
  issuersOf,
  keyPem,
  newRoot,
  rootCertificate,
  type RootContent,
  unlockIssuers,
} from "./issuers.ts";
import { IssuedCertificates } from "./issued.ts";
import { openAuthorityDatabase } from "./schema.ts";

/** What is to be issued. */
export interface IssueOrder {
  readonly request: CertificateRequest;
  /** What the request wishes for when undefined, else `person`. */
  readonly profile?: Profile | undefined;
  /** The request's own when undefined. */
  readonly subject?: DistinguishedName | undefined;
  readonly alternativeNames?: readonly GeneralName[] | undefined;
  readonly days: number;
  /** Of an authority below this one. */
  readonly pathLength?: number | undefined;
}

/** How an authority begins. */
export interface NewAuthority extends Omit<RootContent, "notAfter"> {
  readonly name: string;
  readonly years: number;
  /** Undefined for a key that lies open. */
  readonly passphrase: Uint8Array | undefined;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;
const YEAR_MS = 365.25 * DAY_MS;

/** Names of authorities: they are names of files. Made when it is asked for: classes of Unicode take time to make. */
const authorityName = () => /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u;

/** The file of the authority `name`. */
export function authorityPath(name: string): string {
  if (!authorityName().test(name)) throw new FailureError("authority.bad-name", { name });
  return homePath("ca", `${name}.db`);
}

/** The authorities of this home, by name. */
export function authorityNames(): string[] {
  const folder = homePath("ca");
  if (!exists(folder)) return [];
  return [...Deno.readDirSync(folder)].filter(({ name, isFile }) => isFile && name.endsWith(".db"))
    .map(({ name }) => name.slice(0, -3)).sort();
}

/** See above. */
export class Authority {
  readonly name: string;
  readonly codes: EnrolmentCodes;
  readonly issued: IssuedCertificates;
  readonly #database: Database;
  readonly #now: () => number;
  #issuers: readonly Issuer[];
  #keys = new Map<number, IssuerKey>();

  private constructor(name: string, database: Database, now: () => number) {
    this.name = name;
    this.#database = database;
    this.#now = now;
    this.#issuers = issuersOf(database);
    this.issued = new IssuedCertificates(database, name);
    this.codes = new EnrolmentCodes(database, now, (code) => this.#log("code", detailOf(code)));
  }

  /** Makes an authority; one of that name that is there already is an error. */
  static async create(
    { name, years, passphrase, now, ...content }: NewAuthority,
  ): Promise<Authority> {
    const path = authorityPath(name);
    ensureHome("ca");
    if (exists(path)) throw new FailureError("authority.exists", { name });
    const { key, der } = newRoot({ ...content, notAfter: now() + years * YEAR_MS }, now());
    const pem = await keyPem(key, passphrase);
    closeToOthers(path);
    const database = await openAuthorityDatabase(path);
    try {
      database.write(() => {
        if (database.get("SELECT id FROM authority") !== undefined) {
          throw new FailureError("authority.exists", { name });
        }
        database.run("INSERT INTO authority (id, name, created) VALUES (1, ?, ?)", name, now());
        insertIssuer(database, der, null, pem);
        const detail = {
          subject: nameText(content.subject),
          serial: hex(readCertificate(der).serial),
        };
        appendAudit(database, { seq: 1, key }, { time: now(), action: "create", detail });
      }, { durable: true });
      const made = new Authority(name, database, now);
      made.#keys.set(1, key);
      return made;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Opens the authority `name`, locked: it shows what it has, and signs nothing. */
  static async open(name: string, now: () => number): Promise<Authority> {
    const path = authorityPath(name);
    if (!exists(path)) {
      throw new FailureError("authority.none", { name }, { hint: text("authority.none.hint") });
    }
    const database = await openAuthorityDatabase(path);
    try {
      const opened = new Authority(name, database, now);
      if (opened.#issuers.length > 0) return opened;
    } catch (error) {
      database.close();
      throw error;
    }
    database.close();
    throw new FailureError("authority.damaged", { name });
  }

  /** Opens the keys; `ask` is called for the passphrase where there is one. */
  async unlock(ask: () => Promise<Bytes>): Promise<void> {
    this.#keys = await unlockIssuers(this.#issuers, ask, this.name);
  }

  /** Forgets the keys and lets go of the file. */
  close(): void {
    for (const { secretKey } of this.#keys.values()) wipe(secretKey);
    this.#keys.clear();
    this.#database.close();
  }

  /** The root that signs now. */
  get certificate(): Certificate {
    return this.#issuers.at(-1)!.certificate;
  }

  /** All roots that have not expired, the newest first: what others should trust. */
  get roots(): Certificate[] {
    const now = this.#now();
    return this.#issuers.map(({ certificate }) => certificate)
      .filter(({ notAfter }) => notAfter > now).reverse();
  }

  /** What goes along with a certificate, for those who trust an older root. */
  get crossed(): Certificate[] {
    const now = this.#now();
    return this.#issuers.flatMap(({ crossed }) => crossed ?? [])
      .filter(({ notAfter }) => notAfter > now).reverse();
  }

  #signing(): { readonly issuer: Issuer; readonly key: IssuerKey } {
    const issuer = this.#issuers.at(-1)!;
    const key = this.#keys.get(issuer.seq);
    if (key === undefined) throw new FailureError("authority.locked", { name: this.name });
    return { issuer, key };
  }

  #log(action: AuditAction, detail: unknown): void {
    const { issuer: { seq }, key } = this.#signing();
    appendAudit(this.#database, { seq, key }, { time: this.#now(), action, detail });
  }

  /** Changes the key: a new root of the same name, certified by the old one, from now on signs what is issued. */
  async rotate(years: number, passphrase: Uint8Array | undefined): Promise<Certificate> {
    const { issuer: old, key: oldKey } = this.#signing();
    const now = this.#now();
    const { subject, notAfter, extensions } = old.certificate;
    const { basicConstraints, nameConstraints } = extensions;
    const content = { subject, pathLength: basicConstraints?.pathLength, nameConstraints };
    const { key, der } = newRoot({ ...content, notAfter: now + years * YEAR_MS }, now);
    const crossed = rootCertificate(key, oldKey, { ...content, notAfter }, now);
    const pem = await keyPem(key, passphrase);
    this.#database.write(() => {
      insertIssuer(this.#database, der, crossed, pem);
      // With the old key: whoever trusts that follows the log over the change.
      this.#log("rotate", { serial: hex(readCertificate(der).serial) });
    }, { durable: true });
    this.#issuers = issuersOf(this.#database);
    this.#keys.set(this.#issuers.at(-1)!.seq, key);
    return this.certificate;
  }

  /** Issues a certificate for each order: all, or none. A request that was answered before gets the same answer. */
  issue(orders: readonly IssueOrder[], action: AuditAction = "issue"): Certificate[] {
    return this.#database.write(() => orders.map((order) => this.#issue(order, action)), {
      durable: true,
    });
  }

  #issue({ request, days, ...order }: IssueOrder, action: AuditAction): Certificate {
    const digest = sm3(request.signed.der);
    const before = action === "issue" ? this.issued.answered(digest, this.#now()) : undefined;
    if (before !== undefined) return before;
    const { publicKey, extensions } = request;
    const subject = order.subject ?? request.subject;
    const profile = order.profile ?? wishedProfile(extensions.keyUsage) ?? "person";
    this.#refuse(subject, publicKey);
    const alternativeNames = order.alternativeNames ?? extensions.alternativeNames;
    return this.#sign({ subject, publicKey, profile, days, digest, action }, {
      alternativeNames,
      pathLength: order.pathLength,
    });
  }

  #sign(
    { subject, publicKey, profile, days, digest, action }: {
      readonly subject: DistinguishedName;
      readonly publicKey: Uint8Array;
      readonly profile: Profile;
      readonly days: number;
      readonly digest: Bytes | null;
      readonly action: AuditAction;
    },
    detail: {
      alternativeNames?: readonly GeneralName[] | undefined;
      pathLength?: number | undefined;
    },
  ): Certificate {
    const { issuer: { seq, certificate: root }, key } = this.#signing();
    const now = this.#now();
    if (now >= root.notAfter) throw new FailureError("authority.expired", { name: this.name });
    const serial = randomSerial(randomBytes);
    const der = makeCertificate({
      ...{ serial, issuer: root.subject, subject, publicKey },
      notBefore: now - BACKDATE_MS,
      notAfter: Math.min(now + days * DAY_MS, root.notAfter),
      extensions: profileExtensions(profile, publicKey, key.publicKey, detail),
    }, key);
    const certificate = readCertificate(der);
    this.issued.add(seq, certificate, profile, digest);
    this.#log(action, { serial: hex(serial), subject: nameText(subject), profile });
    return certificate;
  }

  #refuse(subject: DistinguishedName, publicKey: Uint8Array): void {
    if (subject.attributes.length === 0) throw new FailureError("authority.no-subject", {});
    if (this.issued.isBlocked(publicKey)) {
      throw new FailureError("authority.key-blocked", { name: nameText(subject) });
    }
    const own = this.#issuers.some(({ certificate }) =>
      equalConstantTime(certificate.publicKey, publicKey) || sameName(certificate.subject, subject)
    );
    if (own) throw new FailureError("authority.own", { name: nameText(subject) });
  }

  /** A new certificate with the subject, key and purpose of one that is valid or has expired. */
  renew(serial: Uint8Array, days: number): Certificate {
    const { certificate, revoked, profile } = this.issued.needed(serial);
    const { subject, publicKey, extensions } = certificate;
    if (revoked !== undefined) {
      throw new FailureError("authority.renew-revoked", { name: nameText(subject) });
    }
    const known = PROFILES.find((each) => each === profile) ?? "person";
    return this.#database.write(() => {
      this.#refuse(subject, publicKey);
      return this.#sign(
        { subject, publicKey, profile: known, days, digest: null, action: "renew" },
        {
          alternativeNames: extensions.alternativeNames,
          pathLength: extensions.basicConstraints?.pathLength,
        },
      );
    }, { durable: true });
  }

  /**
   * Revokes a certificate; with `all` every one of its key, which is never certified again. Answers which are revoked now
   * and were not before.
   */
  revoke(serial: Uint8Array, reason: number, all: boolean): Certificate[] {
    return this.#database.write(() => {
      const { certificate } = this.issued.needed(serial);
      const { publicKey } = certificate;
      const meant = all
        ? this.issued.ofKey(publicKey).map((each) => each.certificate)
        : [certificate];
      const now = this.#now();
      const revoked = meant.filter((each) => this.issued.revoke(each.serial, now, reason));
      for (const { serial, subject } of revoked) {
        this.#log("revoke", { serial: hex(serial), subject: nameText(subject), reason });
      }
      if (all) {
        this.issued.block(publicKey);
        this.#log("block", { key: hex(publicKey) });
      }
      return revoked;
    }, { durable: true });
  }

  /** New revocation lists, one for each key whose root has not expired, the newest key's first. */
  lists(days: number): Bytes[] {
    return this.#database.write(() => {
      const now = this.#now();
      const alive = this.#issuers.filter(({ certificate }) => certificate.notAfter > now);
      return alive.reverse().map((issuer) => this.#list(issuer, now, now + days * DAY_MS));
    }, { durable: true });
  }

  #list(issuer: Issuer, thisUpdate: number, nextUpdate: number): Bytes {
    const key = this.#keys.get(issuer.seq);
    if (key === undefined) throw new FailureError("authority.locked", { name: this.name });
    const sql = "INSERT INTO list (issuer, next) VALUES (?, ?) RETURNING number";
    const number = Number(this.#database.get(sql, issuer.seq, nextUpdate)!["number"]);
    const revoked = this.issued.revoked(issuer.seq, thisUpdate);
    const { subject } = issuer.certificate;
    const content = {
      issuer: subject,
      thisUpdate,
      nextUpdate,
      number,
      revoked,
      keyId: issuerKeyId(issuer),
    };
    this.#log("list", { number, entries: revoked.length });
    return makeRevocationList(content, key);
  }

  /** When the latest revocation list is due; undefined where there was none. */
  get listDue(): number | undefined {
    const next = this.#database.get("SELECT max(next) AS next FROM list")?.["next"];
    return next === null || next === undefined ? undefined : Number(next);
  }

  /** The audit log. */
  audit(): AuditEntry[] {
    return auditEntries(this.#database);
  }

  /** The number of the first entry of the audit log that does not hold; undefined where all do. */
  auditFault(): number | undefined {
    const keys = new Map(this.#issuers.map(({ seq, certificate }) => [seq, certificate.publicKey]));
    return auditFault(this.#database, (issuer) => keys.get(issuer));
  }

  /** Several changes as one. */
  transaction<T>(work: () => T): T {
    return this.#database.write(work, { durable: true });
  }
}

function detailOf({ subject, expires }: EnrolmentCode): unknown {
  return { subject, expires };
}

/** An empty file that its owner alone may open: SQLite's others beside it take its mode. */
function closeToOthers(path: string): void {
  Deno.openSync(path, { write: true, createNew: true, mode: PRIVATE_FILE }).close();
  if (Deno.build.os !== "windows") Deno.chmodSync(path, PRIVATE_FILE);
}

/** Whether a certificate is a root's own. */
export function isRoot(certificate: Certificate): boolean {
  return isSelfIssued(certificate) && certificate.extensions.basicConstraints?.ca === true;
}
