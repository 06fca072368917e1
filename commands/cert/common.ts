/** What the subcommands of `p2p cert` share: which authority, its passphrase, files of certificates, how they are told. */
import type { Bytes } from "../../lib/bytes.ts";
import { fromHex } from "../../lib/bytes.ts";
import { Authority, authorityNames } from "../../lib/authority/authority.ts";
import type { Certificate } from "../../lib/certificate/certificate.ts";
import { certificatesIn } from "../../lib/certificate/files.ts";
import { commonName } from "../../lib/certificate/name.ts";
import { FailureError, UsageError } from "../../lib/errors.ts";
import { type Loudness, notice } from "../../lib/terminal/notice.ts";
import { text } from "../../lib/text/catalogue.ts";
import { passphraseFlags, quietFlag, textFlag, wholeNumber } from "../shared/flags.ts";
import { helpOf } from "../shared/help.ts";
import { readAll } from "../shared/input.ts";
import { type PassphraseFlags, readPassphrase } from "../shared/secrets.ts";
import { say } from "../shared/speech.ts";

const help = helpOf("cert");

/** Largest file of certificates or requests; lists may be longer. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Flags of those that work as an authority. */
export interface AuthorityFlags extends PassphraseFlags, Loudness {
  readonly authority?: string | undefined;
}

/** See above. */
export const authorityFlags = {
  authority: textFlag(help.flags.authority, "NAME"),
  ...passphraseFlags,
  quiet: quietFlag,
} as const;

/** A flag that takes a number of days. */
export function daysFlag(brief: string) {
  const parse = wholeNumber(1, 36_500);
  return { kind: "parsed", parse, optional: true, brief, placeholder: "DAYS" } as const;
}

/** Days that a certificate is valid unless told otherwise: two years and a season (CA/Browser Forum's old bound). */
export const CERTIFICATE_DAYS = 825;
/** Days after which the next revocation list is due. */
export const LIST_DAYS = 30;
/** Days before an end within which it is told. */
const WARNING_DAYS = 30;
const DAY_MS = 86_400_000;

/** The authority that is meant: the one that is named, or the only one there is. */
export function authorityMeant(name: string | undefined): string {
  if (name !== undefined) return name;
  const names = authorityNames();
  const [only, second] = names;
  if (only === undefined) {
    throw new FailureError("authority.no-authority", {}, { hint: text("authority.none.hint") });
  }
  if (second !== undefined) {
    throw new UsageError("authority.several", { names }, {
      hint: text("authority.several.hint"),
    });
  }
  return only;
}

/** Runs `use` with the authority, unlocked; says what is about to end. */
export async function withAuthority<T>(
  flags: AuthorityFlags,
  use: (authority: Authority) => T | Promise<T>,
): Promise<T> {
  const authority = await Authority.open(authorityMeant(flags.authority), Date.now);
  try {
    await unlockAuthority(authority, flags);
    warnOfEnds(authority, flags);
    return await use(authority);
  } finally {
    authority.close();
  }
}

/** Opens the keys of an authority, asking for the passphrase where there is one. */
async function unlockAuthority(authority: Authority, flags: PassphraseFlags): Promise<void> {
  const prompt = text("authority.passphrase", { name: authority.name });
  await authority.unlock(() => readPassphrase(flags, { prompt }));
}

/** Says that the authority's own certificate, or its list, ends soon. */
export function warnOfEnds({ certificate, name, listDue }: Authority, loudness: Loudness): void {
  const now = Date.now();
  const { notAfter } = certificate;
  const [whole, left] = [notAfter - certificate.notBefore, notAfter - now];
  // A certificate that outlives its issuer is worth nothing: a root is replaced while a fifth of its life is left.
  if (left < Math.max(WARNING_DAYS * DAY_MS, whole / 5)) {
    notice(say("authority.ends", { name, time: notAfter }), loudness);
  }
  if (listDue !== undefined && listDue - now < 3 * DAY_MS) {
    notice(say("authority.list-due", { name, time: listDue }), loudness);
  }
}

/** Says that a certificate ends soon. */
export function warnOfEnd({ subject, notAfter }: Certificate, loudness: Loudness): void {
  if (notAfter - Date.now() > WARNING_DAYS * DAY_MS) return;
  notice(say("certificate.ends", { name: commonName(subject), time: notAfter }), loudness);
}

/** The certificates in a file ("-" is stdin), the one that it is about first. */
export async function readCertificateFile(path: string): Promise<Certificate[]> {
  return certificatesIn(await readFileOf(path), path === "-" ? "stdin" : path);
}

/** A file of requests or certificates, whole. */
export async function readFileOf(path: string): Promise<Bytes> {
  return await readAll(path, MAX_FILE_BYTES);
}

/** The serial number that is meant: of the certificate in a file, or written in hex digits. */
export async function serialMeant(given: string): Promise<Bytes> {
  const digits = given.replaceAll(":", "");
  if (/^[0-9a-f]{2,40}$/i.test(digits)) {
    const serial = fromHex(digits.length % 2 === 0 ? digits : "0" + digits);
    let start = 0;
    while (start < serial.length - 1 && serial[start] === 0) start++;
    return serial.slice(start);
  }
  const [certificate] = await readCertificateFile(given);
  return certificate!.serial;
}
