/** `p2p cert code`, `serve` and `enroll`: certificates over the network. */
import { buildCommand } from "@stricli/core";
import config from "../../deno.json" with { type: "json" };
import { utf8, utf8Text } from "../../lib/bytes.ts";
import { normalCode } from "../../lib/authority/codes.ts";
import {
  keepLists,
  keepOwnChain,
  ownChain,
  readTrust,
  trust,
  trustPath,
} from "../../lib/authority/trust-store.ts";
import { certificateFingerprint } from "../../lib/certificate/certificate.ts";
import { keyUsage } from "../../lib/certificate/extensions.ts";
import { pemOf, requestsIn } from "../../lib/certificate/files.ts";
import { commonName, nameFromText, sameName } from "../../lib/certificate/name.ts";
import { type Profile, PROFILE_USAGE, PROFILES } from "../../lib/certificate/profile.ts";
import {
  type CertificateRequest,
  makeRequest,
  readRequest,
} from "../../lib/certificate/request.ts";
import { AuthenticationError, FailureError, UsageError } from "../../lib/errors.ts";
import { writeAtomically } from "../../lib/files/atomic.ts";
import { exists } from "../../lib/files/look.ts";
import { formatAddress } from "../../lib/net/address.ts";
import { ensureHome, homePath, PRIVATE_FILE } from "../../lib/state/home.ts";
import type { Identity } from "../../lib/state/identity.ts";
import type { State } from "../../lib/state/state.ts";
import { onInterrupt } from "../../lib/system/cleanup.ts";
import { enrol, type Enrolled } from "../../lib/talk/enrol.ts";
import { keepRenewed } from "../../lib/talk/renewal.ts";
import { EnrolServer } from "../../lib/talk/enrol-server.ts";
import { intendedPeer } from "../../lib/talk/reach.ts";
import { type Loudness, notice, warning } from "../../lib/terminal/notice.ts";
import { canAsk } from "../../lib/terminal/prompt.ts";
import { writeStderr } from "../../lib/terminal/stderr.ts";
import { readTyped } from "../../lib/terminal/typed.ts";
import { yesOrNo } from "../../lib/terminal/yes-no.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { IdentityFlags } from "../conversation/own-identity.ts";
import type { CommandContext } from "../shared/context.ts";
import {
  identityFlag,
  notEmpty,
  portFlag,
  switchFlag,
  textFlag,
  textsFlag,
} from "../shared/flags.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { readAll } from "../shared/input.ts";
import { printLine } from "../shared/output.ts";
import { ownAliases, ownFlags, withState } from "../shared/people.ts";
import { say, speaker } from "../shared/speech.ts";
import {
  type AuthorityFlags,
  authorityFlags,
  CERTIFICATE_DAYS,
  daysFlag,
  withAuthority,
} from "./common.ts";
import { encryptionIdentity } from "./encryption-identity.ts";

const help = helpOf("cert");
const PROGRAM = `p2p/${config.version}`;

/** Days that a code is good for. */
const CODE_DAYS = 7;
/** Largest file of names. */
const MAX_NAMES_BYTES = 256 * 1024;

interface CodeFlags extends AuthorityFlags {
  readonly file?: string;
  readonly days?: number;
}

async function code(this: CommandContext, flags: CodeFlags, ...given: string[]): Promise<void> {
  const listed = flags.file === undefined
    ? []
    : utf8Text(await readAll(flags.file, MAX_NAMES_BYTES)).split(/\r?\n/)
      .map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const names = [...given, ...listed];
  if (names.length === 0) throw new UsageError("cert.no-names", {});
  for (const name of names) nameFromText(name); // says what is wrong with it before anything is made
  await withAuthority(flags, async (authority) => {
    for (const made of authority.codes.make(names, flags.days ?? CODE_DAYS)) {
      await printLine(`${made.code}\t${made.subject}`);
    }
  });
}

export const codeCommand = buildCommand<CodeFlags, string[], CommandContext>({
  func: code,
  parameters: {
    flags: {
      file: textFlag(help.code.flags.file, "FILE"),
      days: daysFlag(help.code.flags.days),
      ...authorityFlags,
    },
    aliases: { f: "file", q: "quiet" },
    positional: {
      kind: "array",
      parameter: { parse: notEmpty, brief: help.code.args.names, placeholder: "NAME" },
    },
  },
  docs: docsOf(help.code),
});

