/**
 * Certificates in conversations (docs/protocol.md, "Certificates"): each side's chain goes over a stream of its own, within
 * the encryption. The caller shows first; who is called shows only to those who are let in.
 */
import { equalConstantTime } from "../bytes.ts";
import { readTrust, type Trust, type TrustSources, trustStamp } from "../authority/trust-store.ts";
import {
  type Certificate,
  MAX_CERTIFICATE_BYTES,
  readCertificate,
} from "../certificate/certificate.ts";
import { commonName } from "../certificate/name.ts";
import { validatePath } from "../certificate/path.ts";
import { DerReader } from "../crypto/der.ts";
import { fingerprint } from "../crypto/keys/text.ts";
import {
  AuthenticationError,
  FailureError,
  FormatError,
  P2PError,
  RemoteProtocolError,
  UnreachableError,
} from "../errors.ts";
import { Capability } from "../net/capabilities.ts";
import type { Conversation } from "../net/conversation.ts";
import { text } from "../text/catalogue.ts";
import { encodePreface, StreamKind } from "../transfer/preface.ts";
import { type ByteStream, StreamCode } from "../transfer/stream.ts";
import type { Credentials } from "./credentials.ts";
import { problemOf, type Tell } from "./events.ts";
import type { CertifiedName } from "./person.ts";

/** What credentials are made from. */
export interface CertificateOptions {
  /** Our own key: the first certificate of the chain must be its. */
  readonly publicKey: Uint8Array;
  /** What we show, the own one first; undefined for nothing. */
  readonly chain: readonly Certificate[] | undefined;
  /** Where the chain comes from, when a renewed one is to be shown as soon as it stands there. */
  readonly renewed?: ChainFile | undefined;
  readonly sources: TrustSources;
  /** Peers without a certificate are refused. */
  readonly required: boolean;
  readonly now: () => number;
}

/** A file with the chain to show. */
export interface ChainFile {
  readonly path: string;
  /** Reads it; undefined where it has none of our key. */
  readonly read: () => readonly Certificate[] | undefined;
}

/** Certificates in one chain. */
const MAX_SHOWN_CERTIFICATES = 8;
/** How long a peer that says it has a certificate may take to show it, in milliseconds. */
const SHOW_MS = 10_000;
/** How often is looked whether files have changed, in milliseconds. */
const LOOK_MS = 500;
/** How often the clock alone is reason enough: a certificate may have expired. */
const CLOCK_MS = 30_000;

/** What a peer has shown. */
interface Shown {
  readonly leaf: Certificate;
  readonly others: readonly Certificate[];
}

/** See above. */
export class CertificateCredentials implements Credentials {
  readonly capabilities: number;
  readonly #options: CertificateOptions;
  readonly #shown = new WeakMap<Conversation, Shown>();
  #trust: Trust;
  #chain: readonly Certificate[] | undefined;

  /** @throws FailureError where the chain is not of our key, or a file cannot be read */
  constructor(options: CertificateOptions) {
    const { chain, sources } = options;
    this.#options = options;
    this.#trust = readTrust(sources);
    this.capabilities = chain === undefined ? 0 : Capability.certificates;
    this.#chain = this.#ours(chain);
  }

  /** `chain`; a FailureError where it is not of our key. */
  #ours(chain: readonly Certificate[] | undefined): readonly Certificate[] | undefined {
    const [own] = chain ?? [];
    if (own !== undefined && !equalConstantTime(own.publicKey, this.#options.publicKey)) {
      throw new FailureError("credentials.not-ours", { name: commonName(own.subject) });
    }
    return chain;
  }

