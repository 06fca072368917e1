/** `p2p cert ca`, `list` and `log`: an authority made, its key changed, what it has done. */
import { buildCommand } from "@stricli/core";
import { type Bytes, hex, utf8, wipe } from "../../lib/bytes.ts";
import { Authority, authorityNames, authorityPath } from "../../lib/authority/authority.ts";
import { trust } from "../../lib/authority/trust-store.ts";
import { certificateFingerprint } from "../../lib/certificate/certificate.ts";
import { pemOf } from "../../lib/certificate/files.ts";
import { subtreeFromText } from "../../lib/certificate/general-name.ts";
import { nameFromText, nameText } from "../../lib/certificate/name.ts";
import { AuthenticationError, UsageError } from "../../lib/errors.ts";
import { exists } from "../../lib/files/look.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { canAsk } from "../../lib/terminal/prompt.ts";
import { text } from "../../lib/text/catalogue.ts";
import { safeJson, safeText } from "../../lib/text/safe.ts";
import type { CommandContext } from "../shared/context.ts";
import {
  forceFlag,
  notEmpty,
  outputFlag,
  switchFlag,
  textFlag,
  textsFlag,
  wholeNumber,
} from "../shared/flags.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { printLine, writeOutput } from "../shared/output.ts";
import { passphraseGiven, readPassphrase } from "../shared/secrets.ts";
import { say } from "../shared/speech.ts";
import { type AuthorityFlags, authorityFlags, authorityMeant, warnOfEnds } from "./common.ts";

const help = helpOf("cert");

/** Years that a root is valid. */
const ROOT_YEARS = 10;

interface CaFlags extends Omit<AuthorityFlags, "authority"> {
  readonly subject?: string;
  readonly years?: number;
  readonly rotate?: boolean;
  readonly permit?: readonly string[];
  readonly exclude?: readonly string[];
  readonly noPassphrase?: boolean;
  readonly output?: string;
  readonly force?: boolean;
}

/** The passphrase of a new key; undefined where none is wanted. */
async function newPassphrase(flags: CaFlags, name: string): Promise<Bytes | undefined> {
  if (flags.noPassphrase) {
    if (passphraseGiven(flags)) throw new UsageError("keygen.contradiction", {});
    return undefined;
  }
  if (!passphraseGiven(flags) && !canAsk()) {
    throw new UsageError("authority.needs-passphrase", {}, {
      hint: text("authority.needs-passphrase.hint"),
    });
  }
  const prompt = text("authority.passphrase", { name });
  return await readPassphrase(flags, { prompt, confirm: true });
}

async function ca(this: CommandContext, flags: CaFlags, name: string): Promise<void> {
  const fresh = !exists(authorityPath(name));
  if (fresh && flags.rotate) await Authority.open(name, Date.now); // says that there is none
  const authority = fresh ? await make(flags, name) : await Authority.open(name, Date.now);
  try {
    if (flags.rotate) await rotate(authority, flags);
    if (fresh || flags.rotate) await trust(authority.roots);
    if (!fresh) warnOfEnds(authority, flags);
    const { certificate } = authority;
    notice(
      say("authority.fingerprint", { fingerprint: certificateFingerprint(certificate) }),
      flags,
    );
    const pem = pemOf("certificate", ...authority.roots.map(({ signed }) => signed.der));
    await writeOutput(flags.output, utf8(pem), flags);
  } finally {
    authority.close();
  }
}

async function make(flags: CaFlags, name: string): Promise<Authority> {
  const subject = nameFromText(flags.subject ?? name);
  const subtrees = (given: readonly string[] = []) => given.map(subtreeFromText);
  const nameConstraints = { permitted: subtrees(flags.permit), excluded: subtrees(flags.exclude) };
  const passphrase = await newPassphrase(flags, name);
  try {
    const years = flags.years ?? ROOT_YEARS;
    const authority = await Authority.create({
      ...{ name, subject, years, passphrase, nameConstraints, now: Date.now },
    });
    notice(say("authority.made", { name, path: authorityPath(name) }), flags);
    if (passphrase === undefined) notice(say("authority.open-key"), flags);
    return authority;
  } finally {
    wipe(passphrase);
  }
}

