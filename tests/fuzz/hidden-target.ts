/** What was hidden, for the fuzzer: payloads, whole, signed and in parts, with their compressed contents. */
import assert from "node:assert/strict";
import {
  attachSignature,
  decodePart,
  decodePayload,
  detachSignature,
  encodePart,
  encodePayload,
} from "../../lib/stego/payload.ts";
import type { FuzzTarget } from "./fuzz.ts";

/** Most content that is unpacked; a hostile payload may say up to 4 GiB. */
const MAX_BYTES = 1 << 20;

export const payloadTarget: FuzzTarget = {
  name: "hidden-payload",
  async run(bytes) {
    const part = decodePart(bytes);
    const { payload } = detachSignature(part === undefined ? bytes : part.piece);
    const message = decodePayload(payload, MAX_BYTES);
    let length = 0;
    for await (const piece of message.content()) length += piece.length;
    assert.equal(length, message.size);
  },
  async seeds() {
    const words = new TextEncoder().encode("天地玄黃 ".repeat(40));
    const text = await encodePayload({ name: undefined, content: words });
    const file = await encodePayload({ name: "a.txt", content: words.subarray(0, 9) });
    const signature = { signer: new Uint8Array(33).fill(2), value: new Uint8Array(70) };
    const set = new Uint8Array(8);
    return [
      text,
      file,
      attachSignature(text, signature),
      encodePart({ set, index: 0, count: 2, piece: text }),
    ];
  },
};
