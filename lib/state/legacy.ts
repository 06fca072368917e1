/**
 * The state files of p2p 0.1, taken over once for each identity: contacts and known keys, and of the sessions the
 * timestamps. Tickets are not: each serves once, and the old file would remain a copy of them. The JSON files are
 * kept beside the database as `NAME.0.1`, for their owner; the file of sessions goes.
 */
import { fromBase64, hex, utf8, utf8Text } from "../bytes.ts";
import { GCM_NONCE_BYTES, Sm4Gcm } from "../crypto/gcm.ts";
import { hkdfSm3 } from "../crypto/hkdf.ts";
import { decodePublicKeyText } from "../crypto/keys/text.ts";
import { sm3 } from "../crypto/sm3.ts";
import { AuthenticationError, FormatError } from "../errors.ts";
import { removeIfThere } from "../files/look.ts";
import { LEGACY_CONTACTS_NAME } from "./written.ts";
import { join } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import type { Contact, Contacts } from "./contacts.ts";
import type { Identity } from "./identity.ts";
import type { KnownKeys } from "./known-keys.ts";
import { type Fields, fieldsOf, textOf } from "./rows.ts";
import type { Sessions } from "./sessions.ts";

const SUFFIX = ".0.1";
const KNOWN_PEERS = "known-peers.json";
const SESSIONS_LABEL = utf8("p2p 1 session memory");
/** No state of 0.1 was larger. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Where to put what the files say. */
export interface Takers {
  readonly contacts: Contacts;
  readonly knownKeys: KnownKeys;
  readonly sessions: Sessions;
}

/** Takes the files of 0.1 below `home` over; answers what there is to say about it. Nothing is moved yet. */
export function takeOver(home: string, identity: Identity, takers: Takers): Text[] {
  const said: Text[] = [];
  const contacts = readJson(join(home, LEGACY_CONTACTS_NAME));
  if (contacts !== undefined) {
    const renamed = takeContacts(contacts, takers.contacts);
    said.push(text("state.took-over", { path: join(home, LEGACY_CONTACTS_NAME) }), ...renamed);
  }
  const known = readJson(join(home, KNOWN_PEERS));
  if (known !== undefined) takeKnownPeers(known, takers.knownKeys);
  takeTimestamps(sessionsPath(home, identity), identity, takers.sessions);
  return said;
}

/** Puts the files that were taken over out of the way. Called when what they said is in the database for good. */
export function putAside(home: string, identity: Identity): void {
  for (const name of [LEGACY_CONTACTS_NAME, KNOWN_PEERS]) {
    moveIfThere(join(home, name), join(home, `${name}${SUFFIX}`));
    removeIfThere(join(home, `${name}.lock`));
  }
  const sessions = sessionsPath(home, identity);
  removeIfThere(sessions);
  removeIfThere(`${sessions}.lock`);
}

function sessionsPath(home: string, { publicKey }: Identity): string {
  return join(home, `sessions-${hex(sm3(publicKey)).slice(0, 8)}`);
}

/** The content of `path`, or of what another identity has put aside; undefined where there is neither. */
function readJson(path: string): { readonly path: string; readonly value: Fields } | undefined {
  const bytes = readIfThere(path) ?? readIfThere(`${path}${SUFFIX}`);
  if (bytes === undefined) return undefined;
  try {
    const value = fieldsOf(JSON.parse(new TextDecoder().decode(bytes)));
    if (value !== undefined) return { path, value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw damaged(path);
}

function damaged(path: string): FormatError {
  return new FormatError("state.old-damaged", { path }, { hint: text("state.old-damaged.hint") });
}

function entries(path: string, value: unknown): Array<[string, Fields]> {
  const all = fieldsOf(value);
  if (all === undefined) throw damaged(path);
  return Object.entries(all).map(([name, entry]) => {
    const checked = fieldsOf(entry);
    if (checked === undefined) throw damaged(path);
    return [name, checked];
  });
}

function takeContacts({ path, value }: { path: string; value: Fields }, into: Contacts): Text[] {
  const renamed: Text[] = [];
  for (const [name, from] of entries(path, value["contacts"])) {
    const key = textOf(from, "key");
    if (key === undefined) throw damaged(path);
    const contact: Contact = {
      name,
      key: keyOf(path, key),
      address: textOf(from, "address"),
      verified: textOf(from, "verified"),
      added: textOf(from, "added") ?? new Date(0).toISOString(),
    };
    const kept = into.adopt(contact);
    if (kept !== name) renamed.push(text("state.took-over-renamed", { name, kept }));
  }
  return renamed;
}

function takeKnownPeers({ path, value }: { path: string; value: Fields }, into: KnownKeys): void {
  for (const [key, from] of entries(path, value["keys"])) {
    into.adopt(keyOf(path, key), {
      first: textOf(from, "first") ?? "",
      last: textOf(from, "last") ?? "",
      verified: textOf(from, "verified"),
    });
  }
  for (const [address, from] of entries(path, value["addresses"])) {
    const key = textOf(from, "key");
    if (key === undefined) throw damaged(path);
    const [first, last] = [textOf(from, "first") ?? "", textOf(from, "last") ?? ""];
    into.adoptPin(address, { key: keyOf(path, key), first, last });
  }
}

function keyOf(path: string, key: string) {
  try {
    return decodePublicKeyText(key);
  } catch (error) {
    if (error instanceof FormatError) throw damaged(path);
    throw error;
  }
}

function takeTimestamps(path: string, identity: Identity, into: Sessions): void {
  const file = readIfThere(path);
  if (file === undefined) return;
  const key = hkdfSm3(identity.secretKey, new Uint8Array(0), SESSIONS_LABEL, 16);
  try {
    const plain = new Sm4Gcm(key).open(
      file.subarray(0, GCM_NONCE_BYTES),
      file.subarray(GCM_NONCE_BYTES),
      SESSIONS_LABEL,
    );
    const times = fieldsOf(fieldsOf(JSON.parse(utf8Text(plain)))?.["timestamps"]) ?? {};
    for (const [peer, time] of Object.entries(times)) {
      if (typeof time === "number") into.record(fromBase64(peer), time);
    }
  } catch (error) {
    // Damaged: 0.1 began anew then, and so does this.
    if (!(error instanceof AuthenticationError)) throw error;
  }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    if (Deno.statSync(path).size > MAX_BYTES) throw damaged(path);
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
