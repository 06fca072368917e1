/** `p2p outbox`: what is on its way to others; listed, cancelled, sent now. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { equalConstantTime } from "../lib/bytes.ts";
import { encodePublicKeyText } from "../lib/crypto/keys/text.ts";
import { outboxJson } from "../lib/api/forms.ts";
import { P2PError, UnreachableError } from "../lib/errors.ts";
import { isFinal } from "../lib/state/delivery.ts";
import type { State } from "../lib/state/state.ts";
import { notice } from "../lib/terminal/notice.ts";
import type { IdentityFlags } from "./conversation/own-identity.ts";
import { withTalk } from "./conversation/session.ts";
import type { CommandContext } from "./shared/context.ts";
import { switchFlag } from "./shared/flags.ts";
import { cancelWaiting } from "../lib/talk/cancel.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { cancelledLine, nameOf, outboxLine } from "./shared/history-lines.ts";
import { printLine } from "./shared/output.ts";
import {
  argument,
  lookIntoState,
  ownAliases,
  ownFlags,
  ownParameters,
  withState,
} from "./shared/people.ts";
import { say, speaker } from "./shared/speech.ts";
import { safeJson } from "../lib/text/safe.ts";

const help = helpOf("outbox");

/** How long `flush` waits for one peer's receipts, and how often it looks, in milliseconds. */
const FLUSH_LIMIT_MS = 60_000;
const FLUSH_LOOK_MS = 20;

interface JsonFlags extends IdentityFlags {
  readonly json?: boolean;
}

const list = buildCommand<JsonFlags, [], CommandContext>({
  func: (flags) =>
    lookIntoState(flags, async (state) => {
      state.outbox.expire();
      const entries = state.outbox.list();
      for (const entry of entries) {
        await printLine(
          flags.json ? safeJson(outboxJson(state, entry)) : outboxLine(state, entry),
        );
      }
      if (entries.length === 0 && !flags.json) notice(say("outbox.empty"), flags);
    }),
  parameters: {
    flags: { json: switchFlag(help.list.flags.json), ...ownFlags },
    aliases: ownAliases,
  },
  docs: docsOf(help.list),
});

const cancel = buildCommand<IdentityFlags, [string], CommandContext>({
  func: (flags, given) =>
    withState(flags, (state) => {
      for (const entry of cancelWaiting(state, given)) notice(cancelledLine(state, entry), flags);
    }),
  parameters: ownParameters(argument(help.cancel.args.id, "ID")),
  docs: docsOf(help.cancel),
});

/** Those whom something waits for, each once. */
function recipients(state: State): Uint8Array[] {
  const keys: Uint8Array[] = [];
  for (const { to, state: delivery } of state.outbox.list()) {
    if (!isFinal(delivery) && !keys.some((key) => equalConstantTime(key, to))) keys.push(to);
  }
  return keys;
}

const flush = buildCommand<JsonFlags, [], CommandContext>({
  func: (flags) =>
    withTalk(flags, {}, undefined, async ({ talk }) => {
      const { state } = talk;
      state.outbox.expire();
      let left: P2PError | undefined;
      const waiting = recipients(state);
      if (waiting.length === 0 && !flags.json) notice(say("outbox.empty"), flags);
      for (const key of waiting) {
        const contact = state.contacts.byKey(key);
        const peer = nameOf(state, key);
        try {
          await talk.reach(contact?.name ?? encodePublicKeyText(key));
          const until = performance.now() + FLUSH_LIMIT_MS;
          while (state.outbox.pending(key).length > 0 && performance.now() < until) {
            await new Promise((resolve) => setTimeout(resolve, FLUSH_LOOK_MS));
          }
          const count = state.outbox.pending(key).length;
          if (count > 0) throw new UnreachableError("outbox.still-waiting", { peer, count });
          if (!flags.json) notice(say("outbox.flushed", { peer }), flags);
        } catch (error) {
          if (!(error instanceof P2PError)) throw error;
          left ??= error;
          if (!flags.json) notice(speaker.text(error), flags);
        }
      }
      if (left !== undefined) throw new UnreachableError("outbox.not-all", { reason: left });
    }),
  parameters: {
    flags: { json: switchFlag(help.flush.flags.json), ...ownFlags },
    aliases: ownAliases,
  },
  docs: docsOf(help.flush),
});

export const command = buildRouteMap({
  routes: { list, cancel, flush },
  defaultCommand: "list",
  docs: docsOf(help),
});