interface ServeFlags extends AuthorityFlags {
  readonly identity?: string;
  readonly port?: number;
  readonly bind?: string;
  readonly days?: number;
  readonly profile?: Profile;
}

/** Asks at the terminal whether to issue. */
async function approve(question: { subject: string; fingerprint: string }): Promise<boolean> {
  for (;;) {
    writeStderr(say("enrol.ask", question));
    const typed = await readTyped();
    if (typed === null) return false;
    const answer = yesOrNo(new TextDecoder().decode(typed));
    if (answer !== undefined) return answer;
  }
}

async function serve(this: CommandContext, flags: ServeFlags): Promise<void> {
  await withAuthority(flags, (authority) =>
    // The passphrase is the authority's: the identity of this program must open without one.
    withState({ identity: flags.identity, quiet: flags.quiet }, async (state, identity) => {
      const over = Promise.withResolvers<never>();
      const server = new EnrolServer({
        ...{ identity, state, program: PROGRAM, authority, profile: flags.profile },
        hostname: flags.bind,
        port: flags.port,
        days: flags.days ?? CERTIFICATE_DAYS,
        approve: canAsk() ? approve : undefined,
        told: (subject, fingerprint, issued) => {
          const params = { name: subject, fingerprint };
          notice(say(issued === undefined ? "enrol.refused" : "enrol.issued", params), flags);
        },
        failed: (error) => notice(speaker.text(error), flags),
      });
      const forget = onInterrupt(() => server.close());
      try {
        notice(say("enrol.serving", { where: formatAddress(server.address) }));
        const print = certificateFingerprint(authority.certificate);
        notice(say("authority.fingerprint", { fingerprint: print }), flags);
        await over.promise;
      } finally {
        forget();
        await server.close();
      }
    }));
}

export const serveCommand = buildCommand<ServeFlags, [], CommandContext>({
  func: serve,
  parameters: {
    flags: {
      port: portFlag(help.serve.flags.port),
      bind: textFlag(help.serve.flags.bind, "ADDR"),
      days: daysFlag(help.issue.flags.days),
      profile: { kind: "enum", values: PROFILES, optional: true, brief: help.issue.flags.profile },
      identity: identityFlag,
      ...authorityFlags,
    },
    aliases: { i: "identity", q: "quiet" },
  },
  docs: docsOf(help.serve),
});

interface EnrollFlags extends IdentityFlags {
  readonly code?: string;
  readonly codeFile?: string;
  readonly name?: string;
  readonly dual?: boolean;
  readonly encryptionKey?: string;
  readonly ca?: readonly string[];
  readonly keep?: boolean;
}

/** A request that was made and not answered: it is sent again, so that nothing is issued twice. */
const pendingPath = () => homePath("certificates", "pending.req");

/** The requests to send: those that were not answered, where they are of the same keys and name; else new ones. */
async function requestsFor(flags: EnrollFlags, identity: Identity): Promise<CertificateRequest[]> {
  const chain = ownChain();
  const known = chain?.find(({ publicKey }) => sameKeyAs(publicKey, identity));
  const given = flags.name ?? (flags.code === undefined && known !== undefined ? undefined : "-");
  const subject = given === undefined
    ? known!.subject
    : nameFromText(given === "-" ? "p2p" : given);
  const second = flags.dual ? await encryptionIdentity(flags) : undefined;
  const keys = second === undefined ? [identity] : [identity, second];
  const path = pendingPath();
  if (exists(path)) {
    const left = requestsIn(await readAll(path, MAX_NAMES_BYTES), path);
    const same = left.length === keys.length &&
      left.every(({ publicKey, subject: other }, i) =>
        sameKeyAs(publicKey, keys[i]!) && sameName(other, subject)
      );
    if (same) return left;
  }
  const kinds: Profile[] = second === undefined ? ["person"] : ["signing", "encryption"];
  const made = keys.map((key, i) =>
    makeRequest({ subject, extensions: [keyUsage(PROFILE_USAGE[kinds[i]!])] }, key)
  );
  ensureHome("certificates");
  const fill = { force: true, mode: PRIVATE_FILE, durable: true };
  await writeAtomically(path, (file) => file.write(utf8(pemOf("request", ...made))), fill);
  return made.map((der) => readRequest(der));
}

