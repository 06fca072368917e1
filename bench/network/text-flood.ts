/**
 * A peer that sends texts: `text-flood.ts RATE`, begun by a line on stdin, ended by the next. It tells its port, and how
 * many it sent.
 */
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { Node } from "../../lib/net/node.ts";

/** How often some are sent, in milliseconds. */
const TICK_MS = 5;

const rate = Number(Deno.args[0]);
const arrived = Promise.withResolvers<Conversation>();
const node = Node.bind({
  ...{ identity: generateKeyPair(), program: "flood", hostname: "127.0.0.1", port: 0 },
  incoming: arrived.resolve,
});
console.log(node.address.port);

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
await lines.next();
const conversation = await arrived.promise;
let over = false;
const ended = lines.next().then(() => over = true);
const began = performance.now();
let sent = 0;
while (!over) {
  for (const due = (performance.now() - began) * rate / 1000; sent < due; sent++) {
    // What becomes of them, the terminal shows.
    conversation.sendMessage(`message ${sent} of the flood`).delivered.catch(() => undefined);
  }
  await new Promise((resolve) => setTimeout(resolve, TICK_MS));
}
await ended;
console.log(sent);
await conversation.settle(30_000);
await node.close();
