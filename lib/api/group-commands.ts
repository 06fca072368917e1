/** Commands about groups. */
import { FailureError } from "../errors.ts";
import { GROUP_MARK } from "../state/groups.ts";
import { meant } from "../talk/meant.ts";
import type { Talk } from "../talk/talk.ts";
import type { GroupDetailJson } from "./event-types.ts";
import { groupJson } from "./group-form.ts";
import type { Handlers } from "./handlers.ts";

/** How long leaving a group waits for members to be told, in milliseconds. */
const TELL_MS = 4000;

type GroupCommand =
  | "groups"
  | "group-rename"
  | "group-create"
  | "group-invite"
  | "group-remove"
  | "group-leave";

/** The handlers. */
export const groupCommands: Handlers<GroupCommand> = {
  groups: (_, { talk: { state } }) => ({
    groups: state.groups.list().map((group) => groupJson(state, group)),
  }),

  "group-create": ({ name, members = [] }, { talk }) => {
    talk.groups.create(name, members.map((member) => memberKey(talk, member).key));
    return told(talk, name);
  },

  "group-invite": ({ group, members }, { talk }) => {
    for (const { key, label } of members.map((member) => memberKey(talk, member))) {
      if (talk.groups.invite(group, key)) continue;
      throw new FailureError("group.already-member", { label, group: marked(group) });
    }
    return told(talk, group);
  },

  "group-remove": ({ group, member }, { talk }) => {
    const { key, label } = memberKey(talk, member);
    if (!talk.groups.remove(group, key)) {
      throw new FailureError("group.no-member", { label, group: marked(group) });
    }
    return told(talk, group);
  },

  "group-rename": ({ group, name }, { talk }) => ({
    group: groupJson(talk.state, talk.state.groups.rename(group, name)),
  }),

  "group-leave": async ({ group }, { talk }) => {
    talk.groups.leave(group);
    talk.groups.callAll();
    await talk.groups.settle(TELL_MS);
    talk.groups.forget(group);
    return { group: detail(talk, group) };
  },
};

function memberKey(talk: Talk, who: string) {
  return talk.find(who) ?? meant(talk.state, who);
}

/** Tells members who are not there as soon as they can be called. */
function told(talk: Talk, name: string): { readonly group: GroupDetailJson } {
  talk.groups.callAll();
  return { group: detail(talk, name) };
}

function detail({ state }: Talk, name: string): GroupDetailJson {
  return groupJson(state, state.groups.needed(name));
}

function marked(name: string): string {
  return name.startsWith(GROUP_MARK) ? name : `${GROUP_MARK}${name}`;
}