function sameKeyAs(publicKey: Uint8Array, identity: Identity): boolean {
  return publicKey.every((byte, i) => byte === identity.publicKey[i]);
}

/** The code, where there is one: typed as a flag, in a file, or asked for. */
async function codeOf(flags: EnrollFlags): Promise<string | undefined> {
  if (flags.codeFile !== undefined) {
    return normalCode(utf8Text(await readAll(flags.codeFile, 4096)).split(/\s/)[0] ?? "");
  }
  return flags.code === undefined ? undefined : normalCode(flags.code);
}

async function once(
  flags: EnrollFlags,
  peer: string,
  state: State,
  identity: Identity,
): Promise<Enrolled> {
  const { address, key } = intendedPeer(state, peer);
  if (address === undefined) throw new UsageError("enrol.where", { peer });
  const enrolled = await enrol({
    ...{ identity, state, program: PROGRAM, remoteKey: key },
    requests: await requestsFor(flags, identity),
    code: await codeOf(flags),
    anchors: readTrust({ ca: flags.ca }).anchors,
    pending: () => notice(say("enrol.pending"), flags),
    again: (reason) => notice(say("enrol.again", { reason }), flags),
  }, address);
  if (!enrolled.proven) await confirmRoot(enrolled, flags);
  await trust(enrolled.roots);
  await keepOwnChain(enrolled.chain);
  await keepLists(enrolled.lists);
  if (exists(pendingPath())) await Deno.remove(pendingPath());
  return enrolled;
}

/** Without a code somebody else may have answered: the person compares the root's fingerprint. */
async function confirmRoot({ roots }: Enrolled, flags: Loudness): Promise<void> {
  const [root] = roots;
  const fingerprint = root === undefined ? "" : certificateFingerprint(root);
  const name = root === undefined ? "" : commonName(root.subject);
  if (!canAsk()) {
    throw new AuthenticationError("enrol.unknown-root", { name, fingerprint }, {
      hint: text("enrol.unknown-root.hint"),
    });
  }
  notice(say("enrol.compare", { name, fingerprint }), flags);
  writeStderr(say("enrol.same"));
  const typed = await readTyped();
  const yes = typed !== null && yesOrNo(new TextDecoder().decode(typed)) === true;
  if (!yes) throw new AuthenticationError("enrol.unknown-root", { name, fingerprint });
}

async function enroll(this: CommandContext, flags: EnrollFlags, peer: string): Promise<void> {
  if (flags.code !== undefined && flags.codeFile !== undefined) {
    throw new UsageError("enrol.two-codes", {});
  }
  await withState(flags, async (state, identity) => {
    const certificate = async (given: EnrollFlags) => {
      const { chain } = await once(given, peer, state, identity);
      const [own] = chain;
      if (own === undefined) throw new FailureError("enrol.failed", {});
      const name = commonName(own.subject);
      notice(say("enrol.done", { name, time: own.notAfter, path: trustPath("own") }), flags);
      return own;
    };
    const first = await certificate(flags);
    if (!flags.keep) return;
    const { code: _, codeFile: __, name: ___, ...rest } = flags;
    await keepRenewed(first, {
      now: Date.now,
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      renew: () => certificate(rest),
      failed: (error) => {
        const what = text("enrol.keeps-trying", { reason: error });
        warning(say("terminal.warning", { what }));
      },
    });
  });
}

export const enrollCommand = buildCommand<EnrollFlags, [string], CommandContext>({
  func: enroll,
  parameters: {
    flags: {
      code: textFlag(help.enroll.flags.code, "CODE"),
      codeFile: textFlag(help.enroll.flags.codeFile, "FILE"),
      name: textFlag(help.enroll.flags.name, "NAME"),
      dual: switchFlag(help.enroll.flags.dual),
      encryptionKey: textFlag(help.request.flags.encryptionKey, "FILE"),
      ca: textsFlag(help.verify.flags.ca, "FILE"),
      keep: switchFlag(help.enroll.flags.keep),
      ...ownFlags,
    },
    aliases: ownAliases,
    positional: {
      kind: "tuple",
      parameters: [{ parse: notEmpty, brief: help.enroll.args.peer, placeholder: "PEER" }],
    },
  },
  docs: docsOf(help.enroll),
});
