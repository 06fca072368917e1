/** The sender's signature: what a reader, an outsider or another recipient might do to it. */
import { concat, hex, utf8 } from "../../lib/bytes.ts";
import {
  type Case,
  chunk,
  header,
  OTHER,
  PAYLOAD_NONCE,
  plain,
  record,
  type RecordOptions,
  segmentMessage,
  SENDER,
  signedLine,
  sm2Line,
} from "./build.ts";

const SMALL = utf8("a small payload");
const ZERO = new Uint8Array(32);
const LINES = [sm2Line(), signedLine()];
const FROM = hex(SENDER.publicKey);

/** Chunk 0, last, and its record over `message` bytes that may be wrong. */
function small(
  options: RecordOptions & {
    signedHeader?: Uint8Array;
    signedText?: Uint8Array;
    signedSegment?: number;
    signedLast?: boolean;
  } = {},
  lines: readonly string[] = LINES,
): Uint8Array {
  const bytes = header(lines);
  const { message } = segmentMessage(
    options.signedHeader ?? bytes,
    options.signedSegment ?? 0,
    options.signedLast ?? true,
    ZERO,
    [options.signedText ?? SMALL],
  );
  return concat(bytes, PAYLOAD_NONCE, chunk(0, true, SMALL), record(0, true, message, options));
}

function refused(name: string, file: Uint8Array, comment: string, more: Partial<Case> = {}): Case {
  return { name, expect: "sender failure", comment, file, ...more };
}

/** 256 chunks, their record, one chunk more, its record. */
function twoSegments() {
  const bytes = header(LINES);
  const first = Array.from({ length: 256 }, (_, i) => plain(i, false));
  const rest = plain(256, true, 33);
  const one = segmentMessage(bytes, 0, false, ZERO, first);
  const two = segmentMessage(bytes, 1, true, one.content, [rest]);
  const alone = segmentMessage(bytes, 1, true, ZERO, [rest]);
  return {
    payload: concat(...first),
    rest,
    head: concat(
      bytes,
      PAYLOAD_NONCE,
      ...first.map((plaintext, i) => chunk(i, false, plaintext)),
      record(0, false, one.message),
    ),
    tail: chunk(256, true, rest),
    last: record(1, true, two.message),
    unchained: record(1, true, alone.message),
  };
}

/** All cases of the signature. */
export function senderCases(): Case[] {
  const long = twoSegments();
  const stripped = header([sm2Line()]);
  return [
    { name: "signed", expect: "success", payload: SMALL, from: FROM, file: small() },
    { name: "signed_nobody_asked", expect: "success", payload: SMALL, file: small() },
    {
      name: "signed_257_chunks",
      expect: "success",
      payload: concat(long.payload, long.rest),
      from: FROM,
      file: concat(long.head, long.tail, long.last),
    },
    {
      name: "signed_second_segment_not_chained",
      expect: "sender failure",
      comment: "its signature does not cover the first segment; that one is proven and given out",
      payload: long.payload,
      from: FROM,
      file: concat(long.head, long.tail, long.unchained),
    },
    {
      name: "signed_cut_after_segment",
      expect: "payload failure",
      comment: "the last chunk is not marked as such",
      from: FROM,
      file: long.head,
    },
    refused(
      "signed_unsigned",
      concat(stripped, PAYLOAD_NONCE, chunk(0, true, SMALL)),
      "asked for",
      {
        from: FROM,
      },
    ),
    refused("signed_by_another", small(), "than the one asked for", { from: hex(OTHER.publicKey) }),
    refused(
      "signed_false_claim",
      small({ secretKey: OTHER.secretKey }),
      "a recipient signs himself and claims another did",
    ),
    refused(
      "signed_content_changed",
      small({ signedText: utf8("another text") }),
      "a recipient put other content below the signature",
    ),
    refused(
      "signed_for_another",
      small({ signedHeader: header([sm2Line(OTHER.publicKey), signedLine()]) }),
      "a recipient passes the signature on below a header for somebody else",
    ),
    refused("signed_with_default_id", small({ id: "1234567812345678" }), "as p2p sign would sign"),
    refused("signed_not_last", small({ signedLast: false }), "the signature says there is more"),
    refused("signed_other_segment", small({ signedSegment: 1 }), "a signature from further back"),
    refused("signed_record_not_last", small({ kind: 2 }), "the record's own mark is wrong"),
    refused(
      "signed_record_changed",
      small().with(small().length - 1, small().at(-1)! ^ 1),
      "one bit of the sealed signature",
    ),
    {
      name: "signed_record_missing",
      expect: "payload failure",
      file: small().subarray(0, -80),
    },
    {
      name: "signed_record_truncated",
      expect: "payload failure",
      file: small().subarray(0, -1),
    },
    {
      name: "signed_trailing_byte",
      expect: "payload failure",
      file: concat(small(), Uint8Array.of(0)),
    },
    {
      name: "signed_stripped",
      expect: "payload failure",
      comment: "a recipient took the stanza away, and made the MAC anew",
      file: concat(stripped, small().subarray(header(LINES).length)),
    },
    {
      name: "signed_stanza_twice",
      expect: "header failure",
      file: small({}, [...LINES, signedLine()]),
    },
    {
      name: "signed_stanza_short",
      expect: "header failure",
      file: small({}, [sm2Line(), "-> signed AAAA"]),
    },
    {
      name: "signed_stanza_not_a_point",
      expect: "sender failure",
      file: small({}, [sm2Line(), signedLine(new Uint8Array(33))]),
    },
  ];
}
