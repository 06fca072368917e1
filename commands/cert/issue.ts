/** `p2p cert request`, `issue`, `renew`, `revoke` and `crl`: the life of a certificate. */
import { buildCommand } from "@stricli/core";
import { utf8 } from "../../lib/bytes.ts";
import type { Authority } from "../../lib/authority/authority.ts";
import { keepLists } from "../../lib/authority/trust-store.ts";
import type { Certificate } from "../../lib/certificate/certificate.ts";
import { keyUsage, subjectAltName } from "../../lib/certificate/extensions.ts";
import { pemOf, requestsIn } from "../../lib/certificate/files.ts";
import { generalNameFromText } from "../../lib/certificate/general-name.ts";
import { commonName, nameFromText } from "../../lib/certificate/name.ts";
import { type Profile, PROFILE_USAGE, PROFILES } from "../../lib/certificate/profile.ts";
import { makeRequest } from "../../lib/certificate/request.ts";
import { readRevocationList, RevocationReason } from "../../lib/certificate/revocation-list.ts";
import { UsageError } from "../../lib/errors.ts";
import type { Identity } from "../../lib/state/identity.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { conversationIdentity, type IdentityFlags } from "../conversation/own-identity.ts";
import type { CommandContext } from "../shared/context.ts";
import {
  forceFlag,
  notEmpty,
  outputFlag,
  switchFlag,
  textFlag,
  textsFlag,
} from "../shared/flags.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { refuseStdinTwice } from "../shared/input.ts";
import { writeOutput } from "../shared/output.ts";
import { ownAliases, ownFlags } from "../shared/people.ts";
import { say } from "../shared/speech.ts";
import { encryptionIdentity } from "./encryption-identity.ts";
import {
  type AuthorityFlags,
  authorityFlags,
  CERTIFICATE_DAYS,
  daysFlag,
  LIST_DAYS,
  readFileOf,
  serialMeant,
  warnOfEnd,
  withAuthority,
} from "./common.ts";

const help = helpOf("cert");

/** Kinds that a request may be for: `dual` is two of them at once. */
const REQUESTED = ["person", "server", "signing", "encryption", "dual", "authority"] as const;

interface RequestFlags extends IdentityFlags {
  readonly profile: typeof REQUESTED[number];
  readonly encryptionKey?: string;
  readonly alt?: readonly string[];
  readonly output?: string;
  readonly force?: boolean;
}

async function request(this: CommandContext, flags: RequestFlags, given: string): Promise<void> {
  const subject = nameFromText(given);
  const { profile } = flags;
  const identity = await conversationIdentity(flags);
  const alternatives = flags.alt === undefined
    ? []
    : [subjectAltName(flags.alt.map(generalNameFromText))];
  const made = (kind: Profile, key: Identity) => {
    const extensions = [keyUsage(PROFILE_USAGE[kind]), ...alternatives];
    return makeRequest({ subject, extensions }, key);
  };
  const requests = profile === "dual"
    ? [made("signing", identity), made("encryption", await encryptionIdentity(flags))]
    : [made(profile, identity)];
  await writeOutput(flags.output, utf8(pemOf("request", ...requests)), flags);
}

export const requestCommand = buildCommand<RequestFlags, [string], CommandContext>({
  func: request,
  parameters: {
    flags: {
      profile: {
        kind: "enum",
        values: REQUESTED,
        default: "person",
        brief: help.request.flags.profile,
      },
      encryptionKey: textFlag(help.request.flags.encryptionKey, "FILE"),
      alt: textsFlag(help.request.flags.alt, "NAME"),
      output: outputFlag,
      force: forceFlag,
      ...ownFlags,
    },
    aliases: { ...ownAliases, o: "output" },
    positional: {
      kind: "tuple",
      parameters: [{ parse: notEmpty, brief: help.request.args.name, placeholder: "NAME" }],
    },
  },
  docs: docsOf(help.request),
});

interface RenewFlags extends AuthorityFlags {
  readonly days?: number;
  readonly output?: string;
  readonly force?: boolean;
}

interface IssueFlags extends RenewFlags {
  readonly profile?: Profile;
  readonly subject?: string;
  readonly alt?: readonly string[];
}

/** PEM of certificates, and behind them what those need who trust an older root. */
function chainPem(authority: Authority, certificates: readonly Certificate[]): string {
  const all = [...certificates, ...authority.crossed];
  return pemOf("certificate", ...all.map(({ signed }) => signed.der));
}

async function put(
  authority: Authority,
  made: readonly Certificate[],
  flags: RenewFlags,
): Promise<void> {
  await writeOutput(flags.output, utf8(chainPem(authority, made)), flags);
  for (const certificate of made) {
    const { subject, notAfter } = certificate;
    notice(say("cert.issued", { name: commonName(subject), time: notAfter }), flags);
    warnOfEnd(certificate, flags);
  }
}

