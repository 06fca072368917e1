/** `p2p contact invite` and `accept`: becoming known by one line, or by a picture of it. */
import { buildCommand } from "@stricli/core";
import { utf8Text } from "../../lib/bytes.ts";
import { fingerprint } from "../../lib/crypto/keys/text.ts";
import { FailureError, FormatError, systemCode, UsageError } from "../../lib/errors.ts";
import { decodeInvitation, type Invitation, INVITATION_PREFIX } from "../../lib/talk/invitation.ts";
import { portOf } from "../../lib/talk/reach.ts";
import { refuseOwn, saveInvited } from "../../lib/talk/invited.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { writeStderr } from "../../lib/terminal/stderr.ts";
import { text as words } from "../../lib/text/catalogue.ts";
import type { IdentityFlags } from "../conversation/own-identity.ts";
import { nameFor } from "../shared/ask-name.ts";
import type { CommandContext } from "../shared/context.ts";
import { forceFlag, switchFlag, textFlag, textsFlag } from "../shared/flags.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { isStdin, readAll } from "../shared/input.ts";
import { type InvitationFlags, invitationLine } from "../../lib/talk/own-invitation.ts";
import { checkOutput, printLine, writeOutput } from "../shared/output.ts";
import { argument, ownAliases, ownFlags, withState } from "../shared/people.ts";
import { say } from "../shared/speech.ts";

const help = helpOf("contact");

/** A photograph of a code; more is not looked at. */
const MAX_PICTURE_BYTES = 32 << 20;
const PICTURE_LIMITS = { maxPixels: 24_000_000 };
/** A line on stdin with whatever blanks are around it. */
const MAX_INVITATION_LINE_BYTES = 64 << 10;

interface InviteFlags extends IdentityFlags, InvitationFlags {
  readonly png?: string;
  readonly force?: boolean;
}

export const invite = buildCommand<InviteFlags, [], CommandContext>({
  func: async (flags) => {
    await checkOutput(flags.png, flags);
    await withState(flags, async (state, { publicKey }) => {
      const line = invitationLine(state, publicKey, await portOf(publicKey), flags);
      const { qrCode, qrLines, qrPng } = await import("../../lib/qr/code.ts");
      const code = qrCode(line.toUpperCase());
      if (flags.png !== undefined) {
        await writeOutput(flags.png, qrPng(code), { force: flags.force });
        notice(say("invitation.wrote", { path: flags.png }), flags);
      }
      await printLine(line);
      if (flags.quiet || !Deno.stderr.isTerminal()) return;
      notice(say("invitation.show"), flags);
      // Last, so that a window of 24 rows has all of it.
      writeStderr(`${qrLines(code, !Deno.noColor).join("\n")}\n`);
    });
  },
  parameters: {
    flags: {
      name: textFlag(help.invite.flags.name, "NAME"),
      address: textsFlag(help.invite.flags.address, "ADDR"),
      noAddress: switchFlag(help.invite.flags.noAddress),
      png: textFlag(help.invite.flags.png, "FILE"),
      force: forceFlag,
      ...ownFlags,
    },
    aliases: ownAliases,
  },
  docs: docsOf(help.invite),
});

interface AcceptFlags extends IdentityFlags {
  readonly name?: string;
}

/** The line itself, one on stdin, or the one in a picture. */
async function readInvitation(given: string): Promise<Invitation> {
  try {
    if (given.toLowerCase().startsWith(INVITATION_PREFIX)) return decodeInvitation(given.trim());
    if (isStdin(given)) {
      return decodeInvitation(utf8Text(await readAll(given, MAX_INVITATION_LINE_BYTES)).trim());
    }
    const bytes = await readAll(given, MAX_PICTURE_BYTES);
    // Loaded here alone: most who ask for contacts read no picture.
    const { openPicture } = await import("../../lib/hidden/picture.ts");
    const { png } = await openPicture({ name: given, pieces: () => once(bytes) }, PICTURE_LIMITS);
    const { readQr } = await import("../../lib/qr/read.ts");
    const line = readQr(png);
    if (line !== undefined) return decodeInvitation(line.trim());
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const hint = words("invitation.broken.hint");
    if (error.code === "invitation.broken") {
      throw new FormatError("invitation.broken", {}, { hint });
    }
    if (error.code !== "input.read" || systemCode(error.cause) !== "ENOENT") throw error;
    throw new FailureError("invitation.neither", { given }, { hint, cause: error });
  }
  throw new FailureError("invitation.no-code", { name: given }, {
    hint: words("invitation.no-code.hint"),
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

export const accept = buildCommand<AcceptFlags, [string], CommandContext>({
  func: async (flags, given) => {
    const invitation = await readInvitation(given);
    await withState(flags, async (state, own) => {
      refuseOwn(invitation, own.publicKey);
      const { key, name: suggested } = invitation;
      const print = fingerprint(key);
      const { contacts } = state;
      const known = contacts.byKey(key);
      const name = known?.name ?? await nameFor({
        given: flags.name,
        suggested,
        fingerprint: print,
        contacts,
      });
      if (name === undefined) {
        throw new UsageError("invitation.which-name", { fingerprint: print }, {
          hint: words("invitation.which-name.hint"),
        });
      }
      const contact = saveInvited(state, invitation, name);
      const { address } = contact;
      if (known !== undefined) notice(say("invitation.known", { name }), flags);
      notice(
        say("invitation.accepted", { name, fingerprint: print, address: address ?? "" }),
        flags,
      );
      if (contact.verified === undefined) notice(say("invitation.verify", { name }), flags);
    });
  },
  parameters: {
    flags: { name: textFlag(help.accept.flags.name, "NAME"), ...ownFlags },
    aliases: ownAliases,
    positional: {
      kind: "tuple",
      parameters: [argument(help.accept.args.invitation, "LINE|IMAGE")],
    },
  },
  docs: docsOf(help.accept),
});
