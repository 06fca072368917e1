/**
 * Which authorities this home trusts: `$P2P_HOME/certificates/`, PEM files that other tools read too. `trusted.pem` has
 * the authorities, `lists.pem` their latest revocation lists, `blocked.pem` certificates whose keys are refused
 * whoever certifies them, `own.pem` the chain that this home shows.
 */
import { type Bytes, equalConstantTime, hex, utf8 } from "../bytes.ts";
import { type Certificate, isSelfIssued, sameCertificate } from "../certificate/certificate.ts";
import { certificatesIn, pemOf, revocationListsIn } from "../certificate/files.ts";
import type { PathOptions } from "../certificate/path.ts";
import { MAX_REVOCATION_LIST_BYTES, type RevocationList } from "../certificate/revocation-list.ts";
import { verifiesDer } from "../certificate/signed.ts";
import { FailureError, LimitError, readingReason } from "../errors.ts";
import { type AtomicFile, writeAtomically } from "../files/atomic.ts";
import { exists } from "../files/look.ts";
import { ensureHome, homePath, PRIVATE_FILE } from "../state/home.ts";

/** Files of the folder. */
const FILES = {
  trusted: "trusted.pem",
  lists: "lists.pem",
  blocked: "blocked.pem",
  own: "own.pem",
} as const;

/** One of them. */
export type TrustFile = keyof typeof FILES;

/** The path of one of the files. */
export function trustPath(file: TrustFile): string {
  return homePath("certificates", FILES[file]);
}

/** What paths are judged by. */
export type Trust = Required<Pick<PathOptions, "anchors" | "others" | "lists" | "blockedKeys">>;

/** Files besides those of the home. */
export interface TrustSources {
  readonly ca?: readonly string[] | undefined;
  readonly crl?: readonly string[] | undefined;
}

/** Reads a file of certificates or lists, whole. */
export function readPem(path: string): Bytes {
  try {
    if (Deno.statSync(path).size > MAX_REVOCATION_LIST_BYTES) {
      throw new LimitError("input.too-large", { name: path, most: MAX_REVOCATION_LIST_BYTES });
    }
    return Deno.readFileSync(path);
  } catch (cause) {
    if (cause instanceof LimitError) throw cause;
    throw new FailureError("input.read", { name: path, reason: readingReason(cause) }, { cause });
  }
}

function stored(file: TrustFile): Certificate[] {
  const path = trustPath(file);
  const bytes = exists(path) ? readPem(path) : new Uint8Array(0);
  return bytes.length === 0 ? [] : certificatesIn(bytes, path);
}

/** What this home trusts by itself. */
export function trustedCertificates(): Certificate[] {
  return stored("trusted");
}

/** The chain that this home shows; undefined where it has none. */
export function ownChain(): readonly Certificate[] | undefined {
  const chain = stored("own");
  return chain.length === 0 ? undefined : chain;
}

/**
 * Everything that a path may be judged by: the files that are named, and those of the home. Of a file that holds whole
 * chains the roots are trusted, and the others may stand between; without a root all of it is.
 */
export function readTrust({ ca = [], crl = [] }: TrustSources = {}): Trust {
  const named = ca.map((path) => certificatesIn(readPem(path), path));
  const anchors: Certificate[] = [], others: Certificate[] = [];
  for (const file of [...named, ...(ca.length === 0 ? [stored("trusted")] : [])]) {
    const roots = file.filter(isSelfIssued);
    anchors.push(...(roots.length === 0 ? file : roots));
    if (roots.length > 0) others.push(...file.filter((each) => !isSelfIssued(each)));
  }
  const listFiles = [...crl, trustPath("lists")].filter((path, i) =>
    i < crl.length || exists(path)
  );
  const lists = listFiles.flatMap((path) => revocationListsIn(readPem(path), path));
  const blockedKeys = stored("blocked").map(({ publicKey }) => publicKey);
  return { anchors, others, lists, blockedKeys };
}

/** Changes whenever one of the files does, or one of `others`. */
export function trustStamp(
  { ca = [], crl = [] }: TrustSources = {},
  others: readonly string[] = [],
): string {
  const own = (Object.keys(FILES) as TrustFile[]).map(trustPath);
  return [...ca, ...crl, ...own, ...others].map((path) => {
    try {
      const { mtime, size, ino } = Deno.statSync(path);
      return `${mtime?.getTime()} ${size} ${ino}`;
    } catch {
      return "-"; // that it is not there is all there is to know
    }
  }).join("|");
}

async function store(file: TrustFile, pem: string): Promise<void> {
  ensureHome("certificates");
  const fill = (out: AtomicFile) => out.write(utf8(pem));
  await writeAtomically(trustPath(file), fill, { force: true, mode: PRIVATE_FILE, durable: true });
}

async function storeCertificates(file: TrustFile, all: readonly Certificate[]): Promise<void> {
  await store(file, pemOf("certificate", ...all.map(({ signed }) => signed.der)));
}

/** Trusts authorities from now on; answers those that were not trusted before. */
export async function trust(certificates: readonly Certificate[]): Promise<Certificate[]> {
  const there = stored("trusted");
  const fresh = certificates.filter((each) => !there.some((other) => sameCertificate(each, other)));
  if (fresh.length > 0) await storeCertificates("trusted", [...there, ...fresh]);
  return fresh;
}

/** Trusts them no longer; answers those that were trusted. */
export async function distrust(certificates: readonly Certificate[]): Promise<Certificate[]> {
  const there = stored("trusted");
  const gone = there.filter((each) => certificates.some((other) => sameCertificate(each, other)));
  if (gone.length > 0) {
    await storeCertificates("trusted", there.filter((each) => !gone.includes(each)));
  }
  return gone;
}

/** Refuses the keys of certificates from now on, whoever certifies them. */
export async function blockKeys(certificates: readonly Certificate[]): Promise<void> {
  const there = stored("blocked");
  const fresh = certificates.filter((each) =>
    !there.some(({ publicKey }) => equalConstantTime(publicKey, each.publicKey))
  );
  if (fresh.length > 0) await storeCertificates("blocked", [...there, ...fresh]);
}

/** Keeps the chain that this home shows. */
export async function keepOwnChain(chain: readonly Certificate[]): Promise<void> {
  await storeCertificates("own", chain);
}

/**
 * Keeps revocation lists of authorities that are trusted here, each in the place of its issuer's older one; answers how
 * many were newer. A list that is not signed by such an authority is left out.
 */
export async function keepLists(lists: readonly RevocationList[]): Promise<number> {
  const path = trustPath("lists");
  const kept = new Map<string, RevocationList>();
  const signers = [...stored("trusted"), ...stored("own")];
  const before = exists(path) ? revocationListsIn(readPem(path), path) : [];
  let newer = 0;
  for (const [i, list] of [...before, ...lists].entries()) {
    const signer = signers.find(({ publicKey }) => verifiesDer(list.signed, publicKey));
    if (signer === undefined) continue;
    const key = hex(signer.publicKey);
    const there = kept.get(key);
    if (there !== undefined && there.thisUpdate >= list.thisUpdate) continue;
    kept.set(key, list);
    if (i >= before.length) newer++;
  }
  if (newer > 0) {
    await store(
      "lists",
      pemOf("list", ...[...kept.values()].map(({ signed }) => signed.der)),
    );
  }
  return newer;
}
