/** The small parts of the session: checks and cookies, rates, safety numbers, the state table. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHex, hex } from "../../lib/bytes.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { LocalProtocolError } from "../../lib/errors.ts";
import { CookieChecker, isMac1, mac1Of, mac2Of } from "../../lib/session/mac.ts";
import { SourceRates, TokenBucket } from "../../lib/session/rate.ts";
import { formatSafetyNumber, safetyNumber } from "../../lib/session/safety-number.ts";
import { nextState, stateDiagram, TRANSITIONS } from "../../lib/session/states.ts";
import { isTicketValid, TICKET_LIFETIME_MS, ticketOf } from "../../lib/session/ticket.ts";
import { seededRandom } from "../peer/network.ts";

Deno.test("datagram mac1: fits the bytes it was made over, and no others", () => {
  const covered = seededRandom("covered")(100);
  const mac1 = mac1Of(covered);
  assert.equal(mac1.length, 16);
  assert.ok(isMac1(covered, mac1));
  for (let i = 0; i < covered.length; i++) {
    const changed = covered.slice();
    changed[i]! ^= 1;
    assert.ok(!isMac1(changed, mac1));
  }
  assert.ok(!isMac1(covered, mac1.subarray(1)));
});

Deno.test("cookies: for one source, for two to four minutes", () => {
  const jar = new CookieChecker(seededRandom("jar"));
  const covered = seededRandom("initiation")(1184);
  const cookie = jar.cookie("192.0.2.1 9999", 1000);
  const mac2 = mac2Of(cookie, covered);
  const good = (now: number, source = "192.0.2.1 9999") =>
    jar.recognises(source, covered, mac2, now);
  assert.ok(good(1000));
  assert.ok(!good(1000, "192.0.2.1 9998"));
  assert.ok(!good(1000, "192.0.2.2 9999"));
  assert.ok(good(119_000));
  assert.ok(good(122_000), "the previous secret still counts");
  assert.ok(good(240_000));
  assert.ok(!good(243_000));
  assert.ok(!good(1_000_000));
});

Deno.test("token bucket: a burst, then a steady rate", () => {
  const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, 0);
  const taken = (now: number) => [1, 2, 3, 4].filter(() => bucket.take(now)).length;
  assert.equal(taken(0), 3);
  assert.equal(taken(0), 0);
  assert.equal(taken(500), 1);
  assert.equal(taken(400), 0, "a clock that goes back gives nothing");
  assert.equal(taken(60_000), 3);
});

Deno.test("source rates: one source does not use up another's, and the table is bounded", () => {
  const rates = new SourceRates({ burst: 2, perSecond: 1 }, 100, 0);
  assert.deepEqual([rates.take("a", 0), rates.take("a", 0), rates.take("a", 0)], [
    true,
    true,
    false,
  ]);
  assert.ok(rates.take("b", 0));
  for (let i = 0; i < 10_000; i++) rates.take(`flood ${i}`, 0);
  assert.ok(rates.size <= 100);
  assert.ok(!rates.take("a", 0), "still remembered");
  assert.ok(rates.take("late", 60_000), "old buckets make room");
});

Deno.test("safety number: 60 digits, the same on both sides, another for any other key (threat 21)", () => {
  const random = seededRandom("safety");
  const [a, b, c] = [0, 1, 2].map(() => generateKeyPair(random).publicKey);
  const number = safetyNumber(a!, b!);
  assert.match(number, /^\d{60}$/);
  assert.equal(number, safetyNumber(b!, a!));
  assert.notEqual(number, safetyNumber(a!, c!));
  assert.notEqual(number, safetyNumber(c!, b!));
  const shown = formatSafetyNumber(number);
  assert.match(shown, /^(\d{5} ){11}\d{5}$/);
  assert.equal(shown.replaceAll(" ", ""), number);
  const close = a!.slice();
  close[32]! ^= 1;
  assert.notEqual(number, safetyNumber(close, b!));
});

Deno.test("safety number: a known value, the base point and its negative", () => {
  const generator = fromHex("0232c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7");
  const negated = fromHex("0332c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7");
  assert.equal(
    formatSafetyNumber(safetyNumber(generator, negated)),
    "20616 44975 44883 12263 06228 39483 71132 28329 14484 47631 78006 28990", // computed with another SM3
  );
});

Deno.test("state table: every state can be reached, ends are ends, and nothing else happens", () => {
  const states = Object.keys(TRANSITIONS);
  const reached = new Set(["initiating", "established"]);
  for (const triggers of Object.values(TRANSITIONS)) {
    for (const next of Object.values(triggers)) {
      assert.ok(states.includes(next));
      reached.add(next);
    }
  }
  assert.deepEqual([...reached].sort(), [...states].sort());
  assert.equal(nextState("initiating", "response"), "confirming");
  assert.throws(() => nextState("closed", "close"), LocalProtocolError);
  assert.throws(() => nextState("established", "response"), LocalProtocolError);
});

Deno.test("state table: docs/protocol.md draws the same diagram", () => {
  const doc = Deno.readTextFileSync(new URL("../../docs/protocol.md", import.meta.url));
  assert.ok(doc.includes("```mermaid\n" + stateDiagram() + "```"));
});

Deno.test("tickets: named by their secret, valid for seven days, whichever way the clock moves", () => {
  const secret = seededRandom("secret")(32);
  const key = seededRandom("key")(33);
  const ticket = ticketOf(secret, key, 1_000_000_000_000);
  assert.equal(ticket.name.length, 16);
  assert.equal(hex(ticket.name), hex(ticketOf(secret, key, 5).name));
  assert.notEqual(hex(ticket.name), hex(ticketOf(key.slice(1), key, 5).name));
  assert.ok(isTicketValid(ticket, ticket.authenticatedAt));
  assert.ok(isTicketValid(ticket, ticket.authenticatedAt + TICKET_LIFETIME_MS - 1));
  assert.ok(!isTicketValid(ticket, ticket.authenticatedAt + TICKET_LIFETIME_MS));
  assert.ok(!isTicketValid(ticket, ticket.authenticatedAt - TICKET_LIFETIME_MS));
});

Deno.test("mac1 of any two different byte strings differs", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
    fc.pre(hex(a) !== hex(b));
    assert.notEqual(hex(mac1Of(a)), hex(mac1Of(b)));
  }));
});
