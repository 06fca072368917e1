/** What calls a person: mentions, bells, notifications; times beside messages. */
import assert from "node:assert/strict";
import { attention, mentions, notification } from "../../commands/faces/attention.ts";
import { dayOf, messageClock } from "../../commands/faces/clock.ts";

const XTERM = { term: "xterm-256color", vte: false, program: "", tmux: false };

Deno.test("a mention is a word of its own, and in Chinese wherever it stands", () => {
  const words = ["Alice", "小红"];
  for (const text of ["alice?", "@ALICE, hi", "hi alice", "小红你好", "请小红看看"]) {
    assert.ok(mentions(text, words), text);
  }
  for (const text of ["malice", "alices", "alice2", "小明", ""]) {
    assert.ok(!mentions(text, words), text);
  }
  assert.ok(!mentions("anything", []));
});

Deno.test("a bell and a notification come for what they are wanted for, and say who wrote", () => {
  const call = (bell: "off" | "mention" | "all", notify: typeof bell, mention: boolean) =>
    attention({ mention: [], bell, notify }, mention, "message from alice", XTERM);
  assert.equal(call("off", "off", true), "");
  assert.equal(call("mention", "off", false), "");
  assert.equal(call("mention", "off", true), "\x07");
  assert.equal(call("all", "off", false), "\x07");
  assert.equal(call("off", "all", false), "\x1b]9;message from alice\x07");
});

Deno.test("terminals are notified each in its way, and nothing ends the sequence early", () => {
  const of = (kind: Partial<typeof XTERM>) => notification("a;b\x07c", { ...XTERM, ...kind });
  assert.equal(of({}), "\x1b]9;a b c\x07");
  assert.equal(of({ vte: true }), "\x1b]777;notify;p2p;a b c\x07");
  assert.equal(of({ term: "rxvt-unicode" }), "\x1b]777;notify;p2p;a b c\x07");
  assert.equal(of({ tmux: true }), "\x1bPtmux;\x1b\x1b]9;a b c\x07\x1b\\");
});

Deno.test("a message of another day has its day", () => {
  const now = new Date(2026, 10, 27, 12, 30).getTime();
  const earlier = new Date(2026, 10, 26, 23, 5).getTime();
  assert.equal(messageClock({ time: now }, now), "12:30");
  assert.equal(messageClock({ time: earlier }, now), "2026-11-26 23:05");
  assert.equal(messageClock({ time: now, clockAhead: 200_000 }, now), "12:30?");
  assert.equal(dayOf(now), "2026-11-27");
});
