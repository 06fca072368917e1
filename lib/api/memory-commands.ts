/** Commands about what is remembered: conversations, the history page by page, settings. */
import { preference, PREFERENCES } from "../state/preferences.ts";
import type { State } from "../state/state.ts";
import { deleteTalk } from "../talk/delete-history.ts";
import { meantTalk } from "../talk/meant.ts";
import type { Talk } from "../talk/talk.ts";
import type { SettingJson } from "./event-types.ts";
import { messageJson, talkJson } from "./forms.ts";
import type { Handlers } from "./handlers.ts";

/** Messages of a page unless told otherwise, and at most. */
const PAGE = 50;
const MOST = 1000;

type Memory = "conversations" | "history" | "delete-history" | "config" | "set";

/** The handlers. */
export const memoryCommands: Handlers<Memory> = {
  conversations: (_, { talk: { state } }) => ({
    conversations: state.history.talks().map(({ talk, messages, latest }) => {
      const [last] = state.history.find({ talk, limit: 1 });
      return {
        ...talkJson(state, talk),
        messages,
        latest: new Date(latest).toISOString(),
        ...(last === undefined ? {} : { last: messageJson(state, last) }),
      };
    }),
  }),

  history: ({ with: who, before, since, until, search, limit = PAGE }, { talk }) => {
    const { state } = talk;
    const most = Math.max(1, Math.min(MOST, limit));
    const found = state.history.find({
      talk: who === undefined ? undefined : talkKey(talk, who),
      before: before === undefined ? undefined : Number(before),
      ...{ since, until, search, limit: most },
    });
    const earliest = Math.min(...found.map(({ seq }) => seq));
    return {
      messages: found.map((message) => messageJson(state, message)),
      ...(found.length < most ? {} : { before: String(earliest) }),
    };
  },

  "delete-history": async ({ with: who, before }, { talk }) => {
    const { count } = await deleteTalk(talk.state, talkKey(talk, who), before);
    return { deleted: count };
  },

  config: (_, { talk: { state } }) => ({
    settings: [...PREFERENCES.keys()].map((name) => settingJson(state, name)),
  }),

  set: ({ name, value }, { talk: { state } }) => {
    const known = preference(name);
    if (value === null) state.settings.unset(name);
    else {
      known.check(value);
      state.settings.set(name, value);
    }
    return { setting: settingJson(state, name) };
  },
};

/** The conversation with somebody who is there, or whom the state knows, or of a group. */
function talkKey(talk: Talk, who: string) {
  return (talk.find(who) ?? meantTalk(talk.state, who)).key;
}

function settingJson({ settings }: State, name: string): SettingJson {
  const value = settings.get(name);
  return { name, value: value ?? preference(name).byDefault, set: value !== undefined };
}
