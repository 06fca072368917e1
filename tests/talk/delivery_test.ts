/** What a delivery asks of the conversation that carries it. */
import assert from "node:assert/strict";
import { utf8 } from "../../lib/bytes.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { deliverFiles } from "../../lib/talk/delivery.ts";
import type { Person } from "../../lib/talk/person.ts";
import type { SendHandlers } from "../../lib/transfer/send.ts";

const PERSON = { label: "bob", key: new Uint8Array(33) } as unknown as Person;

/** The handlers that a delivery with `options` gives its conversation. */
async function handlersOf(options: { digests?: boolean; onFile?: () => void }) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/a.txt`, utf8("words\n"));
    const outgoing = await walkOutgoing([`${folder}/a.txt`]);
    let asked: SendHandlers | undefined;
    const conversation = {
      sendFiles: (_: unknown, handlers: SendHandlers) => {
        asked = handlers;
        return Promise.resolve({
          refused: undefined,
          failures: [],
          failed: 0,
          roots: ["a.txt"],
          resumed: 0,
        });
      },
    } as unknown as Conversation;
    await deliverFiles(conversation, PERSON, outgoing, { ...options, tell: () => undefined });
    assert.ok(asked);
    return asked;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("digests of what is sent, which take as long as sending it, are made for those who ask", async () => {
  const onFile = () => undefined;
  assert.equal((await handlersOf({ onFile })).digests, false);
  assert.equal((await handlersOf({ onFile, digests: true })).digests, true);
  assert.ok(!(await handlersOf({})).digests);
});
