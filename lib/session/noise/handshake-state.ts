/**
 * HandshakeState: runs a token table (Noise revision 34, §5.3 and §9). A message that cannot be read leaves the
 * state as it was, so that a forged datagram never spoils a handshake.
 */
import { type Bytes, concat, utf8, wipe } from "../../bytes.ts";
import {
  AuthenticationError,
  InvalidKeyError,
  LocalProtocolError,
  RemoteProtocolError,
} from "../../errors.ts";
import type { CipherState } from "./cipher-state.ts";
import { type HandshakePattern, senderOf, type Token } from "./patterns.ts";
import type { Role } from "../../wire/role.ts";
import { type DhKeyPair, type NoiseSuite, protocolName, type Random, TAG_BYTES } from "./suite.ts";
import { SymmetricState } from "./symmetric-state.ts";

/** What a handshake starts from. */
export interface HandshakeOptions {
  readonly suite: NoiseSuite;
  readonly pattern: HandshakePattern;
  readonly role: Role;
  readonly prologue: Uint8Array;
  readonly random: Random;
  /** Our static key pair, where the pattern has one. */
  readonly localStatic?: DhKeyPair | undefined;
  /** An ephemeral of ours made earlier (fallback only). */
  readonly localEphemeral?: DhKeyPair | undefined;
  /** The peer's static key, where the pattern knows it beforehand. */
  readonly remoteStatic?: Uint8Array | undefined;
  /** The peer's ephemeral key, where the pattern knows it beforehand (fallback). */
  readonly remoteEphemeral?: Uint8Array | undefined;
  /** The pre-shared key of the psk tokens; for a pattern that tells whose before it is needed, by static key. */
  readonly psk?: Uint8Array | ((remoteStatic: Uint8Array) => Uint8Array | undefined) | undefined;
}

/** What a completed handshake yields. */
export interface HandshakeResult {
  /** Our sending state and our receiving state. */
  readonly send: CipherState;
  readonly receive: CipherState;
  readonly handshakeHash: Bytes;
  readonly remoteStatic: Bytes | undefined;
  /** A secret bound to this handshake, for the purpose `label`. */
  exportSecret(label: string): Bytes;
}

/** One side of one handshake. */
export class HandshakeState {
  readonly #options: HandshakeOptions;
  #symmetric: SymmetricState;
  #localEphemeral: DhKeyPair | undefined;
  #remoteStatic: Bytes | undefined;
  #remoteEphemeral: Bytes | undefined;
  #message = 0;

