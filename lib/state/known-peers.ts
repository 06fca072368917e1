/**
 * Peers met before, in `$P2P_HOME/known-peers.json`: which key answered at which address (trust on first use), and
 * which keys were compared by safety number. A pinned key is never replaced silently (threat 21).
 */
import { type Bytes, equalConstantTime } from "../bytes.ts";
import { decodePublicKeyText, encodePublicKeyText } from "../crypto/keys/text.ts";
import { FormatError } from "../errors.ts";
import { type Fields, fields, optionalText, StateFile, textField } from "./state-file.ts";

/** The key that answered at an address. */
export interface Pin {
  readonly key: Bytes;
  /** First and latest time it did (ISO 8601). */
  readonly first: string;
  readonly last: string;
}

/** What is known of a key, wherever it was met. */
export interface KnownKey {
  readonly first: string;
  readonly last: string;
  /** When its safety number was compared; absent while it was not. */
  readonly verified?: string | undefined;
}

interface KnownPeers {
  /** By "HOST:PORT". */
  readonly addresses: ReadonlyMap<string, Pin>;
  /** By p2p1… text. */
  readonly keys: ReadonlyMap<string, KnownKey>;
}

/** Peers that were met but never verified and never dialled are forgotten beyond this many. */
const MAX_KEYS = 10_000;

const file = new StateFile<KnownPeers>(
  "known-peers.json",
  parse,
  () => ({ addresses: new Map(), keys: new Map() }),
);

function parse(value: Fields, what: string): KnownPeers {
  const addresses = new Map(
    Object.entries(fields(value["addresses"], what)).map(([address, entry]) => {
      const from = fields(entry, `${what}: ${address}`);
      const key = decodePublicKeyText(textField(from, "key", what));
      return [address, {
        key,
        first: textField(from, "first", what),
        last: textField(from, "last", what),
      }];
    }),
  );
  const keys = new Map(
    Object.entries(fields(value["keys"], what)).map(([key, entry]) => {
      if (!key.startsWith("p2p1")) throw new FormatError(`${what}: not a key`);
      const from = fields(entry, `${what}: ${key}`);
      return [key, {
        first: textField(from, "first", what),
        last: textField(from, "last", what),
        verified: optionalText(from, "verified", what),
      }];
    }),
  );
  return { addresses, keys };
}

function content(peers: KnownPeers): Fields {
  const addresses = [...peers.addresses].map(([address, { key, ...times }]) =>
    [address, { key: encodePublicKeyText(key), ...times }] as const
  );
  return {
    version: 1,
    addresses: Object.fromEntries(addresses),
    keys: Object.fromEntries(bounded([...peers.keys])),
  };
}

/** Verified keys stay; of the others the latest ones. */
function bounded(keys: Array<[string, KnownKey]>): Array<[string, KnownKey]> {
  if (keys.length <= MAX_KEYS) return keys;
  const latest = keys.filter(([, known]) => known.verified === undefined)
    .sort(([, a], [, b]) => a.last < b.last ? 1 : -1).slice(0, MAX_KEYS);
  return [...keys.filter(([, known]) => known.verified !== undefined), ...latest];
}

/** What is known of a key; undefined when it was never met. */
export async function knownKey(key: Uint8Array): Promise<KnownKey | undefined> {
  return (await file.read()).keys.get(encodePublicKeyText(key));
}

/** The key that answered at `address` ("HOST:PORT") before. */
export async function pinnedKey(address: string): Promise<Pin | undefined> {
  return (await file.read()).addresses.get(address);
}

/** All pins, by address. */
export async function pins(): Promise<Array<Pin & { readonly address: string }>> {
  return [...(await file.read()).addresses].map(([address, pin]) => ({ address, ...pin }));
}

/**
 * Notes that `key` was met now, at `address` when it was dialled there (to the day: a peer met again today costs no
 * write). An address that is pinned to another key stays as it is; the answer is what was known before.
 */
export async function notePeer(
  key: Uint8Array,
  now: Date,
  address?: string,
): Promise<{ readonly known: KnownKey | undefined; readonly pin: Pin | undefined }> {
  const name = encodePublicKeyText(key);
  const time = now.toISOString();
  let before: { known: KnownKey | undefined; pin: Pin | undefined } = {
    known: undefined,
    pin: undefined,
  };
  await file.update((peers) => {
    const known = peers.keys.get(name);
    const pin = address === undefined ? undefined : peers.addresses.get(address);
    before = { known, pin };
    if (pin !== undefined && !equalConstantTime(pin.key, key)) return undefined;
    const fresh = (noted: { last: string }) => noted.last.slice(0, 10) === time.slice(0, 10);
    const pinned = address === undefined || (pin !== undefined && fresh(pin));
    if (known !== undefined && fresh(known) && pinned) return undefined;
    const keys = new Map(peers.keys).set(name, {
      ...known,
      first: known?.first ?? time,
      last: time,
    });
    const addresses = new Map(peers.addresses);
    if (address !== undefined) {
      addresses.set(address, { key: key.slice(), first: pin?.first ?? time, last: time });
    }
    return content({ addresses, keys });
  });
  return before;
}

/** Notes that the safety number with `key` was compared (or, with undefined, that it no longer counts). */
export async function setVerified(key: Uint8Array, when: Date | undefined): Promise<void> {
  const name = encodePublicKeyText(key);
  await file.update((peers) => {
    const time = (when ?? new Date()).toISOString();
    const { verified: _, ...known } = peers.keys.get(name) ?? { first: time, last: time };
    const next = when === undefined ? known : { ...known, verified: time };
    return content({ ...peers, keys: new Map(peers.keys).set(name, next) });
  });
}

/** Forgets which key answered at `address`; false when none was known. */
export async function forgetAddress(address: string): Promise<boolean> {
  let found = false;
  await file.update((peers) => {
    const addresses = new Map(peers.addresses);
    found = addresses.delete(address);
    return found ? content({ ...peers, addresses }) : undefined;
  });
  return found;
}
