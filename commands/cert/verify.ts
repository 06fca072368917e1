/** `p2p cert show`, `verify` and `trust`: what certificates say, whether they hold, and whom this home trusts. */
import { buildCommand } from "@stricli/core";
import { utf8, utf8Text } from "../../lib/bytes.ts";
import {
  blockKeys,
  distrust,
  keepLists,
  readTrust,
  trust,
  trustedCertificates,
  trustPath,
} from "../../lib/authority/trust-store.ts";
import {
  type Certificate,
  certificateFingerprint,
  isSelfIssued,
} from "../../lib/certificate/certificate.ts";
import {
  blocksOf,
  certificatesIn,
  requestsIn,
  revocationListsIn,
} from "../../lib/certificate/files.ts";
import { generalNameFromText } from "../../lib/certificate/general-name.ts";
import {
  certificateRows,
  listRows,
  requestRows,
  type ShownRows,
} from "../../lib/certificate/show.ts";
import { commonName, nameText } from "../../lib/certificate/name.ts";
import {
  LIST_GRACE_MS,
  type PathOptions,
  type Usage,
  usageFault,
  USAGES,
  validatePath,
} from "../../lib/certificate/path.ts";
import {
  MAX_REVOCATION_LIST_BYTES,
  type RevocationList,
} from "../../lib/certificate/revocation-list.ts";
import { FormatError, UsageError } from "../../lib/errors.ts";
import { type Loudness, notice } from "../../lib/terminal/notice.ts";
import { text } from "../../lib/text/catalogue.ts";
import { safeJson, safeText } from "../../lib/text/safe.ts";
import type { CommandContext } from "../shared/context.ts";
import {
  anyTextFlag,
  notEmpty,
  optionalArgument,
  quietFlag,
  switchFlag,
  textFlag,
  textsFlag,
  wholeNumber,
} from "../shared/flags.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { readAll } from "../shared/input.ts";
import { about } from "../shared/about.ts";
import { printLine } from "../shared/output.ts";
import { say, speaker } from "../shared/speech.ts";
import { readCertificateFile, warnOfEnd } from "./common.ts";

const help = helpOf("cert");

/** Everything in a file: certificates, requests, lists. */
function everythingIn(path: string): Promise<ShownRows[]> {
  return about(path, () => readEverything(path));
}

async function readEverything(path: string): Promise<ShownRows[]> {
  const bytes = await readAll(path, MAX_REVOCATION_LIST_BYTES);
  const name = path === "-" ? "stdin" : path;
  const rows: ShownRows[] = [];
  const pem = bytes.length < 4 * 1024 * 1024 && utf8LooksLikePem(bytes);
  if (pem) {
    if (blocksOf("certificate", bytes).length > 0) {
      rows.push(...certificatesIn(bytes, name).map(certificateRows));
    }
    if (blocksOf("request", bytes).length > 0) {
      rows.push(...requestsIn(bytes, name).map(requestRows));
    }
    if (blocksOf("list", bytes).length > 0) {
      rows.push(...revocationListsIn(bytes, name).map(listRows));
    }
    if (rows.length === 0) certificatesIn(bytes, name); // says that there is none
    return rows;
  }
  return tryEach([
    () => certificatesIn(bytes, name).map(certificateRows),
    () => requestsIn(bytes, name).map(requestRows),
    () => revocationListsIn(bytes, name).map(listRows),
  ]);
}

