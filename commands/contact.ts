/** `p2p contact`: names for keys, and what is known of addresses. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { encodePublicKeyText, fingerprint } from "../lib/crypto/keys/text.ts";
import { FailureError, UsageError } from "../lib/errors.ts";
import { formatAddress, parseAddress } from "../lib/net/address.ts";
import { formatSafetyNumber, safetyNumber } from "../lib/session/safety-number.ts";
import {
  type Contact,
  contactName,
  contacts,
  findContact,
  removeContact,
  saveContact,
} from "../lib/state/contacts.ts";
import { forgetAddress, pinnedKey, pins } from "../lib/state/known-peers.ts";
import { notice } from "../lib/terminal/notice.ts";
import { askYesNo, canAsk } from "../lib/terminal/prompt.ts";
import { safeText } from "../lib/text/safe.ts";
import { conversationIdentity, type IdentityFlags } from "./conversation/own-identity.ts";
import { markVerified } from "../lib/talk/verify.ts";
import type { CommandContext } from "./shared/context.ts";
import { identityFlag, passphraseFlags, quietFlag, switchFlag, textFlag } from "./shared/flags.ts";
import { resolvePublicKey } from "./shared/identity.ts";
import { printLine } from "./shared/output.ts";
import { docsOf, helpOf } from "./shared/help.ts";

const help = helpOf("contact");

function text(brief: string, placeholder: string) {
  return { parse: String, brief, placeholder } as const;
}

async function known(name: string): Promise<Contact> {
  const contact = await findContact(name);
  if (contact !== undefined) return contact;
  throw new FailureError(`find contact ${safeText(name)}: there is none of that name`, {
    hint: "p2p contact list shows them",
  });
}

const list = buildCommand<{ json?: boolean }, [], CommandContext>({
  func: async ({ json }) => {
    for (const { name, key, address, verified, added } of await contacts()) {
      const keyText = encodePublicKeyText(key);
      const line = json
        ? JSON.stringify({
          name,
          key: keyText,
          fingerprint: fingerprint(key),
          address,
          verified,
          added,
        })
        : [name, keyText, address ?? "-", verified === undefined ? "unverified" : "verified"].join(
          "\t",
        );
      await printLine(line);
    }
  },
  parameters: { flags: { json: switchFlag(help.list.flags.json) } },
  docs: docsOf(help.list),
});

const add = buildCommand<{ address?: string }, [string, string?], CommandContext>({
  func: async ({ address }, given, keyText) => {
    const name = contactName(given);
    const before = await findContact(name);
    const where = address === undefined ? undefined : formatAddress(parseAddress(address));
    const key = keyText !== undefined
      ? await resolvePublicKey(keyText)
      : before?.key ?? (where === undefined ? undefined : (await pinnedKey(where))?.key);
    if (key === undefined) {
      throw new UsageError(`add contact ${safeText(name)}: which key?`, {
        hint: "give p2p1… text or a key file, or --address of a peer you have talked to",
      });
    }
    const added = before?.added ?? new Date().toISOString();
    await saveContact({
      name,
      key,
      address: where ?? before?.address,
      verified: before?.verified,
      added,
    });
    notice(`${name}: ${fingerprint(key)}${where === undefined ? "" : ` at ${where}`}`);
  },
  parameters: {
    flags: { address: textFlag(help.add.flags.address, "IP[:PORT]") },
    positional: {
      kind: "tuple",
      parameters: [text(help.add.args.name, "NAME"), {
        ...text(help.add.args.key, "KEY"),
        optional: true,
      }],
    },
  },
  docs: docsOf(help.add),
});

const remove = buildCommand<Record<never, never>, [string], CommandContext>({
  func: async (_, name) => {
    if (!await removeContact(name)) await known(name);
  },
  parameters: { positional: { kind: "tuple", parameters: [text(help.remove.args.name, "NAME")] } },
  docs: docsOf(help.remove),
});

/** The key behind a contact's name or a known address. */
async function keyOf(
  who: string,
): Promise<{ key: Uint8Array; name: string | undefined; label: string }> {
  const contact = await findContact(who);
  if (contact !== undefined) return { key: contact.key, name: contact.name, label: contact.name };
  const where = formatAddress(parseAddress(who));
  const pin = await pinnedKey(where);
  if (pin === undefined) {
    throw new FailureError(`find ${safeText(who)}: neither a contact nor an address met before`);
  }
  return { key: pin.key, name: undefined, label: where };
}

const verify = buildCommand<IdentityFlags & { yes?: boolean }, [string], CommandContext>({
  func: async (flags, who) => {
    const { key, name, label } = await keyOf(who);
    const own = await conversationIdentity(flags);
    await printLine(formatSafetyNumber(safetyNumber(own.publicKey, key)));
    if (!flags.yes) {
      if (!canAsk()) return notice("the same there? then: p2p contact verify --yes", flags);
      notice(`compare it with what ${label} sees, by another way (a call, face to face)`, flags);
      if (!await askYesNo("is it the same?", false)) {
        throw new FailureError(`verify ${label}: the safety numbers were not confirmed`);
      }
    }
    await markVerified(key, name, true);
    notice(`${label} counts as verified now`, flags);
  },
  parameters: {
    flags: {
      identity: identityFlag,
      ...passphraseFlags,
      yes: switchFlag(help.verify.flags.yes),
      quiet: quietFlag,
    },
    aliases: { i: "identity", q: "quiet" },
    positional: { kind: "tuple", parameters: [text(help.verify.args.name, "NAME")] },
  },
  docs: docsOf(help.verify),
});

const forget = buildCommand<Record<never, never>, [string], CommandContext>({
  func: async (_, address) => {
    const where = formatAddress(parseAddress(address));
    if (await forgetAddress(where)) return notice(`forgotten: the key of ${where}`);
    const list = (await pins()).map((pin) => pin.address).join(", ");
    throw new FailureError(`forget ${where}: no key is known there`, {
      ...(list === "" ? {} : { hint: `known: ${list}` }),
    });
  },
  parameters: {
    positional: { kind: "tuple", parameters: [text(help.forget.args.ip, "IP[:PORT]")] },
  },
  docs: docsOf(help.forget),
});

export const command = buildRouteMap({
  routes: { list, add, remove, verify, forget },
  docs: docsOf(help),
});
