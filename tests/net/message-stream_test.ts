/** The stream on which our messages go out. */
import assert from "node:assert/strict";
import { MessageStream } from "../../lib/net/message-stream.ts";
import type { ByteStream } from "../../lib/transfer/stream.ts";

Deno.test("a message that is handed over again while it waits has one record, and all who wait for it hear of its end", async () => {
  const end = Promise.withResolvers<number>();
  let written = 0;
  const stream: ByteStream = {
    read: () => end.promise,
    write: (data) => {
      written += data.length;
      return Promise.resolve();
    },
    finish: () => undefined,
    abort: () => undefined,
  };
  const messages = new MessageStream(stream, true);
  const again = { id: "0a".repeat(16), time: 1, text: "hello" };
  const first = messages.send(again);
  const second = messages.send(again);
  assert.equal(messages.pending, 1);
  for (let i = 0; i < 100; i++) await Promise.resolve();
  const once = written;
  messages.send(again);
  for (let i = 0; i < 100; i++) await Promise.resolve();
  assert.equal(written, once);
  end.reject(new Error("it broke"));
  await assert.rejects(second.delivered, /it broke/);
  assert.equal(first.delivered, second.delivered);
});
