/** Files and voice notes of groups: from their author, and from whoever has them when the author is away. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { hex } from "../../lib/bytes.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import { UnreachableError } from "../../lib/errors.ts";
import { Group } from "../../lib/group/group.ts";
import { GroupLog } from "../../lib/group/log.ts";
import { Member } from "../../lib/group/member.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { Capability } from "../../lib/net/capabilities.ts";
import { homePath } from "../../lib/state/home.ts";
import { GroupFiles } from "../../lib/talk/group/files.ts";
import type { GroupsHost } from "../../lib/talk/group/news.ts";
import { mediaTypeOf, transferIdOf } from "../../lib/talk/group/media.ts";
import { GroupOutput, readGroupStream } from "../../lib/talk/group/stream.ts";
import { node, withHome } from "../net/support.ts";
import { people, type Somebody, together } from "./group-people.ts";
import { until } from "../support/until.ts";

Deno.test("files reach each member, those who are away when they are back", () =>
  people("abc", async (a, b, c) => {
    a!.face.talk.groups.create("friends", [b!.identity.publicKey, c!.identity.publicKey]);
    a!.face.talk.groups.callAll();
    for (const each of [b!, c!]) await each.face.next("membership");
    await until(() => a!.face.talk.groups.uninformed("friends").length === 0);
    const { port } = c!.face.talk.address;
    await c!.stop();
    const path = join(a!.folder, "picture.txt");
    await Deno.writeTextFile(path, "a picture");
    const group = a!.face.talk.groups.needed("friends");
    await a!.face.talk.sendFiles(group, [path]);
    const announced = await b!.face.next("message");
    assert.deepEqual([announced.text, announced.what], ["picture.txt", "files"]);
    const received = await b!.face.next("received");
    assert.equal(received.group?.name, "friends");
    assert.equal(await Deno.readTextFile(received.path), "a picture");
    await c!.start({}, port);
    assert.equal(await Deno.readTextFile((await c!.face.next("received")).path), "a picture");
    await until(() => a!.state.outbox.list().length === 0);
  }));

/** a sends to the group while c is away; b has it, and a is gone when c is back. */
async function sentWhileAway(
  [a, b, c]: readonly [Somebody, Somebody, Somebody],
  send: () => Promise<unknown>,
): Promise<number> {
  const { port } = c.face.talk.address;
  await c.stop();
  await send();
  await b.face.next("received");
  await until(() => a.state.outbox.list().length === 1);
  await a.stop();
  return port;
}

Deno.test("files whose author is away come from a member who has them, and from the author no more", () =>
  people("abc", async (a, b, c) => {
    const group = await together(a!, b!, c!);
    const [folder, alone] = [join(a!.folder, "photos"), join(a!.folder, "notes.txt")];
    await Deno.mkdir(join(folder, "empty"), { recursive: true });
    await Deno.writeTextFile(join(folder, "1.txt"), "one");
    await Deno.writeTextFile(alone, "the notes");
    // Where b saves them there is something of that name.
    await Deno.writeTextFile(join(b!.saveDir, "notes.txt"), "other notes");
    const port = await sentWhileAway(
      [a!, b!, c!],
      () => a!.face.talk.sendFiles(group, [folder, alone]),
    );
    await b!.face.next("received");
    await c!.start({}, port);
    const received = [await c!.face.next("received"), await c!.face.next("received")];
    for (const { peer, group } of received) {
      assert.deepEqual([peer.name, group?.name], ["a", "friends"]);
    }
    assert.equal(await Deno.readTextFile(join(c!.saveDir, "photos", "1.txt")), "one");
    assert.ok((await Deno.stat(join(c!.saveDir, "photos", "empty"))).isDirectory);
    assert.equal(await Deno.readTextFile(join(c!.saveDir, "notes.txt")), "the notes");
    const names = Array.from(Deno.readDirSync(c!.saveDir), ({ name }) => name).sort();
    assert.deepEqual(names, ["notes.txt", "photos"]);
    // The author comes back: its copies for c are settled, and come no second time.
    await a!.start();
    await until(() => a!.state.outbox.list().length === 0);
    assert.ok(!c!.face.has("received"));
    const { id } = c!.state.groups.needed("friends");
    const [message] = c!.state.history.find({ talk: Uint8Array.fromHex(id), limit: 10 });
    assert.deepEqual([message?.kind, message?.path], ["file", received[0]!.path]);
  }));

