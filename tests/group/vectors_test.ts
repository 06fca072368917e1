/** The recorded vectors of groups: made again they are the same, and whoever reads them comes to the same result. */
import assert from "node:assert/strict";
import { fromHex } from "../../lib/bytes.ts";
import { Group } from "../../lib/group/group.ts";
import { GroupLog } from "../../lib/group/log.ts";
import { decodeGroupMessage } from "../../lib/group/message.ts";
import { makeVectors, VECTORS } from "./vectors.ts";

const recorded: ReturnType<typeof makeVectors> = JSON.parse(await Deno.readTextFile(VECTORS));

Deno.test("the vectors of groups are made again byte by byte", () => {
  assert.deepEqual(JSON.parse(JSON.stringify(makeVectors())), recorded);
});

Deno.test("whatever order they come in, the vectors give the recorded members and messages", () => {
  const log = new GroupLog(recorded.group);
  const group = new Group(log);
  for (const { bytes } of recorded.messages.toReversed()) group.receiveMessage(fromHex(bytes));
  for (const { bytes } of recorded.entries.toReversed()) group.receiveEntry(fromHex(bytes));
  const nameOf = (key: string) => recorded.people.find(({ publicKey }) => publicKey === key)!.name;
  assert.deepEqual(log.membership.members.map(nameOf), recorded.members);
  assert.deepEqual(recorded.members, ["alice", "bob"], "a removal wins over an addition beside it");
  for (const { id, counts } of recorded.messages) assert.equal(group.counts(id), counts);
  assert.deepEqual(recorded.messages.map(({ counts }) => counts), [true, true, false, true, true]);
  for (const { bytes, content } of recorded.messages) {
    assert.deepEqual(decodeGroupMessage(fromHex(bytes)).content, content);
  }
  for (const { id, members } of recorded.entries) {
    assert.deepEqual(log.viewAt([id])!.members.map(nameOf), members);
  }
});
