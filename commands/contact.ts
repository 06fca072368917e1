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
import { markVerified } from "./conversation/verify.ts";
import type { CommandContext } from "./shared/context.ts";
import { identityFlag, passphraseFlags, quietFlag, switchFlag, textFlag } from "./shared/flags.ts";
import { resolvePublicKey } from "./shared/identity.ts";
import { printLine } from "./shared/output.ts";

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
  parameters: { flags: { json: switchFlag("Print one JSON object a line") } },
  docs: {
    brief: "List the contacts",
    fullDescription: `List the contacts: name, key, address, whether verified; tabs between them.

Examples:
  p2p contact list
  p2p contact list --json`,
  },
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
    flags: { address: textFlag("Where to reach them", "IP[:PORT]") },
    positional: {
      kind: "tuple",
      parameters: [text("How to call them", "NAME"), {
        ...text("Their key; the one met at --address when left out", "KEY"),
        optional: true,
      }],
    },
  },
  docs: {
    brief: "Add a contact, or change the address of one",
    fullDescription: `Give a key a name. A contact can be named wherever a peer or a recipient goes.

Examples:
  p2p contact add alice p2p1q… --address 192.168.1.5
  p2p contact add bob --address 10.0.0.7:9998      the key that answered there before`,
  },
});

const remove = buildCommand<Record<never, never>, [string], CommandContext>({
  func: async (_, name) => {
    if (!await removeContact(name)) await known(name);
  },
  parameters: { positional: { kind: "tuple", parameters: [text("The contact", "NAME")] } },
  docs: {
    brief: "Forget a contact",
    fullDescription: `Forget a contact; the key may be met anew after that.

Examples:
  p2p contact remove alice
  p2p contact remove "Li Lei"`,
  },
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
      yes: switchFlag("They have been compared and are the same"),
      quiet: quietFlag,
    },
    aliases: { i: "identity", q: "quiet" },
    positional: { kind: "tuple", parameters: [text("Contact or address", "NAME")] },
  },
  docs: {
    brief: "Compare the safety number with somebody",
    fullDescription:
      `Print the safety number: 60 digits that are the same on both sides when nobody stands between.

Examples:
  p2p contact verify alice
  p2p contact verify 192.168.1.5 --yes`,
  },
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
    positional: { kind: "tuple", parameters: [text("Where the key was met", "IP[:PORT]")] },
  },
  docs: {
    brief: "Forget which key answered at an address",
    fullDescription:
      `Forget the key that is pinned to an address, after its owner has confirmed that it changed.

Examples:
  p2p contact forget 192.168.1.5
  p2p contact forget '[2001:db8::7]:9998'`,
  },
});

export const command = buildRouteMap({
  routes: { list, add, remove, verify, forget },
  docs: {
    brief: "Name keys, compare safety numbers, forget changed keys",
    fullDescription:
      `Contacts are names for keys. They can be named wherever a peer or a recipient goes.

Examples:
  p2p contact add alice p2p1q… --address 192.168.1.5
  p2p contact verify alice
  p2p contact forget 10.0.0.7:9998                a peer there has a new key, and confirmed it`,
  },
});