  async judge(conversation: Conversation): Promise<CertifiedName | undefined> {
    const { required } = this.#options;
    if (!required && this.#trust.anchors.length === 0) return undefined;
    const shows = ((conversation.hello?.capabilities ?? 0) & Capability.certificates) !== 0;
    if (!shows) {
      if (!required) return undefined;
      throw new AuthenticationError("credentials.none", {
        fingerprint: fingerprint(conversation.key),
      });
    }
    const shown = await this.#read(conversation);
    this.#shown.set(conversation, shown);
    return this.#validate(shown);
  }

  async #read(conversation: Conversation): Promise<Shown> {
    const timer = setTimeout(() => conversation.close(), SHOW_MS);
    let stream: ByteStream | undefined;
    try {
      stream = await conversation.certificateStream();
      const [leaf, ...others] = splitChain(await readWhole(stream));
      if (!equalConstantTime(leaf!.publicKey, conversation.key)) {
        throw new FormatError("credentials.other-key", {});
      }
      stream.finish();
      return { leaf: leaf!, others };
    } catch (error) {
      stream?.abort(StreamCode.protocol);
      if (!(error instanceof P2PError) || error instanceof UnreachableError) throw error;
      throw new AuthenticationError("credentials.unreadable", {
        fingerprint: fingerprint(conversation.key),
        reason: error,
      }, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  #validate({ leaf, others }: Shown): CertifiedName {
    const { anchors, lists, blockedKeys } = this.#trust;
    const { chain } = validatePath(leaf, {
      ...{ anchors, lists, blockedKeys, usage: "talk", now: this.#options.now() },
      others: [...others, ...this.#trust.others],
    });
    const issuer = commonName((chain[1] ?? leaf).subject);
    return { name: commonName(leaf.subject), issuer, until: leaf.notAfter };
  }

  show(conversation: Conversation): void {
    const chain = this.#chain;
    if (chain === undefined) return;
    // A peer that reads no certificates gives the stream up; that the conversation is over is told elsewhere.
    this.#write(conversation, chain).catch(() => undefined);
  }

  async #write(conversation: Conversation, chain: readonly Certificate[]): Promise<void> {
    const stream = conversation.begin();
    await stream.write(encodePreface(StreamKind.certificate));
    for (const { signed } of chain.slice(0, MAX_SHOWN_CERTIFICATES)) await stream.write(signed.der);
    stream.finish();
  }

  fault(conversation: Conversation): AuthenticationError | undefined {
    const shown = this.#shown.get(conversation);
    if (shown === undefined) return undefined;
    try {
      this.#validate(shown);
      return undefined;
    } catch (error) {
      if (error instanceof AuthenticationError) return error;
      throw error;
    }
  }

  watch(changed: () => void, tell: Tell): () => void {
    const { sources, renewed } = this.#options;
    const files = renewed === undefined ? [] : [renewed.path];
    const stampNow = () => trustStamp(sources, files);
    let stamp = stampNow();
    let checked = this.#options.now();
    const look = () => {
      const now = stampNow();
      const time = this.#options.now();
      if (now === stamp && Math.abs(time - checked) < CLOCK_MS) return;
      checked = time;
      // A file that is being written, or broken, changes nothing: what was trusted stays, and it is told once.
      if (now !== stamp) {
        this.#trust = readTrust(sources);
        this.#chain = this.#ours(renewed?.read()) ?? this.#chain;
      }
      changed();
    };
    const timer = setInterval(() => {
      try {
        look();
      } catch (error) {
        tell({ type: "error", error: problemOf(text("credentials.reading"), error) });
      }
      stamp = stampNow();
    }, LOOK_MS);
    Deno.unrefTimer(timer);
    return () => clearInterval(timer);
  }
}

/** All of a stream, which is bounded. */
async function readWhole(stream: ByteStream): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_CERTIFICATE_BYTES + 1);
  let length = 0;
  for (;;) {
    const count = await stream.read(bytes.subarray(length));
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > MAX_CERTIFICATE_BYTES) {
      throw new RemoteProtocolError("transfer.broken", { rule: "certificates" });
    }
  }
}

/** Certificates one after the other. */
export function splitChain(bytes: Uint8Array): Certificate[] {
  const reader = new DerReader(bytes);
  const chain: Certificate[] = [];
  while (!reader.done) {
    if (chain.length >= MAX_SHOWN_CERTIFICATES) {
      throw new FormatError("chain.too-long", { most: MAX_SHOWN_CERTIFICATES });
    }
    chain.push(readCertificate(reader.raw()));
  }
  if (chain.length === 0) throw new FormatError("chain.none-found", {});
  return chain;
}
