/**
 * What is remembered of sessions over restarts: resumption tickets, and the newest timestamp of each peer (so that a
 * recorded handshake stays worthless after a restart). One file for each identity, `$P2P_HOME/sessions-…`, sealed
 * under a key derived from the private key: whoever copies it without that can resume nothing.
 *
 * The calls are synchronous, as the protocol needs them; the file is written a moment later and again at `flush`.
 * Several programs may share it: each adds its changes to what the file says by then.
 */
import {
  base64,
  type Bytes,
  concat,
  equalConstantTime,
  fromBase64,
  hex,
  utf8,
  utf8Text,
  wipe,
} from "../bytes.ts";
import { GCM_NONCE_BYTES, Sm4Gcm } from "../crypto/gcm.ts";
import { hkdfSm3 } from "../crypto/hkdf.ts";
import { randomBytes } from "../crypto/random.ts";
import { sm3 } from "../crypto/sm3.ts";
import { P2PError } from "../errors.ts";
import { ensureHome, homePath } from "./home.ts";
import { replaceFile, withFileLock } from "./lock.ts";
import type { Identity } from "./identity.ts";
import { type Fields, fields, textField } from "./state-file.ts";

/** What both sides keep of a session; the shape of a ticket in lib/session. */
export interface StoredTicket {
  readonly name: Bytes;
  readonly secret: Bytes;
  readonly remoteKey: Bytes;
  readonly authenticatedAt: number;
}

/** Tickets and timestamps kept; the oldest give way. */
const MAX_TICKETS = 1000;
const MAX_TIMESTAMPS = 10_000;
/** Tickets kept of one peer: the newest, and one whose use may have failed on the way. */
const MAX_PER_PEER = 2;
/** Tickets are useless after seven days (lib/session/ticket.ts). */
const LIFETIME_MS = 7 * 24 * 3_600_000;
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Changes that come together are written together. */
const WRITE_DELAY_MS = 100;

const LABEL = utf8("p2p 1 session memory");

interface Memory {
  /** By name in base64, oldest first. */
  readonly tickets: Map<string, StoredTicket>;
  /** By key in base64. */
  readonly timestamps: Map<string, number>;
}

