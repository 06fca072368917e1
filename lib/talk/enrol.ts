/** Enrolling with an authority: one request, one answer; what breaks off is tried again with the same request. */
import { type Bytes, equalConstantTime } from "../bytes.ts";
import {
  decodeAnswerBody,
  encodeEnrolment,
  encodeRequestBody,
  EnrolmentRefusal,
  EnrolmentType,
} from "../authority/enrolment.ts";
import { type Certificate, isSelfIssued, readCertificate } from "../certificate/certificate.ts";
import { validatePath } from "../certificate/path.ts";
import type { CertificateRequest } from "../certificate/request.ts";
import { readRevocationList, type RevocationList } from "../certificate/revocation-list.ts";
import { DerReader } from "../crypto/der.ts";
import { AuthenticationError, FailureError, FormatError, UnreachableError } from "../errors.ts";
import { type Address, formatAddress } from "../net/address.ts";
import { Capability } from "../net/capabilities.ts";
import type { Node } from "../net/node.ts";
import type { Identity } from "../state/identity.ts";
import type { State } from "../state/state.ts";
import { text } from "../text/catalogue.ts";
import type { Code } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { encodePreface, StreamKind } from "../transfer/preface.ts";
import { ENROL_APPROVAL_MS } from "./enrol-server.ts";
import { enrolmentSession, readEnrolment } from "./enrol-stream.ts";
import { bindNode } from "./reach.ts";

/** What enrolling is made from. */
export interface EnrolOptions {
  readonly identity: Identity;
  readonly state: State;
  readonly program: string;
  readonly requests: readonly CertificateRequest[];
  readonly code: string | undefined;
  /** The key that the authority's program must prove; undefined for any. */
  readonly remoteKey: Uint8Array | undefined;
  /** Authorities that are trusted already. */
  readonly anchors: readonly Certificate[];
  /** A person is being asked. */
  readonly pending: () => void;
  /** It broke off, or nobody answered, and is tried again. */
  readonly again: (reason: Text) => void;
}

/** What came of it. */
export interface Enrolled {
  /** The certificates of the requests, then others up to the roots. */
  readonly chain: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly lists: readonly RevocationList[];
  /** Whether the authority has proved itself: by the code, or because its root is trusted. */
  readonly proven: boolean;
  /** The key that its program proved. */
  readonly remoteKey: Bytes;
}

/** How long an answer may take, in milliseconds. */
const ANSWER_MS = 30_000;
/** How often what breaks off is tried again, and how long is waited before. */
const TRIES = 30;
const PAUSE_MS = 1000;

const REFUSALS: ReadonlyMap<number, Code> = new Map<number, Code>([
  [EnrolmentRefusal.declined, "enrol.declined"],
  [EnrolmentRefusal.code, "enrol.wrong-code"],
  [EnrolmentRefusal.request, "enrol.bad-request"],
  [EnrolmentRefusal.failed, "enrol.failed"],
]);

/** Enrols with the authority at `where`. */
export async function enrol(options: EnrolOptions, where: Address): Promise<Enrolled> {
  const { identity, state, program } = options;
  const node = bindNode(identity, state, {
    ...{ program, port: 0 },
    capabilities: Capability.takesNoMessages,
    config: { accept: false },
  });
  try {
    for (let left = TRIES;; left--) {
      try {
        return await attempt(node, options, where);
      } catch (error) {
        if (!(error instanceof UnreachableError) || left === 0) throw error;
        if (error.code === "net.no-host") throw error;
        options.again(error);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  } finally {
    await node.close();
  }
}

async function attempt(node: Node, options: EnrolOptions, where: Address): Promise<Enrolled> {
  const { requests, code, remoteKey } = options;
  const conversation = await node.connect(where, { remoteKey });
  try {
    if (((conversation.hello?.capabilities ?? 0) & Capability.enrols) === 0) {
      throw new FailureError("enrol.not-serving", { where: formatAddress(where) }, {
        hint: text("enrol.not-serving.hint"),
      });
    }
    const session = enrolmentSession(conversation);
    const stream = conversation.openStream(0);
    await stream.write(encodePreface(StreamKind.enrolment));
    const body = encodeRequestBody(session, code, requests.map(({ signed }) => signed.der));
    await stream.write(encodeEnrolment(EnrolmentType.request, body));
    let answer = await readEnrolment(stream, ANSWER_MS);
    if (answer.type === EnrolmentType.pending) {
      options.pending();
      answer = await readEnrolment(stream, ENROL_APPROVAL_MS);
    }
    if (answer.type === EnrolmentType.refused) throw refusal(answer.body[0] ?? 0);
    const { chain, lists, proven } = decodeAnswerBody(session, code, answer.body);
    return accepted(chain, lists, proven, options, conversation.key);
  } finally {
    conversation.close();
  }
}

function refusal(reason: number): AuthenticationError {
  return new AuthenticationError(REFUSALS.get(reason) as "enrol.failed" ?? "enrol.failed", {});
}

/** What was issued, checked: it is for our keys, and its path leads to a root that came along or is trusted. */
function accepted(
  chainDer: Uint8Array,
  listsDer: Uint8Array,
  proven: boolean,
  { requests, code, anchors }: EnrolOptions,
  remoteKey: Bytes,
): Enrolled {
  if (code !== undefined && !proven) throw new AuthenticationError("enrol.unproven", {});
  const all = split(chainDer).map((der) => readCertificate(der));
  const lists = split(listsDer).map((der) => readRevocationList(der));
  const own = all.slice(0, requests.length);
  const ours = own.length === requests.length &&
    requests.every(({ publicKey }, i) => equalConstantTime(publicKey, own[i]!.publicKey));
  if (!ours) throw new AuthenticationError("enrol.not-ours", {});
  const roots = all.filter((each) => isSelfIssued(each) && isItsOwnKey(each));
  const others = all.filter((each) => !roots.includes(each));
  const now = Date.now();
  for (const certificate of own) validatePath(certificate, { anchors: roots, others, lists, now });
  const known = anchors.length > 0 && own.every((certificate) => {
    try {
      validatePath(certificate, { anchors, others, lists, now });
      return true;
    } catch (error) {
      if (error instanceof AuthenticationError) return false;
      throw error;
    }
  });
  return { chain: others, roots, lists, proven: proven || known, remoteKey };
}

/** Whether a certificate of an authority's own is not one for a newer key. */
function isItsOwnKey({ extensions: { subjectKeyId, authorityKeyId } }: Certificate): boolean {
  return subjectKeyId === undefined || authorityKeyId === undefined ||
    equalConstantTime(subjectKeyId, authorityKeyId);
}

/** Structures in DER, one after the other. */
function split(bytes: Uint8Array): Uint8Array[] {
  const reader = new DerReader(bytes);
  const parts: Uint8Array[] = [];
  while (!reader.done) {
    if (parts.length >= 32) throw new FormatError("chain.too-large", {});
    parts.push(reader.raw());
  }
  return parts;
}
