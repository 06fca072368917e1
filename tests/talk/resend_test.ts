/** Texts that nobody took in time, sent once more: under the id they have, to those who lack them, and to nobody twice. */
import assert from "node:assert/strict";
import type { P2PError } from "../../lib/errors.ts";
import { resend } from "../../lib/talk/resend.ts";
import { until } from "../support/until.ts";
import { people, type Somebody, together } from "./group-people.ts";

/** The state of each text that somebody wrote in a conversation. */
function states({ state }: Somebody, talk: Uint8Array): unknown[] {
  return state.history.find({ talk, limit: 100 }).map(({ text, state }) => [text, state]);
}

const notFailed = ({ code }: P2PError) => code === "outbox.not-failed";

Deno.test("a text to a person that failed waits once more, and arrives once", () =>
  people("ab", async (a, b) => {
    const { port } = b!.face.talk.address;
    const { publicKey: key } = b!.identity;
    await b!.stop();
    const { talk } = a!.face;
    const id = talk.outgoing.later.text(key, "too late");
    talk.outgoing.later.text(key, "behind it");
    assert.ok(a!.state.outbox.advance(id, key, "failed", "expired"));
    await b!.start({}, port);
    const { person } = await talk.reach("b");
    assert.equal((await b!.face.next("message")).text, "behind it");
    await until(() => a!.state.outbox.pending(key).length === 0);
    assert.deepEqual(states(a!, key), [["too late", "failed"], ["behind it", "delivered"]]);
    assert.equal(await resend(talk, person, id, {}), undefined);
    const again = await b!.face.next("message");
    assert.deepEqual([again.id, again.text], [id, "too late"]);
    await until(() => a!.state.outbox.list().length === 0);
    assert.deepEqual(states(a!, key), [["too late", "delivered"], ["behind it", "delivered"]]);
    await assert.rejects(resend(talk, person, id, {}), notFailed);
    await assert.rejects(resend(talk, person, "00".repeat(16), {}), notFailed);
  }));

Deno.test("a text to a group that failed goes to the member who lacks it", () =>
  people("abc", async (a, b, c) => {
    const group = await together(a!, b!, c!);
    const { port } = c!.face.talk.address;
    const { publicKey: key } = c!.identity;
    await c!.stop();
    const { talk } = a!.face;
    const given = "0d".repeat(16);
    const id = talk.groups.post(group, "all of us", { once: given });
    await b!.face.next("message");
    await until(() => a!.state.outbox.list().length === 1);
    assert.ok(a!.state.outbox.advance(id, key, "failed", "expired"));
    assert.deepEqual(states(a!, group.key), [["all of us", "failed"]]);
    assert.equal(a!.state.history.get(group.key, id)?.given, given);
    assert.equal(await resend(talk, group, id, {}), undefined);
    assert.deepEqual(states(a!, group.key), [["all of us", "waiting"]]);
    await assert.rejects(resend(talk, group, id, {}), notFailed);
    await c!.start({}, port);
    await until(() => a!.state.outbox.list().length === 0);
    assert.deepEqual(states(a!, group.key), [["all of us", "delivered"]]);
    assert.deepEqual([b!.history("friends"), c!.history("friends")], [["all of us"], [
      "all of us",
    ]]);
  }));
