/** Certificates for a conversation, from files: loaded by those who use them alone. */
import { equalConstantTime } from "../../lib/bytes.ts";
import { ownChain, readPem, trustPath } from "../../lib/authority/trust-store.ts";
import type { Certificate } from "../../lib/certificate/certificate.ts";
import { certificatesIn } from "../../lib/certificate/files.ts";
import { commonName } from "../../lib/certificate/name.ts";
import { isSelfIssued } from "../../lib/certificate/certificate.ts";
import { usageFault } from "../../lib/certificate/path.ts";
import type { Identity } from "../../lib/state/identity.ts";
import { CertificateCredentials, type ChainFile } from "../../lib/talk/certificates.ts";
import type { Credentials } from "../../lib/talk/credentials.ts";
import { warning } from "../../lib/terminal/notice.ts";
import { text } from "../../lib/text/catalogue.ts";
import { readAll } from "../shared/input.ts";
import { say } from "../shared/speech.ts";

/** Largest file of a chain. */
const MAX_CHAIN_FILE_BYTES = 256 * 1024;
/** What ends sooner is told, in milliseconds. */
const SOON_MS = 30 * 86_400_000;

/** Whom to trust, and what to show. */
export interface CredentialFiles {
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly requireCert?: boolean;
}

/** Opens the files that the flags and the home name. */
export async function openCredentials(
  { ca, cert, requireCert = false }: CredentialFiles,
  { publicKey }: Identity,
): Promise<Credentials> {
  const chain = cert === undefined ? stored(publicKey) : await named(cert, publicKey);
  const [own] = chain ?? [];
  const now = Date.now();
  if (own !== undefined && own.notAfter - now < SOON_MS) {
    const what = text(own.notAfter < now ? "credentials.expired" : "certificate.ends", {
      name: commonName(own.subject),
      time: own.notAfter,
    });
    warning(say("terminal.warning", { what }));
  }
  const sources = ca === undefined ? {} : { ca };
  return new CertificateCredentials({
    ...{ publicKey, chain, sources, required: requireCert, now: Date.now },
    renewed: chain === undefined || cert === "-" ? undefined : chainFile(cert, publicKey),
  });
}

/** The chain in a file, the one of our key first; roots are left out, since whoever trusts them has them. */
async function named(path: string, publicKey: Uint8Array): Promise<readonly Certificate[]> {
  const bytes = await readAll(path, MAX_CHAIN_FILE_BYTES);
  return arranged(certificatesIn(bytes, path === "-" ? "stdin" : path), publicKey);
}

/** Where a renewed chain will stand. */
function chainFile(cert: string | undefined, publicKey: Uint8Array): ChainFile {
  return cert === undefined ? { path: trustPath("own"), read: () => stored(publicKey) } : {
    path: cert,
    read: () => arranged(certificatesIn(readPem(cert), cert), publicKey),
  };
}

/** The chain of the home, where it is one of this key. */
function stored(publicKey: Uint8Array): readonly Certificate[] | undefined {
  const chain = ownChain();
  if (chain === undefined) return undefined;
  const ours = chain.some((each) => equalConstantTime(each.publicKey, publicKey));
  return ours ? arranged(chain, publicKey) : undefined;
}

function arranged(all: readonly Certificate[], publicKey: Uint8Array): readonly Certificate[] {
  const ours = all.filter((each) => equalConstantTime(each.publicKey, publicKey));
  const own = ours.find((each) => usageFault(each, "talk") === undefined) ?? ours[0] ?? all[0]!;
  const authorities = all.filter((each) =>
    each.extensions.basicConstraints?.ca === true && (!isSelfIssued(each) || isCross(each, all))
  );
  return [own, ...authorities.filter((each) => each !== own)];
}

/** Whether it certifies a key of the same name with another one: those who trust the older root need it. */
function isCross(certificate: Certificate, all: readonly Certificate[]): boolean {
  const { subjectKeyId, authorityKeyId } = certificate.extensions;
  return all.length > 1 && subjectKeyId !== undefined && authorityKeyId !== undefined &&
    !equalConstantTime(subjectKeyId, authorityKeyId);
}
