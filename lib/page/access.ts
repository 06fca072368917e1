/**
 * Who may use the page: a token that is good once opens a session, whose cookie and key every further request carries.
 *
 * The token comes in the fragment of the address, which no server and no log sees. The cookie is out of scripts' reach; but
 * cookies know no ports, and another user's server on another port of this machine may be sent it. So the session has a key,
 * too, which the page keeps where only its own origin, port included, can read it.
 */
import { base64, type Bytes, equalConstantTime, utf8 } from "../bytes.ts";

/** Random bytes of a token, a cookie, a key or a pass. */
const WORD_BYTES = 32;
/** Sessions at once: tabs of one browser share one. */
const MAX_SESSIONS = 8;
/** Files that may be fetched by a link at once, and for how long, in milliseconds. */
const MAX_PASSES = 64;
const PASS_MS = 60_000;

/** Gives so many random bytes. */
export type Randomness = (length: number) => Bytes;

/** A session's two secrets. */
export interface PageSession {
  readonly cookie: string;
  readonly key: string;
}

interface FilePass {
  readonly what: string;
  readonly until: number;
}

/** Tokens, sessions and passes of one server. */
export class Access {
  readonly #random: Randomness;
  #token: string | undefined;
  #locked = false;
  #sessions: PageSession[] = [];
  readonly #passes = new Map<string, FilePass>();

  constructor(random: Randomness) {
    this.#random = random;
  }

  #secret(): string {
    const text = base64(this.#random(WORD_BYTES));
    return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  }

  /** A new token, good once; the one before is good no more. */
  newToken(): string {
    return this.#token = this.#secret();
  }

  /** Opens a session for the token; undefined where it is not the one, or was used. */
  open(token: string): PageSession | undefined {
    if (this.#token === undefined || !same(token, this.#token)) return undefined;
    this.#token = undefined;
    // Whoever has the terminal's word opens the page anew: what was locked stays so.
    if (this.#locked) this.#sessions = [];
    this.#locked = false;
    const session = { cookie: this.#secret(), key: this.#secret() };
    this.#sessions = [...this.#sessions.slice(1 - MAX_SESSIONS), session];
    return session;
  }

  /** Whether both secrets are those of one session. */
  allows(cookie: string | undefined, key: string | null): boolean {
    let found = false;
    for (const session of this.#sessions) {
      const both = same(cookie ?? "", session.cookie) && same(key ?? "", session.key);
      found ||= both;
    }
    return found;
  }

  /** Whether there is a session that may do something. */
  get inUse(): boolean {
    return !this.#locked && this.#sessions.length > 0;
  }

  /** Nobody gets anything until `unlock`, or a new token. */
  lock(): void {
    this.#locked = true;
    this.#passes.clear();
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** The owner has shown who they are. */
  unlock(): void {
    this.#locked = false;
  }

  /** A word with which `what` may be fetched once, soon. */
  pass(what: string, now: number): string {
    for (const [word, { until }] of this.#passes) {
      if (until < now || this.#passes.size >= MAX_PASSES) this.#passes.delete(word);
    }
    const word = this.#secret();
    this.#passes.set(word, { what, until: now + PASS_MS });
    return word;
  }

  /** Whether `word` is good for `what`; it is good no more. */
  takePass(word: string, what: string, now: number): boolean {
    const pass = this.#passes.get(word);
    if (pass === undefined || pass.what !== what) return false;
    this.#passes.delete(word);
    return pass.until >= now;
  }
}

function same(given: string, secret: string): boolean {
  const [a, b] = [utf8(given), utf8(secret)];
  return a.length === b.length && equalConstantTime(a, b);
}

/** The value of the cookie called `name` in a Cookie header (RFC 6265, 5.4); undefined where it is not exactly once. */
export function cookieOf(header: string | null, name: string): string | undefined {
  const values = (header ?? "").split(";").map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`));
  return values.length === 1 ? values[0]!.slice(name.length + 1) : undefined;
}
