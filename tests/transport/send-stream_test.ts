/** The end of a stream, when it is lost after all data has arrived. */
import assert from "node:assert/strict";
import { SendStream } from "../../lib/transport/send-stream.ts";
import { GuardedBuffer } from "./commands.ts";

Deno.test("an end that is lost goes again by itself when all data has arrived", () => {
  for (const bytes of [0, 1, 64, 65, 5000]) {
    const stream = new SendStream(0, 1e6);
    stream.write(new Uint8Array(bytes).fill(7), 1e6);
    let buffer = new GuardedBuffer(128, 128 + 6000);
    stream.writeFrame(buffer.bytes, 128, buffer.limit, 1e6);
    stream.finish();
    stream.writeFrame(buffer.bytes, 128, buffer.limit, 1e6);
    stream.onAcked(0, bytes, false);
    stream.onLost(bytes, 0, true);
    buffer = new GuardedBuffer(128, 228);
    const end = stream.writeFrame(buffer.bytes, 128, buffer.limit, 1e6);
    buffer.check(end);
    assert.deepEqual([stream.lastOffset, stream.lastLength, stream.lastFin], [bytes, 0, true]);
    stream.onAcked(bytes, 0, true);
    assert.ok(stream.done);
  }
});
