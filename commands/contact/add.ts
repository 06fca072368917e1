/** `p2p contact add`: a name for a key that is given, was met at an address, or was met lately. */
import { buildCommand } from "@stricli/core";
import type { Bytes } from "../../lib/bytes.ts";
import { fingerprint } from "../../lib/crypto/keys/text.ts";
import { UsageError } from "../../lib/errors.ts";
import { formatAddress, parseAddress } from "../../lib/net/address.ts";
import { contactName } from "../../lib/state/contact-name.ts";
import type { State } from "../../lib/state/state.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { canAsk } from "../../lib/terminal/prompt.ts";
import { readTyped } from "../../lib/terminal/typed.ts";
import { text as words } from "../../lib/text/catalogue.ts";
import type { IdentityFlags } from "../conversation/own-identity.ts";
import type { CommandContext } from "../shared/context.ts";
import { textFlag } from "../shared/flags.ts";
import { docsOf, helpOf } from "../shared/help.ts";
import { resolvePublicKey } from "../shared/identity.ts";
import { say } from "../shared/speech.ts";
import { argument, ownAliases, ownFlags, withState } from "../shared/people.ts";

const help = helpOf("contact").add;

/** Keys met lately that are offered. */
const MOST_OFFERED = 9;
/** Digits of a fingerprint that say which of them is meant. */
const LEAST_DIGITS = 8;

interface Flags extends IdentityFlags {
  readonly address?: string;
}

async function run(this: CommandContext, flags: Flags, given: string, keyText?: string) {
  const name = contactName(given);
  const where = flags.address === undefined
    ? undefined
    : formatAddress(parseAddress(flags.address));
  await withState(flags, async (state) => {
    const before = state.contacts.find(name);
    const key = keyText !== undefined
      ? metKey(state, keyText) ?? await resolvePublicKey(keyText)
      : before?.key ?? (where === undefined ? undefined : state.knownKeys.pin(where)?.key) ??
        await pick(state, name);
    const known = state.knownKeys.get(key);
    const contact = state.contacts.save({
      ...before,
      name,
      key,
      address: where ?? before?.address,
      verified: before?.verified ?? known?.verified,
      added: before?.added ?? new Date().toISOString(),
    });
    const print = fingerprint(contact.key);
    notice(say("contact.saved", { name, fingerprint: print, address: where ?? "" }), flags);
  });
}

/** Keys met lately that have no name yet. */
function nameless({ knownKeys, contacts }: State) {
  return knownKeys.recent(10 * MOST_OFFERED)
    .filter(({ key }) => contacts.byKey(key) === undefined);
}

/** The key met lately whose fingerprint begins with what was typed. */
function metKey(state: State, typed: string): Bytes | undefined {
  const digits = typed.toLowerCase().replace(/[\s:]/g, "");
  if (!/^[0-9a-f]+$/.test(digits) || digits.length < LEAST_DIGITS || digits.length > 32) {
    return undefined;
  }
  const found = nameless(state)
    .filter(({ key }) => fingerprint(key).replaceAll(" ", "").startsWith(digits));
  if (found.length > 1) throw new UsageError("contact.ambiguous", { given: typed });
  return found[0]?.key;
}

/** Asks which of the keys met lately is meant; a UsageError where nobody can be asked, or none is. */
async function pick(state: State, name: string): Promise<Bytes> {
  const met = nameless(state).slice(0, MOST_OFFERED);
  if (met.length > 0 && canAsk()) {
    for (const [i, { key, last }] of met.entries()) {
      const day = last.slice(0, 10);
      notice(say("contact.met", { number: i + 1, fingerprint: fingerprint(key), day }));
    }
    notice(say("contact.ask-met", { name }));
    const typed = new TextDecoder().decode(await readTyped() ?? new Uint8Array()).trim();
    const chosen = /^\d$/.test(typed) ? met[Number(typed) - 1] : undefined;
    if (chosen !== undefined) return chosen.key;
  }
  const keys = met.map(({ key }) => fingerprint(key));
  throw new UsageError("contact.which-key", { name }, {
    hint: keys.length === 0
      ? words("contact.which-key.hint")
      : words("contact.which-met", { keys }),
  });
}

export const add = buildCommand<Flags, [string, string?], CommandContext>({
  func: run,
  parameters: {
    flags: { address: textFlag(help.flags.address, "IP[:PORT]"), ...ownFlags },
    aliases: ownAliases,
    positional: {
      kind: "tuple",
      parameters: [argument(help.args.name, "NAME"), {
        ...argument(help.args.key, "KEY"),
        optional: true,
      }],
    },
  },
  docs: docsOf(help),
});