Deno.test("a member whose copy has changed passes nothing on; the author sends it when it is back", () =>
  people("abc", async (a, b, c) => {
    const group = await together(a!, b!, c!);
    const path = join(a!.folder, "picture.txt");
    await Deno.writeTextFile(path, "a picture");
    const port = await sentWhileAway([a!, b!, c!], () => a!.face.talk.sendFiles(group, [path]));
    await Deno.writeTextFile(join(b!.saveDir, "picture.txt"), "A picture");
    await c!.start({}, port);
    assert.equal((await c!.face.next("message")).what, "files");
    // b answers that it has none: asked once, c has nothing to wait for but the author.
    await a!.start();
    assert.equal(await Deno.readTextFile((await c!.face.next("received")).path), "a picture");
    assert.ok(!c!.face.has("error"));
  }));

Deno.test("closing waits for what is on its way to a group, so that nothing uses the state afterwards", () =>
  withHome(() =>
    people("ab", async (a, b) => {
      const group = await together(a!, b!);
      await b!.stop();
      const path = join(a!.folder, "note.wav");
      await Deno.writeTextFile(path, "a note");
      await a!.face.talk.sendVoice(group, { path, seconds: 1, mediaType: "audio/wav" });
      const gate = Promise.withResolvers<never>();
      let over = false;
      const host = {
        ...{ state: a!.state, tell: () => undefined, conversationWith: () => ({}) },
        cargo: { open: () => gate.promise, forget: () => undefined },
      };
      const files = new GroupFiles(host as unknown as GroupsHost);
      files.flush(b!.identity.publicKey);
      assert.ok(files.busy);
      const closing = files.close().then(() => over = true);
      await new Promise((resolve) => setTimeout(resolve));
      assert.ok(!over, "closed while a note was on its way");
      gate.reject(new UnreachableError("talk.not-connected", { label: "b" }));
      await closing;
      assert.ok(!files.busy);
      files.flush(b!.identity.publicKey);
      assert.ok(!files.busy, "something was begun after the end");
    })
  ));

Deno.test("files on their way by a connection that is dead go by the one that came meanwhile", () =>
  withHome(() =>
    people("ab", async (a, b) => {
      const group = await together(a!, b!);
      await b!.stop();
      for (const name of ["one", "two"]) {
        const path = join(a!.folder, name);
        await Deno.writeTextFile(path, name);
        await a!.face.talk.sendFiles(group, [path]);
      }
      const begun: string[] = [];
      const lost = Promise.withResolvers<never>();
      const connection = (name: string, answer: Promise<unknown>) => ({
        sendFiles: (): Promise<unknown> => {
          begun.push(name);
          return answer;
        },
      });
      const taken = { refused: undefined, failures: [], failed: 0, roots: [], resumed: 0 };
      let there: unknown = connection("dead", lost.promise);
      const host = {
        ...{ state: a!.state, tell: () => undefined, conversationWith: () => there },
        cargo: { forget: () => undefined },
      };
      const files = new GroupFiles(host as unknown as GroupsHost);
      files.flush(b!.identity.publicKey);
      await until(() => begun.length === 1);
      there = connection("new", Promise.resolve(taken));
      files.flush(b!.identity.publicKey);
      lost.reject(new UnreachableError("talk.not-connected", { label: "b" }));
      await until(() => !files.busy);
      assert.deepEqual(begun, ["dead", "new", "new"]);
      assert.deepEqual(a!.state.outbox.list(), []);
    })
  ));

