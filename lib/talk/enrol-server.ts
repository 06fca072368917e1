/**
 * An authority that issues over the network: to whoever has a one-time code, to whom a person says yes, and again to those
 * who have a certificate that ends soon. The key that is certified is the one that the handshake has proved.
 */
import { type Bytes, concat, equalConstantTime } from "../bytes.ts";
import type { Authority } from "../authority/authority.ts";
import type { EnrolmentCode } from "../authority/codes.ts";
import {
  decodeRequestBody,
  encodeAnswerBody,
  encodeEnrolment,
  EnrolmentRefusal,
  EnrolmentType,
} from "../authority/enrolment.ts";
import type { Certificate } from "../certificate/certificate.ts";
import { type DistinguishedName, nameFromText, nameText, sameName } from "../certificate/name.ts";
import type { Profile } from "../certificate/profile.ts";
import { type CertificateRequest, readRequest } from "../certificate/request.ts";
import { usageFault } from "../certificate/path.ts";
import { renewalDue } from "../certificate/renewal.ts";
import { fingerprint } from "../crypto/keys/text.ts";
import { DerReader } from "../crypto/der.ts";
import { sm3 } from "../crypto/sm3.ts";
import { FormatError, P2PError } from "../errors.ts";
import type { Address } from "../net/address.ts";
import { Capability } from "../net/capabilities.ts";
import { CloseCode } from "../net/close.ts";
import type { Conversation } from "../net/conversation.ts";
import type { Node } from "../net/node.ts";
import type { Identity } from "../state/identity.ts";
import type { State } from "../state/state.ts";
import { StreamKind } from "../transfer/preface.ts";
import { type ByteStream, StreamCode } from "../transfer/stream.ts";
import { enrolmentSession, readEnrolment } from "./enrol-stream.ts";
import { bindNode, bindPreferred } from "./reach.ts";
import { refuseBlocked } from "./trust.ts";

/** What a person is asked. */
export interface EnrolmentQuestion {
  readonly subject: string;
  readonly fingerprint: string;
}

/** What an enrolment server is made from. */
export interface EnrolServerOptions {
  readonly identity: Identity;
  readonly state: State;
  readonly program: string;
  readonly hostname?: string | undefined;
  readonly port: number | undefined;
  readonly authority: Authority;
  readonly days: number;
  readonly profile: Profile | undefined;
  /** Asks a person; undefined where nobody is there. */
  readonly approve?: ((question: EnrolmentQuestion) => Promise<boolean>) | undefined;
  /** A certificate was issued, or a request refused. */
  readonly told: (
    subject: string,
    fingerprint: string,
    issued: readonly Certificate[] | undefined,
  ) => void;
  readonly failed: (error: P2PError) => void;
}

/** Requests in one enrolment: of a dual certificate there are two. */
const MAX_REQUESTS = 2;
/** How long a caller may stay without asking, and how long a request may take to arrive, in milliseconds. */
const IDLE_MS = 15_000;
/** How long a person may take to answer. */
const APPROVAL_MS = 10 * 60_000;
/** Wrong codes of all callers in one minute, beyond which codes are not looked at: each has 80 bits, and time. */
const MAX_WRONG_CODES = 100;
/** How long a revocation list is handed out again. */
const LIST_MS = 60_000;

/** See above. */
export class EnrolServer {
  readonly #options: EnrolServerOptions;
  readonly #node: Node;
  #asking: Promise<unknown> = Promise.resolve();
  #lists: { readonly at: number; readonly revoked: number; readonly der: Bytes } | undefined;
  #wrong = { since: 0, count: 0 };