/** The sessions of one identity. */
export class SessionMemory {
  readonly #path: string;
  readonly #key: Bytes;
  #memory: Memory = { tickets: new Map(), timestamps: new Map() };
  /** What this program changed since the file was last written. */
  readonly #removed = new Set<string>();
  readonly #added = new Map<string, StoredTicket>();
  readonly #seen = new Map<string, number>();
  #fileTime = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ secretKey, publicKey }: Identity) {
    this.#path = homePath(`sessions-${hex(sm3(publicKey)).slice(0, 8)}`);
    this.#key = hkdfSm3(secretKey, new Uint8Array(0), LABEL, 16);
    this.#refresh();
  }

  find(name: Uint8Array): StoredTicket | undefined {
    this.#refresh();
    return this.#memory.tickets.get(base64(name));
  }

  latest(remoteKey: Uint8Array): StoredTicket | undefined {
    this.#refresh();
    return [...this.#memory.tickets.values()]
      .findLast((ticket) => equalConstantTime(ticket.remoteKey, remoteKey));
  }

  save(ticket: StoredTicket): void {
    const name = base64(ticket.name);
    const copy = { ...ticket, name: ticket.name.slice(), secret: ticket.secret.slice() };
    this.#removed.delete(name);
    this.#added.set(name, copy);
    this.#changed();
  }

  remove(name: Uint8Array): void {
    const text = base64(name);
    this.#added.delete(text);
    this.#removed.add(text);
    this.#changed();
  }

  last(remoteKey: Uint8Array): number | undefined {
    return this.#memory.timestamps.get(base64(remoteKey));
  }

  record(remoteKey: Uint8Array, timestamp: number): void {
    this.#seen.set(base64(remoteKey), timestamp);
    this.#changed();
  }

  /** Writes what is not written yet. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#removed.size + this.#added.size + this.#seen.size === 0) return;
    await ensureHome();
    withFileLock(this.#path, () => {
      this.#refresh();
      this.#write();
    });
    this.#removed.clear();
    this.#added.clear();
    this.#seen.clear();
  }

  #changed(): void {
    this.#apply(this.#memory);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // Losing it costs one full handshake; a disk that fails is told where it matters more.
      this.flush().catch((error) => {
        if (!(error instanceof Error)) throw error;
      });
    }, WRITE_DELAY_MS);
    Deno.unrefTimer(this.#timer);
  }

  #apply({ tickets, timestamps }: Memory): void {
    for (const name of this.#removed) tickets.delete(name);
    for (const [name, ticket] of this.#added) tickets.set(name, ticket);
    for (const [key, time] of this.#seen) {
      timestamps.set(key, Math.max(time, timestamps.get(key) ?? 0));
    }
    const perPeer = new Map<string, number>();
    for (const [name, { remoteKey }] of [...tickets].reverse()) {
      const count = (perPeer.get(base64(remoteKey)) ?? 0) + 1;
      perPeer.set(base64(remoteKey), count);
      if (count > MAX_PER_PEER) tickets.delete(name);
    }
    trim(tickets, MAX_TICKETS);
    trim(timestamps, MAX_TIMESTAMPS);
  }

  /** Reads the file again when another program has written it. */
  #refresh(): void {
    let time: number;
    try {
      const info = Deno.statSync(this.#path);
      if (info.size > MAX_FILE_BYTES) return;
      time = info.mtime?.getTime() ?? 0;
      if (time === this.#fileTime) return;
      this.#memory = this.#decode(Deno.readFileSync(this.#path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      // Of another identity, or damaged: nothing to resume, and it is written anew.
      if (!(error instanceof P2PError)) throw error;
      this.#memory = { tickets: new Map(), timestamps: new Map() };
      time = -1;
    }
    this.#fileTime = time;
    this.#apply(this.#memory);
  }

  #decode(file: Uint8Array): Memory {
    const what = "read sessions";
    const plain = new Sm4Gcm(this.#key).open(
      file.subarray(0, GCM_NONCE_BYTES),
      file.subarray(GCM_NONCE_BYTES),
      LABEL,
    );
    const content = fields(JSON.parse(utf8Text(plain, what)), what);
    const oldest = Date.now() - LIFETIME_MS;
    const tickets = new Map<string, StoredTicket>();
    for (const entry of Array.isArray(content["tickets"]) ? content["tickets"] : []) {
      const ticket = ticketOf(fields(entry, what), what);
      if (ticket.authenticatedAt > oldest) tickets.set(base64(ticket.name), ticket);
    }
    const timestamps = new Map<string, number>();
    for (const [key, time] of Object.entries(fields(content["timestamps"], what))) {
      if (typeof time === "number") timestamps.set(key, time);
    }
    wipe(plain);
    return { tickets, timestamps };
  }

  #write(): void {
    const tickets = [...this.#memory.tickets.values()].map((ticket) => ({
      name: base64(ticket.name),
      secret: base64(ticket.secret),
      key: base64(ticket.remoteKey),
      at: ticket.authenticatedAt,
    }));
    const timestamps = Object.fromEntries(this.#memory.timestamps);
    const plain = utf8(JSON.stringify({ tickets, timestamps }));
    const nonce = randomBytes(GCM_NONCE_BYTES);
    const sealed = concat(nonce, new Sm4Gcm(this.#key).seal(nonce, plain, LABEL));
    wipe(plain);
    replaceFile(this.#path, sealed, { durable: false });
    this.#fileTime = Deno.statSync(this.#path).mtime?.getTime() ?? 0;
  }
}

function ticketOf(from: Fields, what: string): StoredTicket {
  return {
    name: fromBase64(textField(from, "name", what)),
    secret: fromBase64(textField(from, "secret", what)),
    remoteKey: fromBase64(textField(from, "key", what)),
    authenticatedAt: Number(from["at"]),
  };
}

/** Drops the oldest entries beyond `most`. */
function trim(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
