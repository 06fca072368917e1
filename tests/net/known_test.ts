/** Contacts and pinned keys on disk. */
import assert from "node:assert/strict";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { FailureError, UsageError } from "../../lib/errors.ts";
import {
  contactByKey,
  contactKey,
  contactName,
  contacts,
  findContact,
  removeContact,
  saveContact,
} from "../../lib/state/contacts.ts";
import {
  forgetAddress,
  knownKey,
  notePeer,
  pinnedKey,
  pins,
  setVerified,
} from "../../lib/state/known-peers.ts";
import { withHome } from "./support.ts";

const KEY = generateKeyPair().publicKey;
const OTHER = generateKeyPair().publicKey;
const NOW = new Date("2026-01-02T03:04:05Z");

Deno.test("a contact is kept, found by name and key, and forgotten", () =>
  withHome(async (home) => {
    assert.deepEqual(await contacts(), []);
    await saveContact({ name: "Zoë", key: KEY, address: "1.2.3.4", added: NOW.toISOString() });
    assert.deepEqual(await contactKey("Zoe\u0308"), KEY);
    assert.equal((await contactByKey(KEY))?.name, "Zoë");
    assert.equal((await findContact("Zoë"))?.address, "1.2.3.4");
    assert.equal((await Deno.stat(`${home}/contacts.json`)).mode! & 0o777, 0o600);
    assert.equal((await Deno.stat(home)).mode! & 0o777, 0o700);
    assert.equal(await removeContact("Zoë"), true);
    assert.equal(await removeContact("Zoë"), false);
  }));

Deno.test("a contact's key is never replaced", () =>
  withHome(async () => {
    await saveContact({ name: "bob", key: KEY, added: NOW.toISOString() });
    await assert.rejects(
      saveContact({ name: "bob", key: OTHER, added: NOW.toISOString() }),
      FailureError,
    );
    assert.deepEqual(await contactKey("bob"), KEY);
  }));

Deno.test("names that could be taken for something else are no contact names", () => {
  for (
    const bad of ["", " ", "-x", "p2p1abc", "a/b", "a:b", "a\u202eb", "x".repeat(65), "__proto__"]
  ) {
    assert.throws(() => contactName(bad), UsageError, bad);
  }
  for (const good of ["bob", "李雷", "Anne-Marie O'Neil 2", "a.b_c"]) contactName(good);
});

Deno.test("the first key at an address is pinned and stays pinned", () =>
  withHome(async () => {
    assert.equal(await pinnedKey("1.2.3.4:9"), undefined);
    assert.deepEqual(await notePeer(KEY, NOW, "1.2.3.4:9"), { known: undefined, pin: undefined });
    const again = await notePeer(OTHER, NOW, "1.2.3.4:9");
    assert.deepEqual(again.pin?.key, KEY);
    assert.deepEqual((await pinnedKey("1.2.3.4:9"))?.key, KEY);
    assert.equal(await knownKey(OTHER), undefined);
    assert.equal(await forgetAddress("1.2.3.4:9"), true);
    assert.equal(await forgetAddress("1.2.3.4:9"), false);
    await notePeer(OTHER, NOW, "1.2.3.4:9");
    assert.deepEqual((await pins()).map(({ key }) => key), [OTHER]);
  }));

Deno.test("a verified key stays verified until it is taken back", () =>
  withHome(async () => {
    await notePeer(KEY, NOW);
    assert.equal((await knownKey(KEY))?.verified, undefined);
    await setVerified(KEY, NOW);
    await notePeer(KEY, new Date("2026-05-05"), "1.2.3.4:9");
    const known = await knownKey(KEY);
    assert.equal(known?.verified, NOW.toISOString());
    assert.equal(known?.first, NOW.toISOString());
    await setVerified(KEY, undefined);
    assert.equal((await knownKey(KEY))?.verified, undefined);
  }));

Deno.test("many writers at once lose nothing of each other's", () =>
  withHome(async () => {
    const keys = Array.from({ length: 20 }, () => generateKeyPair().publicKey);
    await Promise.all(keys.map((key, i) => notePeer(key, NOW, `10.0.0.${i}:1`)));
    assert.equal((await pins()).length, 20);
  }));

Deno.test("a damaged state file is a clear error, not a fresh start", () =>
  withHome(async (home) => {
    await notePeer(KEY, NOW, "1.2.3.4:9");
    for (const bad of ["{", "[]", "{}", '{"addresses":{"x":{"key":"p2p1x"}},"keys":{}}']) {
      await Deno.writeTextFile(`${home}/known-peers.json`, bad);
      await assert.rejects(pinnedKey("1.2.3.4:9"), FailureError, bad);
    }
  }));
