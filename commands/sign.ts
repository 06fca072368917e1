/** `p2p sign`: a detached SM2 signature of a file. */
import { buildCommand } from "@stricli/core";
import { utf8, wipe } from "../lib/bytes.ts";
import { Sm2Signer } from "../lib/crypto/sm2.ts";
import type { CommandContext } from "./shared/context.ts";
import { feedInput } from "./shared/feed.ts";
import { forceFlag, identityFlag, passphraseFlags, quietFlag, textFlag } from "./shared/flags.ts";
import { loadIdentity } from "./shared/identity.ts";
import { isStdin, refuseTerminalInput } from "./shared/input.ts";
import { openOutput } from "./shared/output.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";

interface Flags extends PassphraseFlags {
  identity?: string;
  id?: string;
  output?: string;
  force?: boolean;
  quiet?: boolean;
}

async function sign(this: CommandContext, flags: Flags, file?: string): Promise<void> {
  refuseTerminalInput(file, "name a file, or pipe the message in");
  const target = flags.output ?? (isStdin(file) ? undefined : `${file}.sig`);
  const { secretKey, publicKey } = await loadIdentity(flags.identity, flags);
  const output = await openOutput(target, { force: flags.force, binary: true });
  try {
    const id = flags.id === undefined ? undefined : utf8(flags.id);
    const signer = new Sm2Signer(secretKey, id, publicKey);
    await feedInput(file, flags, (piece) => void signer.update(piece));
    await output.write(signer.sign());
    await output.commit();
  } catch (error) {
    await output.abort();
    throw error;
  } finally {
    wipe(secretKey);
  }
}

export const command = buildCommand<Flags, [string?], CommandContext>({
  func: sign,
  parameters: {
    flags: {
      identity: identityFlag,
      id: textFlag("Signer's ID in the signature (default 1234567812345678)", "ID"),
      output: textFlag("Write the signature to SIG (default FILE.sig; '-' is stdout)", "SIG"),
      ...passphraseFlags,
      force: forceFlag,
      quiet: quietFlag,
    },
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "What to sign (default stdin)",
        parse: String,
        placeholder: "FILE",
        optional: true,
      }],
    },
    aliases: { i: "identity", o: "output", q: "quiet" },
  },
  docs: {
    brief: "Sign a file with SM2 and SM3",
    fullDescription:
      `Make a detached signature (SM2 with SM3, GB/T 32918.2) in DER, as OpenSSL and GmSSL read it.

The signature goes to FILE.sig; of stdin, to stdout. The ID is part of what is signed: who verifies must use
the same. OpenSSL uses an empty one unless told -sigopt distid:1234567812345678.

Examples:
  p2p sign report.pdf                    makes report.pdf.sig
  p2p sign -i work.pem -o r.sig report.pdf
  tar c src | p2p sign > src.sig         signs a stream`,
  },
});
