/** Every event of the application as JSON is what docs/json.schema.json says, and the schema says nothing of others. */
import assert from "node:assert/strict";
import { storedEvent } from "../../lib/api/feed.ts";
import { eventJson } from "../../lib/api/event-json.ts";
import { FailureError } from "../../lib/errors.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import { groupPerson, strangerOf } from "../../lib/talk/person.ts";
import { text } from "../../lib/text/catalogue.ts";
import { EVENT_TYPES, eventFault } from "../support/json-schema.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { withStateHome } from "../state/support.ts";

const key = generateKeyPair().publicKey;
const peer = strangerOf(key);
const named = { ...peer, name: "bob", label: "bob", verified: true };
const group = { id: "ab".repeat(32), name: "friends" };
const id = "0123456789abcdef".repeat(2);
const error = new FailureError("talk.expired", {});
const close = { by: "peer", code: 0, reason: "" } as const;

/** One of each type, and of what may be left out both. */
const EVENTS: {
  readonly [T in Exclude<TalkEvent["type"], "silent" | "answering">]: ReadonlyArray<
    Extract<TalkEvent, { type: T }>
  >;
} = {
  listening: [undefined, "12"].map((cursor) => ({
    ...{ type: "listening", address: { hostname: "::", port: 9999 }, dual: true },
    ...{ fingerprint: peer.fingerprint, key: peer.keyText, reachedAt: [], cursor },
  })),
  "first-contact": [{ type: "first-contact", peer, where: "10.0.0.2:9999", met: false }],
  "key-changed": [
    ...[undefined, "bob"].map((name) => ({
      ...{ type: "key-changed", where: "10.0.0.2:9999", name } as const,
      ...{ known: name, presented: name },
    })),
  ],
  connected: [{ type: "connected", peer: named, address: "10.0.0.2:9999", beside: false }],
  message: [
    { type: "message", peer, id, time: 1, text: "a", stored: true },
    { type: "message", peer: named, id, time: 1, text: "a", group, what: "files", clockAhead: -7 },
  ],
  sent: [
    { type: "sent", peer, id, what: "message", time: 1, text: "a" },
    {
      type: "sent",
      peer: groupPerson(group),
      id,
      what: "files",
      time: 1,
      text: "a",
      ref: { x: 1 },
    },
  ],
  delivered: [
    { type: "delivered", peer, id, what: "message", stored: true },
    { type: "delivered", peer, id, what: "files", stored: false, group, ref: null, bytes: 1 },
  ],
  waiting: [{ type: "waiting", peer, id, what: "voice", text: "a", error, ref: 1 }],
  failed: [{ type: "failed", peer, group, id, what: "message", text: "a", error, ref: "r" }],
  membership: [
    { type: "membership", group, change: "added", peer, by: undefined, self: true, mine: false },
    { type: "membership", group, change: "left", peer, by: named, self: false, mine: false },
  ],
  question: [{
    ...{ type: "question", id: "7", peer, what: "files", name: "a" },
    ...{ files: 1, folders: 0, bytes: 5, seconds: 0 },
  }],
  "question-over": [{ type: "question-over", id: "7" }],
  received: [
    { type: "received", peer, path: "in/a.txt", folder: false, files: 1, bytes: 3 },
    { type: "received", peer, group, path: "a", folder: true, files: 2, bytes: 3 },
  ],
  file: [{ type: "file", peer, name: "a", path: "in/a", size: 3, sm3: null }],
  voice: [undefined, group].map((place) => ({
    ...{ type: "voice", peer, path: "in/a", seconds: 1.5, waveform: undefined },
    ...(place === undefined ? {} : { group: place }),
  })),
  progress: [{
    ...{ type: "progress", id, peer, direction: "in", what: "files", name: "a" },
    ...{ bytes: 1, total: 2, resumed: 0 },
  }],
  "progress-over": [{ type: "progress-over", id }],
  present: [{ type: "present", peer, address: "10.0.0.2:9999" }],
  absent: [{ type: "absent", peer }],
  addressee: [{ type: "addressee", peer }],
  notice: (["info", "hint", "warning"] as const).map((level) => ({
    ...{ type: "notice", level, text: text("talk.input-not-utf8", { number: 1 }) },
  })),
  disconnected: [{ type: "disconnected", peer, info: close, beside: false }],
  error: [
    { type: "error", error },
    { type: "error", error, peer: groupPerson(group), ref: 1 },
    {
      type: "error",
      error: new FailureError("talk.problem", {
        doing: text("talk.read-command"),
        reason: text("system.pipe"),
      }),
      peer,
    },
  ],
};

/** Told by no event of the application: by commands that are run for themselves, or by the interface itself. */
const OTHERS = ["announced", "changed", "check", "code", "paired"];

Deno.test("every event of the application is what the schema says", () => {
  const seen = new Set<string>();
  const silence = (["silent", "answering"] as const).map((type) => ({ type, peer }));
  for (const event of [...Object.values(EVENTS).flat(), ...silence]) {
    for (const json of eventJson(event)) {
      const line = JSON.parse(JSON.stringify(json));
      assert.equal(eventFault(line), undefined, JSON.stringify(line));
      seen.add(line.type);
    }
  }
  assert.deepEqual([...seen, ...OTHERS].toSorted(), EVENT_TYPES.toSorted());
});

Deno.test("what is stored is told by the same events, with a cursor", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    const talk = key;
    const common = { id, written: 5, stored: 6, after: [], seq: 9 } as const;
    const messages = [
      { ...common, talk, author: key, kind: "text", text: "a", state: "received" },
      { ...common, talk, kind: "voice", text: "a", state: "sent" },
      {
        ...common,
        talk,
        author: key,
        kind: "file",
        text: "a",
        path: "in/a",
        bytes: 1,
        state: "received",
      },
      { ...common, talk, author: key, kind: "voice", text: "a", seconds: 2, state: "received" },
      {
        ...common,
        talk: new Uint8Array(32),
        author: key,
        kind: "file",
        text: "a",
        state: "received",
      },
      { ...common, talk: new Uint8Array(32), kind: "text", text: "a", state: "waiting" },
    ] as const;
    const types = messages.map((message) => {
      const json = JSON.parse(JSON.stringify(storedEvent({ state, self: key }, message)));
      assert.equal(eventFault(json), undefined, JSON.stringify(json));
      assert.equal(json.cursor, "9");
      return [json.type, json.what, json.own];
    });
    assert.deepEqual(types, [
      ["message", "message", undefined],
      ["message", "voice", true],
      ["received", "files", undefined],
      ["received", "voice", undefined],
      ["message", "files", undefined],
      ["message", "message", true],
    ]);
  }));
