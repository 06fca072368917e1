/** `p2p contact`: names for keys, and what is known of addresses. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { encodePublicKeyText, fingerprint } from "../lib/crypto/keys/text.ts";
import { FailureError } from "../lib/errors.ts";
import { notice } from "../lib/terminal/notice.ts";
import { text as words } from "../lib/text/catalogue.ts";
import { add } from "./contact/add.ts";
import { accept, invite } from "./contact/invitation.ts";
import { exportContacts, importCommand } from "./contact/portable.ts";
import {
  argument,
  lookIntoState,
  ownAliases,
  ownFlags,
  ownParameters,
  withState,
} from "./shared/people.ts";
import { contactJson } from "../lib/api/forms.ts";
import { acceptKey, block, forget, unblock, verify } from "./contact/trust.ts";
import type { IdentityFlags } from "./conversation/own-identity.ts";
import type { CommandContext } from "./shared/context.ts";
import { switchFlag } from "./shared/flags.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { printLine } from "./shared/output.ts";
import { say } from "./shared/speech.ts";
import { safeJson } from "../lib/text/safe.ts";

const help = helpOf("contact");

interface JsonFlags extends IdentityFlags {
  readonly json?: boolean;
}

const list = buildCommand<JsonFlags, [], CommandContext>({
  func: async (flags) => {
    const all = await lookIntoState(flags, ({ contacts }) => contacts.list());
    if (all.length === 0 && !flags.json) notice(say("contact.list-empty"), flags);
    for (const contact of all) {
      const { name, key, address, verified, blocked } = contact;
      const marks = [
        verified === undefined ? "unverified" : "verified",
        ...(blocked ? ["blocked"] : []),
      ];
      await printLine(
        flags.json
          ? safeJson(contactJson(contact))
          : [name, encodePublicKeyText(key), address ?? "-", marks.join(",")].join("\t"),
      );
    }
  },
  parameters: {
    flags: { json: switchFlag(help.list.flags.json), ...ownFlags },
    aliases: ownAliases,
  },
  docs: docsOf(help.list),
});

const show = buildCommand<JsonFlags, [string], CommandContext>({
  func: (flags, name) =>
    withState(flags, async ({ contacts }) => {
      const contact = contacts.find(name);
      if (contact === undefined) {
        throw new FailureError("contact.none", { name }, { hint: words("contact.none.hint") });
      }
      if (flags.json) return await printLine(safeJson(contactJson(contact)));
      const { key, address, verified, added, blocked, offered } = contact;
      const rows: Array<readonly [string, string | undefined]> = [
        ["name", contact.name],
        ["key", encodePublicKeyText(key)],
        ["fingerprint", fingerprint(key)],
        ["address", address],
        ["verified", verified],
        ["added", added],
        ["blocked", blocked ? "yes" : undefined],
        [
          "other-key",
          offered === undefined ? undefined : `${fingerprint(offered.key)} ${offered.at}`,
        ],
      ];
      for (const [label, value] of rows) {
        if (value !== undefined) await printLine(`${label}\t${value}`);
      }
    }),
  parameters: {
    flags: { json: switchFlag(help.show.flags.json), ...ownFlags },
    aliases: ownAliases,
    positional: { kind: "tuple", parameters: [argument(help.show.args.name, "NAME")] },
  },
  docs: docsOf(help.show),
});

const rename = buildCommand<IdentityFlags, [string, string], CommandContext>({
  func: (flags, from, to) =>
    withState(flags, ({ contacts }) => {
      const { name } = contacts.rename(from, to);
      notice(say("contact.renamed", { from, to: name }), flags);
    }),
  parameters: ownParameters(
    argument(help.rename.args.from, "OLD"),
    argument(help.rename.args.to, "NEW"),
  ),
  docs: docsOf(help.rename),
});

const remove = buildCommand<IdentityFlags, [string], CommandContext>({
  func: (flags, name) =>
    withState(flags, async (state) => {
      if (!state.contacts.remove(name)) {
        throw new FailureError("contact.none", { name }, { hint: words("contact.none.hint") });
      }
      await state.erase();
      notice(say("contact.removed", { name }), flags);
    }),
  parameters: ownParameters(argument(help.remove.args.name, "NAME")),
  docs: docsOf(help.remove),
});

export const command = buildRouteMap({
  routes: {
    list,
    show,
    add,
    rename,
    remove,
    verify,
    acceptKey,
    forget,
    block,
    unblock,
    invite,
    accept,
    export: exportContacts,
    import: importCommand,
  },
  docs: docsOf(help),
});
