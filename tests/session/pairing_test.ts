/** Pairing codes and the exchange behind them, in memory. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { randomBytes } from "../../lib/crypto/random.ts";
import { newPairCode, parsePairCode } from "../../lib/session/pair-code.ts";
import {
  decodePairHead,
  decodePairShare,
  encodePairFrame,
  PAIR_HEAD_BYTES,
  PairFrame,
  Pairing,
  type PairSession,
} from "../../lib/session/pairing.ts";

const CODE = newPairCode(randomBytes);
const SESSION: PairSession = {
  initiatorKey: new Uint8Array(33).fill(2),
  responderKey: new Uint8Array(33).fill(3),
  handshakeHash: new Uint8Array(32).fill(4),
};

function side(initiator: boolean, code = CODE, session = SESSION, name = "") {
  return new Pairing(code, session, { initiator, name, random: randomBytes });
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}

const body = (frame: Uint8Array) => frame.subarray(PAIR_HEAD_BYTES);

/** Both take the other's share; answers what each thinks of the other's proof. */
function exchange(a: Pairing, b: Pairing) {
  const [fromA, fromB] = [a.share(), b.share()];
  const names = [a.receive(body(fromB)), b.receive(body(fromA))];
  return {
    names,
    atA: codeOf(() => a.check(body(b.confirm()))),
    atB: codeOf(() => b.check(body(a.confirm()))),
  };
}

Deno.test("a code has nine digits, and any slip of one digit or two neighbours is noticed", () => {
  for (let i = 0; i < 200; i++) {
    const { text, digits, place } = newPairCode(randomBytes);
    assert.match(text, /^\d{3}-\d{3}-\d{3}$/);
    assert.equal(place, Number(digits.slice(0, 2)));
    assert.deepEqual(parsePairCode(text), parsePairCode(` ${digits} `));
    for (let at = 0; at < 9; at++) {
      for (let other = 0; other < 10; other++) {
        const slip = digits.slice(0, at) + other + digits.slice(at + 1);
        if (slip !== digits) assert.equal(codeOf(() => parsePairCode(slip)), "pair.mistyped");
      }
      const swapped = digits.slice(0, at) + (digits[at + 1] ?? "") + digits[at] +
        digits.slice(at + 2);
      if (swapped !== digits) assert.equal(codeOf(() => parsePairCode(swapped)), "pair.mistyped");
    }
  }
  const full = [...CODE.digits].map((digit) => String.fromCodePoint(0xff10 + Number(digit)));
  assert.equal(parsePairCode(full.join("")).digits, CODE.digits, "digits of a Chinese keyboard");
});

Deno.test("the same code proves itself on both sides, with the names they suggest", () => {
  const { names, atA, atB } = exchange(
    side(true, CODE, SESSION, "爱丽丝"),
    side(false, CODE, SESSION, "bob"),
  );
  assert.deepEqual([atA, atB], [undefined, undefined]);
  assert.deepEqual(names, ["bob", "爱丽丝"]);
});

Deno.test("another code, another key, another handshake, or a changed name is noticed by both", () => {
  const other = (change: Partial<PairSession>) => ({ ...SESSION, ...change });
  const wrong = [
    side(false, newPairCode(randomBytes)),
    side(false, CODE, other({ initiatorKey: new Uint8Array(33).fill(9) })),
    side(false, CODE, other({ responderKey: new Uint8Array(33).fill(9) })),
    side(false, CODE, other({ handshakeHash: new Uint8Array(32).fill(9) })),
    side(true),
  ];
  for (const [i, b] of wrong.entries()) {
    const { atA, atB } = exchange(side(true), b);
    assert.deepEqual([atA, atB], ["pair.other-code", "pair.other-code"], `${i}`);
  }
  const [a, b] = [side(true, CODE, SESSION, "alice"), side(false)];
  const changed = a.share();
  changed[changed.length - 1]! ^= 1;
  b.receive(body(changed));
  a.receive(body(b.share()));
  assert.equal(codeOf(() => b.check(body(a.confirm()))), "pair.other-code");
});

Deno.test("what was recorded in another run proves nothing, and a share that is sent back is refused", () => {
  const [a, b] = [side(true), side(false)];
  const [fromA, fromB] = [a.share(), b.share()];
  a.receive(body(fromB));
  b.receive(body(fromA));
  const [proofA, proofB] = [a.confirm(), b.confirm()];
  // The same code, and the session that the attacker cannot repeat.
  const fresh = side(false, CODE, { ...SESSION, handshakeHash: randomBytes(32) });
  fresh.receive(body(fromA));
  assert.equal(codeOf(() => fresh.check(body(proofA))), "pair.other-code");
  const again = side(true);
  again.receive(body(fromB));
  assert.equal(codeOf(() => again.check(body(proofB))), "pair.other-code", "another scalar");
  const mirror = side(true);
  assert.equal(codeOf(() => mirror.receive(body(mirror.share()))), "pair.invalid-share");
  const infinity = new Uint8Array(66);
  assert.equal(codeOf(() => side(true).receive(infinity)), "pair.invalid-share");
});

Deno.test("frames of any bytes are refused in order", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    for (const read of [() => decodePairHead(bytes.slice(0, 3)), () => decodePairShare(bytes)]) {
      assert.match(codeOf(read) ?? "pair.frame", /^pair\.frame$/);
    }
  }));
  assert.deepEqual(decodePairHead(encodePairFrame(PairFrame.done)), { type: 3, length: 0 });
});
