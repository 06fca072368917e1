/** `p2p pair`: verified contacts by a short spoken code. */
import { buildCommand } from "@stricli/core";
import config from "../deno.json" with { type: "json" };
import { fingerprint } from "../lib/crypto/keys/text.ts";
import { randomBytes } from "../lib/crypto/random.ts";
import { P2PError, UsageError } from "../lib/errors.ts";
import { type Address, formatAddress } from "../lib/net/address.ts";
import { newPairCode, type PairCode, parsePairCode } from "../lib/session/pair-code.ts";
import { MAX_PAIR_NAME_BYTES } from "../lib/session/pairing.ts";
import { type Paired, type PairOptions, savePaired } from "../lib/talk/pair.ts";
import { awaitPair, joinPair } from "../lib/talk/pairing-run.ts";
import { personJson, personOf } from "../lib/talk/person.ts";
import { intendedPeer } from "../lib/talk/reach.ts";
import { notice } from "../lib/terminal/notice.ts";
import { canAsk } from "../lib/terminal/prompt.ts";
import { readTyped } from "../lib/terminal/typed.ts";
import { writeStderr } from "../lib/terminal/stderr.ts";
import { text } from "../lib/text/catalogue.ts";
import { safeJson } from "../lib/text/safe.ts";
import type { IdentityFlags } from "./conversation/own-identity.ts";
import { nameFor } from "./shared/ask-name.ts";
import type { CommandContext } from "./shared/context.ts";
import { optionalArgument, portFlag, switchFlag, textFlag } from "./shared/flags.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { printLine } from "./shared/output.ts";
import { ownAliases, ownFlags, withState } from "./shared/people.ts";
import { say, speaker } from "./shared/speech.ts";
import type { State } from "../lib/state/state.ts";

const help = helpOf("pair");

interface Flags extends IdentityFlags {
  readonly code?: string;
  readonly name?: string;
  readonly suggest?: string;
  readonly port?: number;
  readonly bind?: string;
  readonly json?: boolean;
}

async function pair(this: CommandContext, flags: Flags, peer?: string): Promise<void> {
  const joins = peer !== undefined || flags.code !== undefined;
  const code = flags.code === undefined ? undefined : parsePairCode(flags.code);
  if (joins && code === undefined && !canAsk()) throw new UsageError("pair.no-code", {});
  try {
    await withState(flags, async (state, identity) => {
      const suggest = flags.suggest ?? state.settings.get("name") ?? "";
      if (new TextEncoder().encode(suggest).length > MAX_PAIR_NAME_BYTES) {
        throw new UsageError("invitation.long-name", { most: MAX_PAIR_NAME_BYTES });
      }
      const options = {
        ...{ identity, state, name: suggest },
        program: `p2p/${config.version}`,
        hostname: flags.bind,
        port: flags.port,
      };
      const where = peer === undefined ? undefined : intendedPeer(state, peer).address;
      const paired = joins
        ? await joinPair(
          { ...options, code: code ?? await askCode() },
          where,
          () => notice(say("pair.looking"), { quiet: flags.quiet || flags.json }),
        )
        : await wait({ ...options, code: newPairCode(randomBytes) }, flags);
      await keep(state, paired, where, flags);
    });
  } catch (error) {
    if (flags.json && error instanceof P2PError) {
      const { errorJson } = await import("../lib/api/event-json.ts");
      await printLine(safeJson({ type: "error", ...errorJson(error) }));
    }
    throw error;
  }
}

/** Shows a fresh code, and waits for whoever knows it. */
function wait(options: PairOptions, flags: Flags): Promise<Paired> {
  const { text: code } = options.code;
  return awaitPair(options, async (where) => {
    if (flags.json) {
      const { hostname: address, port } = where;
      return await printLine(safeJson({ type: "code", code, address, port }));
    }
    await printLine(code);
    notice(say("pair.say", { where: formatAddress(where) }), flags);
  });
}

async function askCode(): Promise<PairCode> {
  writeStderr(say("pair.ask-code"));
  const typed = await readTyped();
  return parsePairCode(new TextDecoder().decode(typed ?? new Uint8Array()).trim());
}

/** Remembers who was proven, under a name that the person chooses. */
async function keep(
  state: State,
  { key, suggested }: Paired,
  where: Address | undefined,
  flags: Flags,
): Promise<void> {
  const { contacts } = state;
  const known = contacts.byKey(key)?.name;
  const print = fingerprint(key);
  if (!flags.json) notice(say("pair.proven", { fingerprint: print }), flags);
  const name = known ??
    await nameFor({ given: flags.name, suggested, fingerprint: print, contacts });
  const called = savePaired(state, key, name, where);
  const person = personOf(state, key);
  if (flags.json) {
    return await printLine(
      safeJson({ type: "paired", peer: personJson(person), verified: person.verified }),
    );
  }
  if (called !== undefined) notice(say("pair.paired", { name: called }), flags);
  else notice(speaker.text(text("pair.nameless", { fingerprint: print })), flags);
}

export const command = buildCommand<Flags, [string?], CommandContext>({
  func: pair,
  parameters: {
    flags: {
      code: textFlag(help.flags.code, "CODE"),
      name: textFlag(help.flags.name, "NAME"),
      suggest: textFlag(help.flags.suggest, "NAME"),
      port: portFlag(help.flags.port),
      bind: textFlag(help.flags.bind, "ADDR"),
      json: switchFlag(help.flags.json),
      ...ownFlags,
    },
    aliases: ownAliases,
    positional: optionalArgument(help.args.peer, "PEER"),
  },
  docs: docsOf(help),
});
