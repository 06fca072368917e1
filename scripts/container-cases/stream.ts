/** The payload: every way to cut, drop, add or mark chunks wrongly, and the right ways. */
import { concat, utf8 } from "../../lib/bytes.ts";
import { type Case, chunk, file, header, PAYLOAD_NONCE, plain } from "./build.ts";

const SMALL = utf8("a small payload");

function flipLast(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  out[out.length - 1]! ^= 1;
  return out;
}

/** Chunks 0 … count − 1 as the plaintext of `plain`; the last has `lastLength` bytes. */
function whole(count: number, lastLength?: number): { payload: Uint8Array; sealed: Uint8Array } {
  const plaintexts = Array.from(
    { length: count },
    (_, i) => i === count - 1 ? plain(i, true, lastLength) : plain(i, false),
  );
  const sealed = plaintexts.map((plaintext, i) => chunk(i, i === count - 1, plaintext));
  return { payload: concat(...plaintexts), sealed: concat(...sealed) };
}

function success(name: string, count: number, lastLength?: number): Case {
  const { payload, sealed } = whole(count, lastLength);
  return { name, expect: "success", payload, file: file(sealed) };
}

/** All cases of the payload. */
export function streamCases(): Case[] {
  const full = plain(0, false);
  const inner = chunk(0, false, full);
  const lastFull = chunk(0, true, plain(0, true));
  const second = (last: boolean, length?: number) => chunk(1, last, plain(1, last, length));
  const foreign = chunk(1, true, new Uint8Array(100));
  const bad = (
    name: string,
    parts: Uint8Array[],
    payload?: Uint8Array,
    comment?: string,
  ): Case => ({
    name,
    expect: "payload failure",
    ...(payload === undefined ? {} : { payload }),
    ...(comment === undefined ? {} : { comment }),
    file: file(...parts),
  });
  return [
    success("stream_empty_payload", 1, 0),
    success("stream_last_chunk_full", 1),
    success("stream_two_chunks", 2, 100),
    success("stream_last_chunk_full_second", 2),
    success("stream_three_chunks", 3, 1),
    success("stream_257_chunks", 257, 99),
    success("stream_257_chunks_full", 257),
    success("stream_258_chunks", 258, 7),
    bad("stream_no_chunks", []),
    bad("stream_missing_tag", [chunk(0, true, SMALL).subarray(0, SMALL.length)]),
    bad(
      "stream_short_chunk",
      [chunk(0, true, SMALL).subarray(0, 12)],
      undefined,
      "less than a tag",
    ),
    bad("stream_bad_tag", [flipLast(chunk(0, true, SMALL))]),
    bad("stream_bad_tag_second_chunk", [inner, flipLast(second(true, 5))], full),
    bad("stream_bad_tag_second_chunk_full", [inner, flipLast(second(true))], full),
    bad("stream_short_second_chunk", [inner, second(true, 5).subarray(0, 10)], full),
    bad(
      "stream_last_chunk_empty",
      [inner, second(true, 0)],
      full,
      "only the empty payload ends in an empty chunk",
    ),
    bad("stream_no_final", [chunk(0, false, SMALL)]),
    bad("stream_no_final_full", [inner]),
    bad("stream_no_final_two_chunks", [inner, second(false, 5)], full),
    bad("stream_no_final_two_chunks_full", [inner, second(false)], full),
    bad("stream_two_final_chunks", [lastFull, second(true, 9)], undefined, "a last one, then more"),
    bad("stream_two_final_chunks_full", [lastFull, second(true)]),
    bad("stream_two_final_chunks_short", [chunk(0, true, SMALL), chunk(1, true, SMALL)]),
    bad("stream_two_final_chunks_second", [inner, second(true), chunk(2, true, SMALL)], full),
    bad("stream_trailing_garbage_short", [lastFull, utf8("garbage")]),
    bad("stream_trailing_garbage_long", [lastFull, utf8("garbage longer than a tag")]),
    bad(
      "stream_chunks_swapped",
      [second(false), inner],
      undefined,
      "the right chunks, wrong order",
    ),
    bad("stream_chunk_twice", [inner, inner, chunk(2, true, SMALL)], full),
    bad("stream_chunk_missing", [inner, chunk(2, true, SMALL)], full),
    bad(
      "stream_spliced",
      [inner, concat(second(true, 100).subarray(0, 50), foreign.subarray(50))],
      full,
      "half a chunk of one file, half of another",
    ),
    {
      name: "stream_no_nonce",
      expect: "header failure",
      file: header(),
    },
    {
      name: "stream_short_nonce",
      expect: "header failure",
      file: concat(header(), PAYLOAD_NONCE.subarray(0, 12)),
    },
    {
      name: "stream_other_nonce",
      expect: "payload failure",
      comment: "the payload of another file with the same key",
      file: concat(header(), flipLast(PAYLOAD_NONCE), chunk(0, true, SMALL)),
    },
  ];
}
