/** `p2p contact export` and `import`: contacts in a file that is signed, and encrypted to its owner. */
import { buildCommand } from "@stricli/core";
import { equalConstantTime, utf8 } from "../../lib/bytes.ts";
import { EncryptedFile } from "../../lib/container/decrypt.ts";
import { encryptContainer } from "../../lib/container/encrypt.ts";
import { ContainerError } from "../../lib/container/format.ts";
import { BytesSink, bytesSource } from "../../lib/container/source.ts";
import { fingerprint } from "../../lib/crypto/keys/text.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { AuthenticationError, FailureError } from "../../lib/errors.ts";
import type { Identity } from "../../lib/state/identity.ts";
import {
  decodeContacts,
  encodeContacts,
  importContacts as take,
  type Portable,
} from "../../lib/state/portable-contacts.ts";
import { notice, warning } from "../../lib/terminal/notice.ts";
import { text as words } from "../../lib/text/catalogue.ts";
import type { IdentityFlags } from "../conversation/own-identity.ts";
import type { CommandContext } from "../shared/context.ts";
import { forceFlag, textFlag, textsFlag } from "../shared/flags.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { resolvePublicKey } from "../shared/identity.ts";
import { checkInput, readAll } from "../shared/input.ts";
import { checkOutput, writeOutput } from "../shared/output.ts";
import { argument, ownFlags, withState } from "../shared/people.ts";
import { say, speaker } from "../shared/speech.ts";

const help = helpOf("contact");

/** More contacts than anybody has fit into it. */
const MAX_FILE_BYTES = 16 << 20;

interface ExportFlags extends IdentityFlags {
  readonly recipient?: readonly string[];
  readonly force?: boolean;
}

export const exportContacts = buildCommand<ExportFlags, [string?], CommandContext>({
  func: async (flags, path) => {
    const others = await Promise.all(
      (flags.recipient ?? []).map((given) => resolvePublicKey(given, "encryption")),
    );
    await checkOutput(path, flags);
    await withState(flags, async ({ contacts }, identity) => {
      const all = contacts.list();
      const sink = new BytesSink();
      await encryptContainer(bytesSource(utf8(encodeContacts(all))), sink, {
        recipients: [identity.publicKey, ...others],
        sender: identity,
        armour: true,
        random: randomBytes,
      });
      await writeOutput(path, sink.bytes(), { force: flags.force, mode: 0o600 });
      notice(say("people.exported", { count: all.length, path: path ?? "stdout" }), flags);
    });
  },
  parameters: {
    flags: {
      recipient: textsFlag(help.export.flags.recipient, "RECIPIENT"),
      force: forceFlag,
      ...ownFlags,
    },
    aliases: { i: "identity", q: "quiet", r: "recipient" },
    positional: {
      kind: "tuple",
      parameters: [{ ...argument(help.export.args.file, "FILE"), optional: true }],
    },
  },
  docs: docsOf(help.export),
});

/** The contacts in a file that `signer` signed; nothing of it counts before that is proven. */
async function readSigned(
  path: string,
  identity: Identity,
  signer: Uint8Array,
): Promise<Portable[]> {
  const name = path === "-" ? "stdin" : path;
  try {
    const file = await EncryptedFile.read(bytesSource(await readAll(path, MAX_FILE_BYTES)));
    const unlocked = file.withIdentity(identity.secretKey);
    if (unlocked === undefined) throw new AuthenticationError("people.not-for-you", { name });
    const claimed = unlocked.claimedSender;
    if (claimed === undefined) throw new AuthenticationError("people.not-signed", { name });
    if (!equalConstantTime(claimed, signer)) {
      throw new AuthenticationError("people.other-signer", { name, signer: fingerprint(claimed) }, {
        hint: words("people.other-signer.hint"),
      });
    }
    const sink = new BytesSink();
    await unlocked.decrypt(sink);
    const contacts = decodeContacts(sink.bytes());
    if (contacts === undefined) throw new FailureError("people.not-export", { name });
    return contacts;
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    if (error.code !== "container.other-file" && error.code !== "container.empty") {
      throw error.named(name);
    }
    throw new AuthenticationError("people.not-export", { name }, {
      cause: error,
      hint: words("people.not-export.hint"),
    });
  }
}

interface ImportFlags extends IdentityFlags {
  readonly from?: string;
}

export const importCommand = buildCommand<ImportFlags, [string], CommandContext>({
  func: async (flags, path) => {
    const other = flags.from === undefined
      ? undefined
      : await resolvePublicKey(flags.from, "signing");
    await checkInput(path);
    await withState(flags, async (state, identity) => {
      const contacts = await readSigned(path, identity, other ?? identity.publicKey);
      const own = other === undefined || equalConstantTime(other, identity.publicKey);
      const { done, conflicts } = take(state, contacts, identity.publicKey, own);
      for (const line of done) notice(speaker.text(line), flags);
      for (const what of conflicts) warning(say("terminal.warning", { what }));
      if (conflicts.length > 0) {
        throw new FailureError("people.conflicts", { count: conflicts.length });
      }
    });
  },
  parameters: {
    flags: { from: textFlag(help.import.flags.from, "PUBKEY"), ...ownFlags },
    aliases: { i: "identity", q: "quiet" },
    positional: { kind: "tuple", parameters: [argument(help.import.args.file, "FILE")] },
  },
  docs: docsOf(help.import),
});