/** A program of a member's that sends `path` to whoever wants any files. */
function lying(who: Somebody, group: Group, path: string): (conversation: Conversation) => void {
  return (conversation: Conversation) => {
    const peer = hex(conversation.key);
    const output = new GroupOutput(conversation);
    const member = new Member({
      self: hex(who.identity.publicKey),
      taken: () => undefined,
      received: () => undefined,
      invited: () => undefined,
      declined: () => false,
      refused: () => undefined,
      wanted: (_, __, id) => {
        const mediaType = mediaTypeOf(group.id, id);
        walkOutgoing([path]).then((outgoing) =>
          conversation.sendFiles(outgoing, { id: transferIdOf(id) }, mediaType)
        ).catch(() => undefined);
        return true;
      },
    });
    member.joined(group);
    const link = member.connect(peer, (record) => output.send(record));
    conversation.handlers = { stream: (_, stream) => readGroupStream(stream, link) };
  };
}

Deno.test("what a member passes on and its author did not announce is thrown away and said", () =>
  people("abc", async (a, b, c) => {
    const to = await together(a!, b!, c!);
    const [path, evil] = [join(a!.folder, "picture.txt"), join(a!.folder, "evil", "picture.txt")];
    await Deno.writeTextFile(path, "a picture");
    await Deno.mkdir(join(a!.folder, "evil"));
    await Deno.writeTextFile(evil, "x picture");
    const port = await sentWhileAway([a!, b!, c!], () => a!.face.talk.sendFiles(to, [path]));
    const group = new Group(new GroupLog(hex(to.key)));
    for (const { bytes } of b!.state.groups.entries(group.id)) group.log.restore(bytes);
    for (const { bytes } of b!.state.groups.messages(group.id)) group.restore(bytes);
    group.restored();
    await b!.stop();
    const capabilities = Capability.longIds | Capability.groups;
    const other = node({ identity: b!.identity, capabilities });
    try {
      await c!.start({}, port);
      const prepare = lying(b!, group, evil);
      await other.connect(c!.face.talk.address, { prepare });
      const { error, peer } = await c!.face.next("error");
      assert.deepEqual([error.code, peer?.name], ["group.files-differ", "b"]);
      assert.ok(!c!.face.has("received"));
      assert.deepEqual([...Deno.readDirSync(c!.saveDir)], []);
    } finally {
      await other.close();
    }
  }));

Deno.test("a voice note to a group is heard by those who are there, and later by who was away", () =>
  withHome(() =>
    people("abc", async (a, b, c) => {
      const group = await together(a!, b!, c!);
      const { port } = c!.face.talk.address;
      await c!.stop();
      const path = join(a!.folder, "note.wav");
      await Deno.writeTextFile(path, "a note");
      await a!.face.talk.sendVoice(group, { path, seconds: 2.5, mediaType: "audio/wav" });
      // The recording is gone when it is sent.
      await Deno.remove(path);
      assert.equal((await b!.face.next("message")).what, "voice");
      const heard = await b!.face.next("voice");
      assert.deepEqual([heard.peer.name, heard.group?.name, heard.seconds], ["a", "friends", 2.5]);
      const delivered = await a!.face.next("delivered");
      assert.deepEqual([delivered.peer.name, delivered.what, delivered.group?.name], [
        "b",
        "voice",
        "friends",
      ]);
      assert.equal((await a!.face.next("sent")).id, delivered.id);
      await c!.start({}, port);
      assert.equal(await Deno.readTextFile((await c!.face.next("voice")).path), "a note");
      await until(() => a!.state.outbox.list().length === 0);
      await until(() => [...Deno.readDirSync(homePath("outbox"))].length === 0);
      const [kept] = c!.state.history.find({ talk: group.key, limit: 10 });
      assert.deepEqual([kept?.kind, kept?.seconds], ["voice", 2.5]);
    })
  ));

Deno.test("a voice note whose author is away comes from a member who has it", () =>
  withHome(() =>
    people("abc", async (a, b, c) => {
      const group = await together(a!, b!, c!);
      const { port } = c!.face.talk.address;
      await c!.stop();
      const path = join(a!.folder, "note.wav");
      await Deno.writeTextFile(path, "a note");
      await a!.face.talk.sendVoice(group, { path, seconds: 2.5, mediaType: "audio/wav" });
      await b!.face.next("voice");
      await a!.stop();
      await c!.start({}, port);
      const heard = await c!.face.next("voice");
      assert.deepEqual([heard.peer.name, heard.seconds], ["a", 2.5]);
      assert.equal(await Deno.readTextFile(heard.path), "a note");
    })
  ));
