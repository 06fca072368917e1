/** `p2p history`: what was said; shown, searched, exported, deleted. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { utf8 } from "../lib/bytes.ts";
import { messageJson } from "../lib/api/forms.ts";
import { FailureError } from "../lib/errors.ts";
import type { StoredMessage } from "../lib/state/message-rows.ts";
import { PRIVATE_FILE } from "../lib/state/home.ts";
import type { State } from "../lib/state/state.ts";
import { deleteTalk } from "../lib/talk/delete-history.ts";
import { notice } from "../lib/terminal/notice.ts";
import { askYesNo, canAsk } from "../lib/terminal/prompt.ts";
import { text as words } from "../lib/text/catalogue.ts";
import type { IdentityFlags } from "./conversation/own-identity.ts";
import type { CommandContext } from "./shared/context.ts";
import { forceFlag, switchFlag, textFlag, wholeNumber } from "./shared/flags.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { messageLine } from "./shared/history-lines.ts";
import { checkOutput, openOutput, printLine } from "./shared/output.ts";
import {
  argument,
  lookIntoState,
  meantTalk,
  ownAliases,
  ownFlags,
  withState,
} from "./shared/people.ts";
import { say } from "./shared/speech.ts";
import { timeFlag } from "./shared/times.ts";
import { safeJson } from "../lib/text/safe.ts";

const help = helpOf("history");

/** Messages that are shown unless `--limit` says otherwise. */
const SHOWN = 50;
/** More than anybody has. */
const ALL = Number.MAX_SAFE_INTEGER;

interface ShowFlags extends IdentityFlags {
  readonly since?: number;
  readonly until?: number;
  readonly search?: string;
  readonly limit?: number;
  readonly json?: boolean;
  readonly export?: string;
  readonly force?: boolean;
}

const show = buildCommand<ShowFlags, [string?], CommandContext>({
  func: async (flags, who) => {
    await checkOutput(flags.export, flags);
    await lookIntoState(flags, async (state) => {
      const found = state.history.find({
        talk: who === undefined ? undefined : meantTalk(state, who).key,
        since: flags.since,
        until: flags.until,
        search: flags.search,
        limit: flags.limit ?? (flags.export === undefined ? SHOWN : ALL),
      });
      if (flags.export !== undefined) return await exportTo(flags.export, state, found, flags);
      for (const message of found) {
        await printLine(
          flags.json ? safeJson(messageJson(state, message)) : messageLine(state, message),
        );
      }
      if (found.length === 0 && !flags.json) notice(say("history.none"), flags);
    });
  },
  parameters: {
    flags: {
      since: timeFlag(help.show.flags.since),
      until: timeFlag(help.show.flags.until),
      search: textFlag(help.show.flags.search, "TEXT"),
      limit: {
        kind: "parsed",
        parse: wholeNumber(1, 1_000_000_000),
        optional: true,
        brief: help.show.flags.limit,
        placeholder: "N",
      },
      json: switchFlag(help.show.flags.json),
      export: textFlag(help.show.flags.export, "FILE"),
      force: forceFlag,
      ...ownFlags,
    },
    aliases: ownAliases,
    positional: {
      kind: "tuple",
      parameters: [{ ...argument(help.show.args.peer, "PEER"), optional: true }],
    },
  },
  docs: docsOf(help.show),
});

async function exportTo(
  path: string,
  state: State,
  found: readonly StoredMessage[],
  flags: ShowFlags,
): Promise<void> {
  const output = await openOutput(path, { force: flags.force, mode: PRIVATE_FILE });
  try {
    for (const message of found) {
      await output.write(utf8(`${safeJson(messageJson(state, message))}\n`));
    }
    await output.commit();
  } catch (error) {
    await output.abort();
    throw error;
  }
  notice(say("history.exported", { count: found.length, path }), flags);
}

interface DeleteFlags extends IdentityFlags {
  readonly before?: number;
  readonly yes?: boolean;
}

const remove = buildCommand<DeleteFlags, [string], CommandContext>({
  func: (flags, who) =>
    withState(flags, async (state) => {
      const { key, label } = meantTalk(state, who);
      if (
        !flags.yes && !(canAsk() && await askYesNo(say("history.delete-ask", { label })))
      ) {
        throw new FailureError("history.not-deleted", { label }, {
          hint: words("history.not-deleted.hint"),
        });
      }
      const { count, erased } = await deleteTalk(state, key, flags.before);
      notice(say("history.deleted", { count, label }), flags);
      if (!erased) notice(say("history.in-use"), flags);
    }),
  parameters: {
    flags: {
      before: timeFlag(help.delete.flags.before),
      yes: switchFlag(help.delete.flags.yes),
      ...ownFlags,
    },
    aliases: ownAliases,
    positional: { kind: "tuple", parameters: [argument(help.delete.args.peer, "PEER")] },
  },
  docs: docsOf(help.delete),
});

export const command = buildRouteMap({
  routes: { show, delete: remove },
  defaultCommand: "show",
  docs: docsOf(help),
});
