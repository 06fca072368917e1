/** What commands about people share (`contact`, `history`, `outbox`): the state they work on. */
import { wipe } from "../../lib/bytes.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { exists } from "../../lib/files/look.ts";
import { homePath } from "../../lib/state/home.ts";
import { existingKey } from "../../lib/state/identity-file.ts";
import { type Identity, identityPath } from "../../lib/state/identity.ts";
import { emptyState, type State } from "../../lib/state/state.ts";
import { DATABASE_NAME } from "../../lib/state/written.ts";
import { conversationIdentity, type IdentityFlags } from "../conversation/own-identity.ts";
import { identityFlag, notEmpty, passphraseFlags, quietFlag } from "./flags.ts";
import { openOwnState } from "./own-state.ts";

/** Flags of every one of them: whose contacts. */
export const ownFlags = { identity: identityFlag, ...passphraseFlags, quiet: quietFlag } as const;

/** Their short forms. */
export const ownAliases = { i: "identity", q: "quiet" } as const;

/** An argument that is a text, and not empty. */
export function argument(brief: string, placeholder: string) {
  return { parse: notEmpty, brief, placeholder } as const;
}

/** Parameters of a command that has these flags alone, and one text for each argument. */
export function ownParameters<const A extends ReadonlyArray<ReturnType<typeof argument>>>(
  ...parameters: A
) {
  return {
    flags: ownFlags,
    aliases: ownAliases,
    positional: { kind: "tuple", parameters },
  } as const;
}

/** Runs `use` with the state of the identity that the flags name. What cannot be kept is an error here. */
export async function withState<T>(
  flags: IdentityFlags,
  use: (state: State, identity: Identity) => T | Promise<T>,
): Promise<T> {
  const identity = await conversationIdentity(flags);
  const state = await openOwnState(identity, flags);
  try {
    return await use(state, identity);
  } finally {
    state.close();
  }
}

/** Runs `use`, which only looks, like `withState`; where there is no identity yet, none is made for that. */
export async function lookIntoState<T>(
  flags: IdentityFlags,
  use: (state: State, identity: Identity) => T | Promise<T>,
): Promise<T> {
  const any = exists(homePath(DATABASE_NAME)) || await existingKey(identityPath()) !== undefined;
  if (any || flags.identity !== undefined) return await withState(flags, use);
  const identity = generateKeyPair();
  const state = await emptyState({ identity, now: Date.now, trouble: () => undefined });
  try {
    return await use(state, identity);
  } finally {
    state.close();
    wipe(identity.secretKey);
  }
}

export { type Meant, meant, meantTalk, shortKey } from "../../lib/talk/meant.ts";