function utf8LooksLikePem(bytes: Uint8Array): boolean {
  try {
    return utf8Text(bytes).includes("-----BEGIN ");
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** What the first reader that can read it says; where none can, what the first one says of it. */
function tryEach(readers: ReadonlyArray<() => ShownRows[]>): ShownRows[] {
  let first: unknown;
  for (const read of readers) {
    try {
      return read();
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

interface ShowFlags {
  readonly json?: boolean;
}

async function show(this: CommandContext, flags: ShowFlags, path: string): Promise<void> {
  const all = await everythingIn(path);
  for (const [i, rows] of all.entries()) {
    if (flags.json) {
      await printLine(safeJson(Object.fromEntries(rows)));
      continue;
    }
    if (i > 0) await printLine("");
    for (const [label, value] of rows) {
      for (const each of Array.isArray(value) ? value : [value]) {
        if (each !== undefined) await printLine(`${label}\t${safeText(String(each))}`);
      }
    }
  }
}

const certificateArgument = (brief: string) => ({
  kind: "tuple",
  parameters: [{ parse: notEmpty, brief, placeholder: "CERT" }],
} as const);

export const showCommand = buildCommand<ShowFlags, [string], CommandContext>({
  func: show,
  parameters: {
    flags: { json: switchFlag(help.show.flags.json) },
    positional: certificateArgument(help.show.args.certificate),
  },
  docs: docsOf(help.show),
});

interface VerifyFlags extends Loudness {
  readonly ca?: readonly string[];
  readonly crl?: readonly string[];
  readonly usage: Usage;
  readonly for?: string;
  readonly at?: string;
  readonly grace?: number;
  readonly requireCrl?: boolean;
  readonly id?: string;
}

/** A time as it was typed; now where none was. */
function timeOf(typed: string | undefined): number {
  if (typed === undefined) return Date.now();
  const time = /^\d{4}-\d{2}-\d{2}(?:T[\d:]+Z?)?$/.test(typed) ? Date.parse(typed) : NaN;
  if (Number.isNaN(time)) throw new UsageError("cert.bad-time", { given: typed });
  return time;
}

/** The certificate that a file is about: of the two of a dual one that which may be used so. */
function chosenLeaf(all: readonly Certificate[], usage: Usage): Certificate {
  const [first] = all;
  const ends = all.filter(({ extensions }) => extensions.basicConstraints?.ca !== true);
  return ends.find((each) => usageFault(each, usage) === undefined) ?? ends[0] ?? first!;
}

async function verify(this: CommandContext, flags: VerifyFlags, path: string): Promise<void> {
  const all = await readCertificateFile(path);
  const leaf = chosenLeaf(all, flags.usage);
  const rest = all.filter((each) => each !== leaf);
  const { anchors, others, lists, blockedKeys } = readTrust(flags);
  if (anchors.length === 0) {
    throw new UsageError("cert.no-anchor", {}, { hint: text("cert.no-anchor.hint") });
  }
  const options: PathOptions = {
    ...{ anchors, lists, blockedKeys, usage: flags.usage, now: timeOf(flags.at) },
    others: [...rest, ...others],
    subject: flags.for === undefined ? undefined : generalNameFromText(flags.for),
    graceMs: flags.grace === undefined ? LIST_GRACE_MS : flags.grace * 86_400_000,
    requireList: flags.requireCrl,
    id: flags.id === undefined ? undefined : utf8(flags.id),
  };
  const { chain, warnings } = validatePath(leaf, options);
  for (const warning of warnings) notice(speaker.text(warning), flags);
  const names = chain.map(({ subject }) => commonName(subject));
  notice(say("cert.holds", { names, time: leaf.notAfter }), flags);
  warnOfEnd(leaf, flags);
}

export const verifyCommand = buildCommand<VerifyFlags, [string], CommandContext>({
  func: verify,
  parameters: {
    flags: {
      ca: textsFlag(help.verify.flags.ca, "FILE"),
      crl: textsFlag(help.verify.flags.crl, "FILE"),
      usage: { kind: "enum", values: USAGES, default: "any", brief: help.verify.flags.usage },
      for: textFlag(help.verify.flags.for, "NAME"),
      at: textFlag(help.verify.flags.at, "TIME"),
      grace: {
        kind: "parsed",
        parse: wholeNumber(0, 3650),
        optional: true,
        brief: help.verify.flags.grace,
        placeholder: "DAYS",
      },
      requireCrl: switchFlag(help.verify.flags.requireCrl),
      id: anyTextFlag(help.verify.flags.id, "ID"),
      quiet: quietFlag,
    },
    aliases: { q: "quiet" },
    positional: certificateArgument(help.verify.args.certificate),
  },
  docs: docsOf(help.verify),
});

interface TrustFlags extends Loudness {
  readonly remove?: boolean;
  readonly block?: boolean;
}

function line(certificate: Certificate): string {
  const { subject, notAfter } = certificate;
  const end = new Date(notAfter).toISOString().slice(0, 10);
  return [safeText(nameText(subject)), certificateFingerprint(certificate), end].join("\t");
}

/** The revocation lists and certificates of a file, of which there may be either. */
async function toTrust(
  path: string,
): Promise<{ lists: RevocationList[]; certificates: Certificate[] }> {
  const bytes = await readAll(path, MAX_REVOCATION_LIST_BYTES);
  const pem = bytes.length < 4 * 1024 * 1024 && utf8LooksLikePem(bytes);
  const lists = pem && blocksOf("list", bytes).length > 0 ? revocationListsIn(bytes, path) : [];
  const only = pem && blocksOf("certificate", bytes).length === 0 && lists.length > 0;
  return { lists, certificates: only ? [] : certificatesIn(bytes, path) };
}

async function trustFile(this: CommandContext, flags: TrustFlags, path?: string): Promise<void> {
  if (path === undefined) {
    for (const certificate of trustedCertificates()) await printLine(line(certificate));
    return;
  }
  const { lists, certificates } = await about(path, () => toTrust(path));
  const names = (of: readonly Certificate[]) => of.map(({ subject }) => commonName(subject));
  if (flags.block) {
    await blockKeys(certificates);
    notice(say("cert.blocked", { names: names(certificates) }), flags);
  }
  if (flags.remove || flags.block) {
    const gone = await distrust(certificates);
    if (!flags.block || gone.length > 0) {
      notice(say("cert.distrusted", { names: names(gone) }), flags);
    }
    return;
  }
  const authorities = certificates.filter(({ extensions }) =>
    extensions.basicConstraints?.ca === true
  );
  if (authorities.length < certificates.length) {
    const [other] = certificates.filter((each) => !authorities.includes(each));
    throw new UsageError("cert.trust-no-authority", { name: commonName(other!.subject) });
  }
  for (const certificate of authorities.filter(isSelfIssued)) {
    validatePath(certificate, { anchors: [certificate], now: Date.now(), usage: "authority" });
  }
  const fresh = await trust(authorities);
  for (const certificate of fresh) {
    const print = certificateFingerprint(certificate);
    notice(
      say("cert.trusted", { name: commonName(certificate.subject), fingerprint: print }),
      flags,
    );
  }
  if (fresh.length > 0) notice(say("cert.trusted.compare", { path: trustPath("trusted") }), flags);
  else if (authorities.length > 0) notice(say("cert.trusted-before"), flags);
  if (lists.length === 0) return;
  const newer = await keepLists(lists);
  notice(say("cert.kept-lists", { newer, of: lists.length }), flags);
}

export const trustCommand = buildCommand<TrustFlags, [string?], CommandContext>({
  func: trustFile,
  parameters: {
    flags: {
      remove: switchFlag(help.trust.flags.remove),
      block: switchFlag(help.trust.flags.block),
      quiet: quietFlag,
    },
    aliases: { q: "quiet" },
    positional: optionalArgument(help.trust.args.file, "FILE"),
  },
  docs: docsOf(help.trust),
});
