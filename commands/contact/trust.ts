/** What is decided about a contact's key: `verify`, `accept-key`, `forget`, `block`, `unblock`. */
import { buildCommand } from "@stricli/core";
import { equalConstantTime } from "../../lib/bytes.ts";
import { fingerprint } from "../../lib/crypto/keys/text.ts";
import { FailureError, UsageError } from "../../lib/errors.ts";
import { formatAddress, parseAddress } from "../../lib/net/address.ts";
import { formatSafetyNumber, safetyNumber } from "../../lib/session/safety-number.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { askYesNo, canAsk } from "../../lib/terminal/prompt.ts";
import { text as words } from "../../lib/text/catalogue.ts";
import type { IdentityFlags } from "../conversation/own-identity.ts";
import { markBlocked, markVerified } from "../../lib/talk/verify.ts";
import type { CommandContext } from "../shared/context.ts";
import { switchFlag } from "../shared/flags.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { resolvePublicKey } from "../shared/identity.ts";
import { printLine } from "../shared/output.ts";
import { say } from "../shared/speech.ts";
import {
  argument,
  meant,
  ownAliases,
  ownFlags,
  ownParameters,
  withState,
} from "../shared/people.ts";

const help = helpOf("contact");

interface Confirmed extends IdentityFlags {
  readonly yes?: boolean;
}

export const verify = buildCommand<Confirmed, [string], CommandContext>({
  func: (flags, who) =>
    withState(flags, async (state, own) => {
      const { key, label } = meant(state, who);
      await printLine(formatSafetyNumber(safetyNumber(own.publicKey, key)));
      if (!flags.yes) {
        if (!canAsk()) return notice(say("contact.verify-then", { who }), flags);
        notice(say("contact.verify-how", { label }), flags);
        if (!await askYesNo(say("contact.verify-ask"))) {
          throw new FailureError("contact.not-confirmed", { label });
        }
      }
      markVerified(state, key, true);
      notice(say("contact.verified", { label }), flags);
    }),
  parameters: {
    flags: { yes: switchFlag(help.verify.flags.yes), ...ownFlags },
    aliases: ownAliases,
    positional: { kind: "tuple", parameters: [argument(help.verify.args.name, "NAME")] },
  },
  docs: docsOf(help.verify),
});

export const acceptKey = buildCommand<Confirmed, [string, string?], CommandContext>({
  func: (flags, who, keyText) =>
    withState(flags, async (state) => {
      const { key, contact, address, label, offered } = meant(state, who);
      const next = keyText === undefined ? offered : await resolvePublicKey(keyText);
      if (next === undefined) throw new UsageError("contact.accept-none", { label });
      if (equalConstantTime(next, key)) throw new FailureError("contact.accept-same", { label });
      await printLine(say("contact.key-old", { fingerprint: fingerprint(key) }));
      await printLine(say("contact.key-new", { fingerprint: fingerprint(next) }));
      if (!flags.yes) {
        if (!canAsk()) {
          throw new FailureError("contact.accept-refused", { label }, {
            hint: words("contact.accept-then"),
          });
        }
        if (!await askYesNo(say("contact.accept-ask", { label }))) {
          throw new FailureError("contact.accept-refused", { label });
        }
      }
      state.transaction(() => {
        if (contact !== undefined) state.contacts.acceptKey(contact.name, next);
        else state.knownKeys.acceptKey(address!, next);
        // Whoever has the old key is somebody else from now on, or an attacker.
        state.knownKeys.setVerified(key, undefined);
      });
      notice(say("contact.accepted", { label }), flags);
    }),
  parameters: {
    flags: { yes: switchFlag(help.acceptKey.flags.yes), ...ownFlags },
    aliases: ownAliases,
    positional: {
      kind: "tuple",
      parameters: [argument(help.acceptKey.args.name, "NAME"), {
        ...argument(help.acceptKey.args.key, "KEY"),
        optional: true,
      }],
    },
  },
  docs: docsOf(help.acceptKey),
});

export const forget = buildCommand<IdentityFlags, [string], CommandContext>({
  func: (flags, given) =>
    withState(flags, ({ knownKeys }) => {
      const address = formatAddress(parseAddress(given));
      if (knownKeys.forgetAddress(address)) {
        return notice(say("contact.forgotten", { address }), flags);
      }
      const addresses = knownKeys.pins().map((pin) => pin.address);
      throw new FailureError("contact.no-pin", { address }, {
        hint: addresses.length === 0 ? undefined : words("contact.no-pin.hint", { addresses }),
      });
    }),
  parameters: ownParameters(argument(help.forget.args.ip, "IP[:PORT]")),
  docs: docsOf(help.forget),
});

function blocking(blocked: boolean) {
  const own = blocked ? help.block : help.unblock;
  return buildCommand<IdentityFlags, [string], CommandContext>({
    func: (flags, who) =>
      withState(flags, (state) => {
        const { key, label } = meant(state, who);
        markBlocked(state, key, blocked);
        notice(
          say(blocked ? "contact.blocked-now" : "contact.unblocked-now", { name: label }),
          flags,
        );
      }),
    parameters: ownParameters(argument(own.args.name, "NAME")),
    docs: docsOf(own),
  });
}

export const block = blocking(true);
export const unblock = blocking(false);