async function issue(this: CommandContext, flags: IssueFlags, file: string): Promise<void> {
  refuseStdinTwice(["REQ", file], ["--passphrase-file", flags.passphraseFile]);
  const requests = requestsIn(await readFileOf(file), file === "-" ? "stdin" : file);
  const subject = flags.subject === undefined ? undefined : nameFromText(flags.subject);
  const alternativeNames = flags.alt?.map(generalNameFromText);
  if (requests.length > 1 && flags.profile !== undefined) {
    throw new UsageError("cert.one-profile", {});
  }
  await withAuthority(flags, async (authority) => {
    const { profile, days = CERTIFICATE_DAYS } = flags;
    const orders = requests.map((each) => ({
      request: each,
      profile,
      subject,
      alternativeNames,
      days,
    }));
    await put(authority, authority.issue(orders), flags);
  });
}

const issueFlags = {
  days: daysFlag(help.issue.flags.days),
  output: outputFlag,
  force: forceFlag,
  ...authorityFlags,
} as const;

export const issueCommand = buildCommand<IssueFlags, [string], CommandContext>({
  func: issue,
  parameters: {
    flags: {
      profile: { kind: "enum", values: PROFILES, optional: true, brief: help.issue.flags.profile },
      subject: textFlag(help.issue.flags.subject, "NAME"),
      alt: textsFlag(help.issue.flags.alt, "NAME"),
      ...issueFlags,
    },
    aliases: { o: "output", q: "quiet" },
    positional: {
      kind: "tuple",
      parameters: [{ parse: notEmpty, brief: help.issue.args.request, placeholder: "REQ" }],
    },
  },
  docs: docsOf(help.issue),
});

async function renew(this: CommandContext, flags: RenewFlags, given: string): Promise<void> {
  const serial = await serialMeant(given);
  await withAuthority(flags, async (authority) => {
    const made = authority.renew(serial, flags.days ?? CERTIFICATE_DAYS);
    await put(authority, [made], flags);
  });
}

const certificateArgument = {
  kind: "tuple",
  parameters: [{ parse: notEmpty, brief: help.revoke.args.certificate, placeholder: "CERT" }],
} as const;

export const renewCommand = buildCommand<RenewFlags, [string], CommandContext>({
  func: renew,
  parameters: {
    flags: issueFlags,
    aliases: { o: "output", q: "quiet" },
    positional: certificateArgument,
  },
  docs: docsOf(help.renew),
});

interface RevokeFlags extends AuthorityFlags {
  readonly reason: keyof typeof RevocationReason;
  readonly all?: boolean;
}

async function revoke(this: CommandContext, flags: RevokeFlags, given: string): Promise<void> {
  const serial = await serialMeant(given);
  await withAuthority(flags, async (authority) => {
    const revoked = authority.revoke(serial, RevocationReason[flags.reason], flags.all ?? false);
    for (const { subject } of revoked) {
      notice(say("cert.revoked", { name: commonName(subject) }), flags);
    }
    if (revoked.length === 0) notice(say("cert.was-revoked"), flags);
    // Programs of this home that trust the authority notice the new list.
    const lists = authority.lists(LIST_DAYS);
    await keepLists(lists.map((der) => readRevocationList(der)));
    notice(say("cert.publish-list"), flags);
  });
}

export const revokeCommand = buildCommand<RevokeFlags, [string], CommandContext>({
  func: revoke,
  parameters: {
    flags: {
      reason: {
        kind: "enum",
        values: [
          "unspecified",
          "keyCompromise",
          "affiliationChanged",
          "superseded",
          "cessationOfOperation",
        ],
        default: "unspecified",
        brief: help.revoke.flags.reason,
      },
      all: switchFlag(help.revoke.flags.all),
      ...authorityFlags,
    },
    aliases: { q: "quiet" },
    positional: certificateArgument,
  },
  docs: docsOf(help.revoke),
});

interface ListingFlags extends AuthorityFlags {
  readonly days?: number;
  readonly output?: string;
  readonly force?: boolean;
}

async function crl(this: CommandContext, flags: ListingFlags): Promise<void> {
  await withAuthority(flags, async (authority) => {
    const lists = authority.lists(flags.days ?? LIST_DAYS);
    await keepLists(lists.map((der) => readRevocationList(der)));
    await writeOutput(flags.output, utf8(pemOf("list", ...lists)), flags);
  });
}

export const crlCommand = buildCommand<ListingFlags, [], CommandContext>({
  func: crl,
  parameters: {
    flags: {
      ...authorityFlags,
      days: daysFlag(help.crl.flags.days),
      output: outputFlag,
      force: forceFlag,
    },
    aliases: { o: "output", q: "quiet" },
  },
  docs: docsOf(help.crl),
});
