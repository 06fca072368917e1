/**
 * A program that writes without end, for tests that kill it: each line that it prints names a message that is stored
 * durably, and was put into history, outbox and the seen ids as one.
 */
import { hex } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { openState } from "../../lib/state/state.ts";

const [home, identityHex, peerHex] = Deno.args as [string, string, string];
const bytes = (text: string) => Uint8Array.from(text.match(/../g)!, (pair) => parseInt(pair, 16));
const [secretKey, publicKey] = identityHex.split(":").map(bytes) as [
  Uint8Array<ArrayBuffer>,
  Uint8Array<ArrayBuffer>,
];
const peer = bytes(peerHex);

const state = await openState({
  home,
  identity: { secretKey, publicKey },
  now: Date.now,
  trouble: ({ code }) => {
    throw new Error(code);
  },
});
for (;;) {
  const id = hex(randomBytes(16));
  const common = {
    id,
    talk: peer,
    kind: "text",
    text: `message ${id}`,
    written: 1,
    after: [],
  } as const;
  state.transaction(() => {
    state.history.add({ ...common, stored: Date.now(), state: "waiting" });
    state.outbox.add({ ...common, to: peer, paths: [], expires: 9e15 });
    state.seen.add(peer, id);
  });
  Deno.stdout.writeSync(new TextEncoder().encode(`${id}\n`));
}
