// What a file may make its reader compute: bounded unless allowed, and never without turns for others.
import assert from "node:assert/strict";
import { type Bytes, utf8 } from "../../lib/bytes.ts";
import { scrypt as slowScrypt } from "@noble/hashes/scrypt.js";
import { derNumber, derOctets, derOid, derSequence } from "../../lib/crypto/der.ts";
import { checkIterations, checkScryptCost } from "../../lib/crypto/kdf-cost.ts";
import { decodePrivateKey } from "../../lib/crypto/keys/decode.ts";
import * as oid from "../../lib/crypto/keys/oids.ts";
import { pbkdf2Key } from "../../lib/crypto/pbkdf2.ts";
import { scryptKey, scryptKeyAsync } from "../../lib/crypto/scrypt.ts";
import { LimitError } from "../../lib/errors.ts";
import { english } from "../support/english.ts";

const ask = () => Promise.resolve(utf8("passphrase"));

/** An encrypted key whose derivation is `kdf`; what it holds does not matter. */
function encryptedKey(kdf: Bytes): Bytes {
  const cipher = derSequence(derOid(oid.SM4_CBC), derOctets(new Uint8Array(16)));
  return derSequence(
    derSequence(derOid(oid.PBES2), derSequence(kdf, cipher)),
    derOctets(new Uint8Array(32)),
  );
}

function scryptParameters(n: number, r: number, p: number): Bytes {
  const numbers = [n, r, p].map(derNumber);
  return derSequence(derOid(oid.SCRYPT), derSequence(derOctets(utf8("salt")), ...numbers));
}

function pbkdf2Parameters(iterations: number): Bytes {
  const prf = derSequence(derOid(oid.HMAC_SM3));
  const parameters = derSequence(derOctets(utf8("salt")), derNumber(iterations), prf);
  return derSequence(derOid(oid.PBKDF2), parameters);
}

Deno.test("a key that asks for an hour is refused at once, by name, with the way to allow it", async () => {
  for (
    const kdf of [
      scryptParameters(2 ** 13, 8, 2 ** 14), // N·r·p
      scryptParameters(2 ** 23, 8, 1024),
      scryptParameters(2 ** 21, 8, 1), // memory
      scryptParameters(2, 2 ** 23, 1),
      pbkdf2Parameters(10_000_001),
      pbkdf2Parameters(2 ** 40),
    ]
  ) {
    const started = performance.now();
    const error = await decodePrivateKey(encryptedKey(kdf), ask, { name: "slow.pem" }).then(
      () => assert.fail("it was computed"),
      (reason: unknown) => reason,
    );
    assert.ok(performance.now() - started < 1000);
    assert.ok(error instanceof LimitError, String(error));
    assert.match(english(error), /^read private key slow\.pem: its passphrase takes \d+ times/);
    assert.match(english(error.hint), /--slow-kdf/);
  }
});

Deno.test("what is allowed is still bounded by what a machine has", () => {
  const costly = { costly: true };
  checkScryptCost({ logN: 21, r: 8, p: 1 }, costly);
  checkIterations(100_000_000, costly);
  assert.throws(() => checkScryptCost({ logN: 30, r: 8, p: 1 }, costly), LimitError);
  assert.throws(() => checkScryptCost({ logN: 10, r: 8, p: 2 ** 30 }, costly), LimitError);
  assert.throws(() => checkIterations(2 ** 33, costly), LimitError);
  for (const none of [0, -1, 1.5, NaN]) assert.throws(() => checkIterations(none), LimitError);
});

Deno.test("deriving gives others their turn at least every 50 ms", async () => {
  const longest = async (work: (turn: () => Promise<void>) => Promise<unknown>) => {
    let last = performance.now(), worst = 0, turns = 0;
    await work(async () => {
      worst = Math.max(worst, performance.now() - last);
      turns++;
      await Promise.resolve();
      last = performance.now();
    });
    return { worst, turns };
  };
  await longest((turn) => pbkdf2Key("sm3", utf8("p"), utf8("s"), 100_000, 16, { turn })); // warm
  const sm3 = await longest((turn) =>
    pbkdf2Key("sm3", utf8("p"), utf8("s"), 300_000, 16, { turn })
  );
  const cost = { logN: 15, r: 8, p: 2 };
  const scrypt = await longest((turn) => scryptKeyAsync(utf8("p"), utf8("s"), cost, 16, { turn }));
  for (const [name, { worst, turns }] of Object.entries({ sm3, scrypt })) {
    assert.ok(turns >= 8, `${name}: ${turns} turns`);
    assert.ok(worst < 200, `${name}: ${worst} ms without one`); // 50 and the noise of a loaded machine
  }
});

Deno.test("scrypt is the library's, for any cost", async () => {
  for (
    const [logN, r, p] of [[1, 1, 1], [4, 3, 2], [5, 8, 1], [6, 1, 16], [9, 17, 3]] as const
  ) {
    const expected = slowScrypt(utf8("password"), utf8("salt"), { N: 2 ** logN, r, p, dkLen: 50 });
    const cost = { logN, r, p };
    assert.deepEqual(scryptKey(utf8("password"), utf8("salt"), cost, 50), new Uint8Array(expected));
    assert.deepEqual(
      await scryptKeyAsync(utf8("password"), utf8("salt"), cost, 50),
      new Uint8Array(expected),
    );
  }
});