async function rotate(authority: Authority, flags: CaFlags): Promise<void> {
  let passphrase: Bytes | undefined;
  const prompt = text("authority.passphrase", { name: authority.name });
  try {
    await authority.unlock(async () => {
      passphrase = await readPassphrase(flags, { prompt });
      return passphrase.slice();
    });
    await authority.rotate(flags.years ?? ROOT_YEARS, passphrase);
    notice(say("authority.rotated", { name: authority.name }), flags);
  } finally {
    wipe(passphrase);
  }
}

export const caCommand = buildCommand<CaFlags, [string], CommandContext>({
  func: ca,
  parameters: {
    flags: {
      subject: textFlag(help.ca.flags.subject, "NAME"),
      years: {
        kind: "parsed",
        parse: wholeNumber(1, 100),
        optional: true,
        brief: help.ca.flags.years,
        placeholder: "N",
      },
      rotate: switchFlag(help.ca.flags.rotate),
      permit: textsFlag(help.ca.flags.permit, "NAME"),
      exclude: textsFlag(help.ca.flags.exclude, "NAME"),
      noPassphrase: switchFlag(help.ca.flags.noPassphrase),
      output: outputFlag,
      force: forceFlag,
      passphraseFile: authorityFlags.passphraseFile,
      passphraseFd: authorityFlags.passphraseFd,
      slowKdf: authorityFlags.slowKdf,
      quiet: authorityFlags.quiet,
    },
    aliases: { o: "output", q: "quiet" },
    positional: {
      kind: "tuple",
      parameters: [{ parse: notEmpty, brief: help.ca.args.name, placeholder: "NAME" }],
    },
  },
  docs: docsOf(help.ca),
});

interface ListFlags extends Pick<AuthorityFlags, "authority" | "quiet"> {
  readonly json?: boolean;
}

async function withLocked(flags: ListFlags, use: (authority: Authority) => Promise<void>) {
  const authority = await Authority.open(authorityMeant(flags.authority), Date.now);
  try {
    await use(authority);
  } finally {
    authority.close();
  }
}

/** "2026-11-26T12:00:00Z" */
function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

async function list(this: CommandContext, flags: ListFlags): Promise<void> {
  if (flags.authority === undefined && authorityNames().length === 0) {
    return notice(say("authority.list-empty"), flags);
  }
  await withLocked(flags, async (authority) => {
    const now = Date.now();
    for (const { certificate, profile, revoked } of authority.issued.all()) {
      const { serial, subject, notAfter } = certificate;
      const state = revoked !== undefined ? "revoked" : now > notAfter ? "expired" : "valid";
      const row = {
        serial: hex(serial),
        subject: nameText(subject),
        profile,
        state,
        notAfter: iso(notAfter),
      };
      await printLine(flags.json ? safeJson(row) : Object.values(row).map(safeText).join("\t"));
    }
    warnOfEnds(authority, flags);
  });
}

const viewFlags = {
  authority: authorityFlags.authority,
  json: switchFlag(help.list.flags.json),
  quiet: authorityFlags.quiet,
} as const;

export const listCommand = buildCommand<ListFlags, [], CommandContext>({
  func: list,
  parameters: { flags: viewFlags, aliases: { q: "quiet" } },
  docs: docsOf(help.list),
});

async function log(this: CommandContext, flags: ListFlags): Promise<void> {
  await withLocked(flags, async (authority) => {
    for (const { seq, time, action, detail, hash } of authority.audit()) {
      const row = { seq, time: iso(time), action, detail, hash: hex(hash) };
      await printLine(
        flags.json
          ? safeJson({ ...row, detail: JSON.parse(detail) })
          : [seq, iso(time), action, safeText(detail)].join("\t"),
      );
    }
    const fault = authority.auditFault();
    if (fault !== undefined) {
      throw new AuthenticationError("authority.log-broken", { name: authority.name, seq: fault });
    }
    notice(say("authority.log-holds"), flags);
  });
}

export const logCommand = buildCommand<ListFlags, [], CommandContext>({
  func: log,
  parameters: { flags: viewFlags, aliases: { q: "quiet" } },
  docs: docsOf(help.log),
});