  constructor(options: HandshakeOptions) {
    const { suite, pattern, role, prologue } = options;
    this.#options = options;
    this.#localEphemeral = options.localEphemeral;
    this.#remoteStatic = options.remoteStatic?.slice() as Bytes | undefined;
    this.#remoteEphemeral = options.remoteEphemeral?.slice() as Bytes | undefined;
    if (this.#remoteStatic) suite.dh.checkPublic(this.#remoteStatic);
    if (this.#remoteEphemeral) suite.dh.checkPublic(this.#remoteEphemeral);
    this.#symmetric = new SymmetricState(suite, protocolName(pattern.name, suite));
    this.#symmetric.mixHash(prologue);
    for (const token of pattern.initiatorPre) this.#mixPre(token, role === "initiator");
    for (const token of pattern.responderPre) this.#mixPre(token, role === "responder");
  }

  /** A copy that goes its own way: what it reads leaves this one as it is. */
  fork(): HandshakeState {
    const copy = new HandshakeState(this.#options);
    copy.#symmetric.wipe();
    copy.#symmetric = this.#symmetric.clone();
    const ephemeral = this.#localEphemeral;
    copy.#localEphemeral = ephemeral &&
      { secretKey: ephemeral.secretKey.slice(), publicKey: ephemeral.publicKey };
    copy.#remoteStatic = this.#remoteStatic;
    copy.#remoteEphemeral = this.#remoteEphemeral;
    copy.#message = this.#message;
    return copy;
  }

  #mixPre(token: "e" | "s", ours: boolean): void {
    const key = token === "s"
      ? ours ? this.#options.localStatic?.publicKey : this.#remoteStatic
      : ours
      ? this.#localEphemeral?.publicKey
      : this.#remoteEphemeral;
    const known = present(key);
    this.#symmetric.mixHash(known);
    if (token === "e" && this.#options.pattern.psk) this.#symmetric.mixKey(known);
  }

  /** Whether every message has been written or read. */
  get complete(): boolean {
    return this.#message === this.#options.pattern.messages.length;
  }

  /** The peer's static key, as soon as it is known. */
  get remoteStatic(): Bytes | undefined {
    return this.#remoteStatic;
  }

  /** Our ephemeral key pair, once made (for a fallback). */
  get localEphemeral(): DhKeyPair | undefined {
    return this.#localEphemeral;
  }

  get handshakeHash(): Bytes {
    return this.#symmetric.handshakeHash;
  }

  /** WriteMessage(payload). */
  write(payload: Uint8Array): Bytes {
    const { suite, role, random, pattern } = this.#options;
    this.#expect(role);
    const parts: Bytes[] = [];
    for (const token of this.#tokens()) {
      if (token === "e") {
        this.#localEphemeral ??= suite.dh.generate(random);
        const publicKey = this.#localEphemeral.publicKey;
        parts.push(publicKey.slice() as Bytes);
        this.#symmetric.mixHash(publicKey);
        if (pattern.psk) this.#symmetric.mixKey(publicKey);
      } else if (token === "s") {
        parts.push(this.#symmetric.encryptAndHash(present(this.#options.localStatic).publicKey));
      } else this.#mix(token);
    }
    parts.push(this.#symmetric.encryptAndHash(payload));
    this.#message++;
    return concat(...parts);
  }

  /** ReadMessage(message): the payload. On any failure the state is what it was before. */
  read(message: Uint8Array): Bytes {
    this.#expect(this.#options.role === "initiator" ? "responder" : "initiator");
    const before = this.#symmetric.clone();
    const remoteStatic = this.#remoteStatic;
    const remoteEphemeral = this.#remoteEphemeral;
    try {
      const payload = this.#readTokens(message);
      before.wipe();
      this.#message++;
      return payload;
    } catch (error) {
      this.#symmetric.wipe();
      this.#symmetric = before;
      this.#remoteStatic = remoteStatic;
      this.#remoteEphemeral = remoteEphemeral;
      throw error;
    }
  }

  #readTokens(message: Uint8Array): Bytes {
    const { dh } = this.#options.suite;
    let rest = message;
    const take = (length: number): Uint8Array => {
      if (rest.length < length) throw new RemoteProtocolError("session.truncated", {});
      const part = rest.subarray(0, length);
      rest = rest.subarray(length);
      return part;
    };
    for (const token of this.#tokens()) {
      if (token === "e") {
        const publicKey = take(dh.publicBytes).slice();
        dh.checkPublic(publicKey);
        this.#remoteEphemeral = publicKey;
        this.#symmetric.mixHash(publicKey);
        if (this.#options.pattern.psk) this.#symmetric.mixKey(publicKey);
      } else if (token === "s") {
        const length = dh.publicBytes + (this.#symmetric.hasKey ? TAG_BYTES : 0);
        const publicKey = this.#symmetric.decryptAndHash(take(length));
        dh.checkPublic(publicKey);
        this.#remoteStatic = publicKey;
      } else this.#mix(token);
    }
    return this.#symmetric.decryptAndHash(rest);
  }

  /** The DH and psk tokens; the first letter of a DH token names the initiator's key, the second the responder's. */
  #mix(token: Exclude<Token, "e" | "s">): void {
    if (token === "psk") return this.#symmetric.mixKeyAndHash(this.#psk());
    const initiator = this.#options.role === "initiator";
    const ours = initiator ? token[0] : token[1];
    const theirs = initiator ? token[1] : token[0];
    const local = ours === "e" ? this.#localEphemeral : this.#options.localStatic;
    const remote = theirs === "e" ? this.#remoteEphemeral : this.#remoteStatic;
    const shared = this.#options.suite.dh.dh(present(local).secretKey, present(remote));
    this.#symmetric.mixKey(shared);
    wipe(shared);
  }

  #psk(): Uint8Array {
    const { psk } = this.#options;
    if (typeof psk !== "function") return present(psk);
    const found = psk(present(this.#remoteStatic));
    if (found === undefined) throw new AuthenticationError("session.not-authentic", {});
    return found;
  }

  #tokens(): readonly Token[] {
    return present(this.#options.pattern.messages[this.#message]);
  }

  #expect(sender: Role): void {
    if (this.complete) throw new LocalProtocolError("session.handshake-misused", {});
    if (senderOf(this.#options.pattern, this.#message) !== sender) {
      throw new LocalProtocolError("session.handshake-misused", {});
    }
  }

  /** Split() and what else the session needs; wipes the handshake's own secrets. */
  finish(): HandshakeResult {
    if (!this.complete) throw new LocalProtocolError("session.handshake-misused", {});
    const symmetric = this.#symmetric;
    const [first, second] = symmetric.split();
    const initiator = this.#options.role === "initiator";
    this.#wipeEphemeral();
    return {
      send: initiator ? first : second,
      receive: initiator ? second : first,
      handshakeHash: symmetric.handshakeHash,
      remoteStatic: this.#remoteStatic,
      exportSecret: (label) => symmetric.exportSecret(utf8(label)),
    };
  }

  #wipeEphemeral(): void {
    wipe(this.#localEphemeral?.secretKey);
    this.#localEphemeral = undefined;
  }

  /** Wipes what an unfinished handshake holds. */
  wipe(): void {
    this.#wipeEphemeral();
    this.#symmetric.wipe();
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new LocalProtocolError("session.handshake-misused", {});
  return value;
}

/** Whether `error` is one that a hostile message can cause in `read`. */
export function isReadFailure(error: unknown): boolean {
  return error instanceof AuthenticationError || error instanceof RemoteProtocolError ||
    error instanceof InvalidKeyError;
}
