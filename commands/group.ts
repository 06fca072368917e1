/** `p2p group`: several people as one; who is in it, and what it is called. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { encodePublicKeyText, fingerprint } from "../lib/crypto/keys/text.ts";
import { groupJson } from "../lib/api/group-form.ts";
import { fromHex } from "../lib/bytes.ts";
import { FailureError } from "../lib/errors.ts";
import { GROUP_MARK } from "../lib/state/groups.ts";
import type { State } from "../lib/state/state.ts";
import { membersOf } from "../lib/talk/group/store.ts";
import type { Groups } from "../lib/talk/group/groups.ts";
import { personOf } from "../lib/talk/person.ts";
import { notice } from "../lib/terminal/notice.ts";
import { safeJson, safeText } from "../lib/text/safe.ts";
import type { IdentityFlags } from "./conversation/own-identity.ts";
import { withTalk } from "./conversation/session.ts";
import type { CommandContext } from "./shared/context.ts";
import { switchFlag } from "./shared/flags.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { printLine } from "./shared/output.ts";
import {
  argument,
  lookIntoState,
  meant,
  ownAliases,
  ownFlags,
  ownParameters,
  withState,
} from "./shared/people.ts";
import { say } from "./shared/speech.ts";

const help = helpOf("group");

/** How long a change waits for members to be told, in milliseconds: who is not there hears of it later. */
const TELL_MS = 4000;

/** How the own row of a table is called, in every language. */
const SELF = "(you)";

interface JsonFlags extends IdentityFlags {
  readonly json?: boolean;
}

/** Does something about groups, and tells those members who are there. */
function changing(
  flags: IdentityFlags,
  work: (groups: Groups, state: State) => string,
  after: (groups: Groups, name: string) => void = () => undefined,
): Promise<void> {
  return withTalk({ ...flags, port: 0 }, {}, undefined, async ({ talk }) => {
    const { groups, state } = talk;
    const name = work(groups, state);
    groups.callAll();
    await groups.settle(TELL_MS);
    const later = groups.uninformed(name).map(({ label }) => label);
    if (later.length > 0) notice(say("group.later", { labels: later }), flags);
    after(groups, name);
  });
}

function marked(name: string): string {
  return name.startsWith(GROUP_MARK) ? name : `${GROUP_MARK}${name}`;
}

const create = buildCommand<IdentityFlags, string[], CommandContext>({
  func: (flags, name = "", ...members) =>
    changing(flags, (groups, state) => {
      groups.create(name, members.map((member) => meant(state, member).key));
      notice(say("group.created", { group: marked(name) }), flags);
      return name;
    }),
  parameters: {
    flags: ownFlags,
    aliases: ownAliases,
    positional: {
      kind: "array",
      minimum: 1,
      parameter: argument(help.create.args.name, "NAME MEMBER"),
    },
  },
  docs: docsOf(help.create),
});

const invite = buildCommand<IdentityFlags, string[], CommandContext>({
  func: (flags, group = "", ...members) =>
    changing(flags, (groups, state) => {
      for (const { key, label } of members.map((member) => meant(state, member))) {
        if (!groups.invite(group, key)) {
          throw new FailureError("group.already-member", { label, group: marked(group) });
        }
      }
      return group;
    }),
  parameters: {
    flags: ownFlags,
    aliases: ownAliases,
    positional: {
      kind: "array",
      minimum: 2,
      parameter: argument(help.invite.args.group, "@GROUP MEMBER"),
    },
  },
  docs: docsOf(help.invite),
});

const remove = buildCommand<IdentityFlags, [string, string], CommandContext>({
  func: (flags, group, member) =>
    changing(flags, (groups, state) => {
      const { key, label } = meant(state, member);
      if (!groups.remove(group, key)) {
        throw new FailureError("group.no-member", { label, group: marked(group) });
      }
      return group;
    }),
  parameters: ownParameters(
    argument(help.remove.args.group, "@GROUP"),
    argument(help.remove.args.member, "MEMBER"),
  ),
  docs: docsOf(help.remove),
});

const leave = buildCommand<IdentityFlags, [string], CommandContext>({
  func: (flags, group) =>
    changing(flags, (groups) => {
      groups.leave(group);
      return group;
    }, (groups, name) => groups.forget(name)),
  parameters: ownParameters(argument(help.leave.args.group, "@GROUP")),
  docs: docsOf(help.leave),
});

const rename = buildCommand<IdentityFlags, [string, string], CommandContext>({
  func: (flags, old, given) =>
    withState(flags, ({ groups }) => {
      const { name } = groups.rename(old, given);
      notice(say("group.renamed", { from: marked(old), to: marked(name) }), flags);
    }),
  parameters: ownParameters(
    argument(help.rename.args.group, "@GROUP"),
    argument(help.rename.args.name, "NAME"),
  ),
  docs: docsOf(help.rename),
});

const list = buildCommand<JsonFlags, [], CommandContext>({
  func: (flags) =>
    lookIntoState(flags, async (state) => {
      const all = state.groups.list();
      for (const group of all) {
        const count = membersOf(state, group).length;
        await printLine(
          flags.json
            ? safeJson(groupJson(state, group))
            : [safeText(marked(group.name)), group.state, count].join("\t"),
        );
      }
      if (all.length === 0 && !flags.json) notice(say("group.list-empty"), flags);
    }),
  parameters: {
    flags: { json: switchFlag(help.list.flags.json), ...ownFlags },
    aliases: ownAliases,
  },
  docs: docsOf(help.list),
});

const show = buildCommand<JsonFlags, [string], CommandContext>({
  func: (flags, name) =>
    lookIntoState(flags, async (state, own) => {
      const group = state.groups.needed(name);
      if (flags.json) return await printLine(safeJson(groupJson(state, group)));
      await printLine(`name\t${marked(group.name)}`);
      await printLine(`id\t${group.id}`);
      for (const key of membersOf(state, group)) {
        const person = personOf(state, fromHex(key));
        const self = fingerprint(own.publicKey) === person.fingerprint;
        const label = self ? SELF : safeText(person.label);
        await printLine(["member", label, encodePublicKeyText(person.key)].join("\t"));
      }
    }),
  parameters: {
    flags: { json: switchFlag(help.show.flags.json), ...ownFlags },
    aliases: ownAliases,
    positional: { kind: "tuple", parameters: [argument(help.show.args.group, "@GROUP")] },
  },
  docs: docsOf(help.show),
});

export const command = buildRouteMap({
  routes: { list, show, create, invite, remove, rename, leave },
  defaultCommand: "list",
  docs: docsOf(help),
});