  constructor(options: EnrolServerOptions) {
    this.#options = options;
    const { identity, state, program, hostname } = options;
    this.#node = bindPreferred(options.port, (port) =>
      bindNode(identity, state, {
        ...{ program, hostname, port },
        capabilities: Capability.takesNoMessages | Capability.enrols,
        admit: ({ key }) => {
          refuseBlocked(state, key);
          return Promise.resolve("stranger");
        },
        incoming: (conversation) => this.#serve(conversation),
        failed: options.failed,
      }));
  }

  get address(): Address {
    return this.#node.address;
  }

  async close(): Promise<void> {
    await this.#node.close();
  }

  #serve(conversation: Conversation): void {
    const idle = setTimeout(() => conversation.close(CloseCode.busy), IDLE_MS);
    conversation.closed.then(() => clearTimeout(idle), () => undefined);
    conversation.handlers = {
      stream: async (kind, stream) => {
        if (kind !== StreamKind.enrolment) return stream.abort(StreamCode.unsupported);
        clearTimeout(idle);
        await this.#answer(conversation, stream);
      },
      failed: this.#options.failed,
    };
  }

  async #answer(conversation: Conversation, stream: ByteStream): Promise<void> {
    const { type, body } = await readEnrolment(stream, IDLE_MS);
    const refuse = async (reason: number) => {
      await stream.write(encodeEnrolment(EnrolmentType.refused, Uint8Array.of(reason)));
      stream.finish();
    };
    if (type !== EnrolmentType.request) return await refuse(EnrolmentRefusal.request);
    const session = enrolmentSession(conversation);
    const asked = decodeRequestBody(session, body);
    let requests: CertificateRequest[];
    try {
      requests = readRequests(asked.requests, conversation.key);
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
      return await refuse(EnrolmentRefusal.request);
    }
    const digest = sm3(asked.requests);
    const print = fingerprint(conversation.key);
    const code = asked.hasCode ? this.#codeFor(digest, asked.fits) : undefined;
    if (asked.hasCode && code === undefined) return await refuse(EnrolmentRefusal.code);
    const subject = code === undefined || code.subject === ""
      ? requests[0]!.subject
      : nameFromText(code.subject);
    try {
      if (code === undefined && !this.#known(requests)) {
        await stream.write(encodeEnrolment(EnrolmentType.pending));
        const yes = await this.#ask({ subject: nameText(subject), fingerprint: print });
        if (!yes || conversation.closeInfo !== undefined) {
          this.#options.told(nameText(subject), print, undefined);
          return await refuse(EnrolmentRefusal.declined);
        }
      }
      const issued = this.#issue(requests, subject, code, digest);
      const answer = { chain: this.#chain(issued), lists: this.#listsNow() };
      this.#options.told(nameText(subject), print, issued);
      const reply = encodeAnswerBody(session, code?.code, answer);
      await stream.write(encodeEnrolment(EnrolmentType.issued, reply));
      stream.finish();
    } catch (error) {
      // What the authority itself refuses: a blocked key, its own name. A broken connection is nobody's fault.
      if (!(error instanceof P2PError) || conversation.closeInfo !== undefined) throw error;
      this.#options.failed(error);
      await refuse(EnrolmentRefusal.failed);
    }
  }

  /** The code of a request; so many wrong ones a minute are looked at. */
  #codeFor(digest: Bytes, fits: (code: string) => boolean): EnrolmentCode | undefined {
    const now = performance.now();
    if (now - this.#wrong.since > 60_000) this.#wrong = { since: now, count: 0 };
    if (this.#wrong.count >= MAX_WRONG_CODES) return undefined;
    const code = this.#options.authority.codes.find(digest, fits);
    if (code === undefined) this.#wrong.count++;
    return code;
  }

  /** Whether the holder of the key has a certificate of the same name that is good: then it may have another. */
  #known(requests: readonly CertificateRequest[]): boolean {
    const now = Date.now();
    return requests.every(({ publicKey, subject }) =>
      this.#options.authority.issued.ofKey(publicKey).some(({ certificate, revoked }) =>
        revoked === undefined && certificate.notAfter > now &&
        sameName(certificate.subject, subject)
      )
    );
  }

  /** One person is asked one question at a time. */
  #ask(question: EnrolmentQuestion): Promise<boolean> {
    const { approve } = this.#options;
    if (approve === undefined) return Promise.resolve(false);
    const asked = this.#asking.then(() => approve(question));
    this.#asking = asked.catch(() => undefined);
    return asked;
  }

  /** All certificates and the use of the code, or nothing. One that is good for long is given again. */
  #issue(
    requests: readonly CertificateRequest[],
    subject: DistinguishedName,
    code: EnrolmentCode | undefined,
    digest: Bytes,
  ): Certificate[] {
    const { authority, days, profile } = this.#options;
    return authority.transaction(() => {
      if (code !== undefined) authority.codes.use(code.code, digest);
      return requests.map((request) =>
        this.#still(request) ??
          authority.issue([{
            request,
            subject,
            days,
            profile: requests.length > 1 ? undefined : profile,
          }])[0]!
      );
    });
  }

  /** The certificate that a request's key has, until it is due. */
  #still({ publicKey, subject, extensions }: CertificateRequest): Certificate | undefined {
    const now = Date.now();
    const wanted = extensions.keyUsage;
    return this.#options.authority.issued.ofKey(publicKey).find(({ certificate, revoked }) => {
      const lasts = now < renewalDue(certificate);
      const serves = wanted === undefined || usageFault(certificate, "talk") === undefined ||
        certificate.extensions.keyUsage === wanted;
      return revoked === undefined && lasts && serves && sameName(certificate.subject, subject);
    })?.certificate;
  }

  #chain(issued: readonly Certificate[]): Bytes {
    const { authority } = this.#options;
    const all = [...issued, ...authority.crossed, ...authority.roots];
    return concat(...all.map(({ signed }) => signed.der));
  }

  #listsNow(): Bytes {
    const now = performance.now();
    const { authority } = this.#options;
    const revoked = authority.issued.revokedCount;
    const known = this.#lists;
    if (known !== undefined && known.revoked === revoked && now - known.at < LIST_MS) {
      return known.der;
    }
    const der = concat(...authority.lists(30));
    this.#lists = { at: now, revoked, der };
    return der;
  }
}

/** The requests of one enrolment: of the key that calls, then of a second one; for one and the same subject. */
function readRequests(der: Uint8Array, key: Uint8Array): CertificateRequest[] {
  const reader = new DerReader(der);
  const requests: CertificateRequest[] = [];
  while (!reader.done) {
    if (requests.length >= MAX_REQUESTS) throw new FormatError("chain.too-large", {});
    requests.push(readRequest(reader.raw()));
  }
  const [first] = requests;
  const same = requests.every(({ subject }) => sameName(subject, first!.subject));
  if (first === undefined || !same || !equalConstantTime(first.publicKey, key)) {
    throw new FormatError("chain.request-signature", {});
  }
  return requests;
}

/** How long a caller waits for a person. */
export const ENROL_APPROVAL_MS = APPROVAL_MS;
