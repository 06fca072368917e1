/** Contacts and known keys: kept, found, bounded, never replaced silently, and nothing of them in plain. */
import assert from "node:assert/strict";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { P2PError, UsageError } from "../../lib/errors.ts";
import { contactName, couldBeContact, skeleton } from "../../lib/state/contact-name.ts";
import { MAX_STRANGERS } from "../../lib/state/known-keys.ts";
import { allBytes, asBytes, withStateHome } from "./support.ts";

const KEY = generateKeyPair().publicKey;
const OTHER = generateKeyPair().publicKey;
const NOW = new Date("2026-01-02T03:04:05Z");

function code(expected: string) {
  return (error: unknown) => error instanceof P2PError && error.code === expected;
}

Deno.test("a contact is kept, found by name and key, and forgotten", () =>
  withStateHome(async (home) => {
    const { contacts } = await home.open();
    assert.deepEqual(contacts.list(), []);
    contacts.save({ name: "Zoë", key: KEY, address: "1.2.3.4", added: NOW.toISOString() });
    const again = (await home.open()).contacts;
    assert.deepEqual(again.find("Zoe\u0308")?.key, KEY);
    assert.equal(again.byKey(KEY)?.name, "Zoë");
    assert.equal(again.find("Zoë")?.address, "1.2.3.4");
    assert.equal(again.find("zoe"), undefined, "only exactly that name");
    assert.equal((await Deno.stat(`${home.path}/p2p.db`)).mode! & 0o777, 0o600);
    assert.equal((await Deno.stat(`${home.path}/p2p.db-wal`)).mode! & 0o777, 0o600);
    assert.equal(contacts.remove("Zoë"), true);
    assert.equal(again.remove("Zoë"), false);
  }));

Deno.test("a contact's key is never replaced but by accept-key, and the verified mark goes with it", () =>
  withStateHome(async (home) => {
    const { contacts } = await home.open();
    contacts.save({ name: "bob", key: KEY, added: NOW.toISOString() });
    contacts.setVerified("bob", NOW);
    assert.throws(
      () => contacts.save({ name: "bob", key: OTHER, added: NOW.toISOString() }),
      code("contact.other-key"),
    );
    contacts.offer("bob", OTHER);
    assert.deepEqual(contacts.find("bob")?.key, KEY, "an offered key counts for nothing");
    assert.notEqual(contacts.find("bob")?.verified, undefined);
    contacts.acceptKey("bob", OTHER);
    const { key, verified, offered } = contacts.find("bob")!;
    assert.deepEqual({ key, verified, offered }, {
      key: OTHER,
      verified: undefined,
      offered: undefined,
    });
    assert.equal(contacts.byKey(KEY), undefined);
  }));

Deno.test("a contact is renamed, blocked, and no two can be taken for each other", () =>
  withStateHome(async (home) => {
    const { contacts } = await home.open();
    contacts.save({ name: "alice", key: KEY, added: NOW.toISOString() });
    for (const alike of ["Alice", "аlice", "al1ce", "ａｌｉｃｅ", "a lice", "álice"]) {
      assert.throws(
        () => contacts.save({ name: alike, key: OTHER, added: NOW.toISOString() }),
        code("contact.confusable"),
        alike,
      );
      assert.equal(contacts.find(alike), undefined, alike);
    }
    contacts.save({ name: "bob", key: OTHER, added: NOW.toISOString() });
    assert.throws(() => contacts.rename("bob", "Αlice"), code("contact.confusable"));
    contacts.rename("alice", "Alice");
    assert.equal(contacts.find("Alice")?.name, "Alice", "its own look-alike is free to take");
    contacts.rename("Alice", "李雷");
    assert.deepEqual(contacts.names(), ["bob", "李雷"]);
    assert.equal(contacts.find("alice"), undefined);
    assert.throws(() => contacts.rename("alice", "x"), code("contact.none"));
    contacts.setBlocked("李雷", true);
    assert.equal(contacts.byKey(KEY)?.blocked, true);
    contacts.setBlocked("李雷", false);
    assert.equal(contacts.byKey(KEY)?.blocked, undefined);
  }));

Deno.test("names that could be taken for something else are no contact names", () => {
  const bad = [
    "",
    " ",
    "-x",
    "p2p1abc",
    "P2P1ABC",
    "a/b",
    "a:b",
    "a\u202eb",
    "x".repeat(65),
    "__proto__",
  ];
  const addresses = [
    "1.2.3.4",
    "12",
    "0x7f",
    "localhost",
    "alice.example",
    "A.B.ORG.",
    "ab".repeat(33),
  ];
  for (const name of [...bad, ...addresses]) {
    assert.throws(() => contactName(name), UsageError, name);
    assert.equal(couldBeContact(name), false, name);
  }
  for (const good of ["bob", "李雷", "Anne-Marie O'Neil 2", "a.b_c", "J.R."]) {
    contactName(good);
    assert.ok(couldBeContact(good));
  }
  assert.equal(skeleton("rnary"), skeleton("mary"));
  assert.notEqual(skeleton("李雷"), skeleton("李蕾"));
});

Deno.test("the first key at an address is pinned and stays pinned", () =>
  withStateHome(async (home) => {
    const { knownKeys } = await home.open();
    assert.equal(knownKeys.pin("1.2.3.4:9"), undefined);
    assert.deepEqual(knownKeys.note(KEY, NOW, "1.2.3.4:9"), { known: undefined, pin: undefined });
    const again = knownKeys.note(OTHER, NOW, "1.2.3.4:9");
    assert.deepEqual(again.pin?.key, KEY);
    assert.deepEqual(knownKeys.pin("1.2.3.4:9")?.key, KEY);
    assert.equal(knownKeys.get(OTHER), undefined);
    knownKeys.offer("1.2.3.4:9", OTHER);
    assert.deepEqual(knownKeys.pin("1.2.3.4:9")?.key, KEY);
    assert.deepEqual(knownKeys.pin("1.2.3.4:9")?.offered, OTHER);
    knownKeys.acceptKey("1.2.3.4:9", OTHER);
    assert.deepEqual(knownKeys.pins().map(({ key, address }) => [key, address]), [[
      OTHER,
      "1.2.3.4:9",
    ]]);
    assert.equal(knownKeys.forgetAddress("1.2.3.4:9"), true);
    assert.equal(knownKeys.forgetAddress("1.2.3.4:9"), false);
  }));

Deno.test("a verified key stays verified until it is taken back", () =>
  withStateHome(async (home) => {
    const { knownKeys } = await home.open();
    knownKeys.note(KEY, NOW);
    assert.equal(knownKeys.get(KEY)?.verified, undefined);
    knownKeys.setVerified(KEY, NOW);
    knownKeys.note(KEY, new Date("2026-05-05"), "1.2.3.4:9");
    const known = knownKeys.get(KEY);
    assert.equal(known?.verified, NOW.toISOString());
    assert.equal(known?.first, NOW.toISOString());
    knownKeys.setVerified(KEY, undefined);
    assert.equal(knownKeys.get(KEY)?.verified, undefined);
  }));

Deno.test("strangers are bounded, whoever is verified or blocked stays, and a meeting costs the same", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    const { knownKeys } = state;
    const [friend, foe] = [KEY, OTHER];
    knownKeys.setVerified(friend, new Date(0));
    knownKeys.setBlocked(foe, true);
    const cost = (keys: readonly Uint8Array[], day: number) => {
      const before = performance.now();
      for (const key of keys) knownKeys.note(key, new Date(day * 86_400_000));
      return (performance.now() - before) / keys.length;
    };
    const fresh = (count: number) =>
      Array.from({ length: count }, () => generateKeyPair().publicKey);
    const first = fresh(200);
    const early = cost(first, 1);
    state.transaction(() => cost(fresh(MAX_STRANGERS - 200), 2));
    assert.notEqual(knownKeys.get(first[0]!), undefined);
    const late = cost(fresh(200), 3);
    assert.deepEqual(first.map((key) => knownKeys.get(key)), first.map(() => undefined));
    assert.ok(late < 3 * early + 3, `${late} ms each, ${early} ms at first`);
    assert.ok(knownKeys.get(friend)?.verified);
    assert.ok(knownKeys.get(foe)?.blocked);
  }));

Deno.test("writers in several programs lose nothing of each other's", () =>
  withStateHome(async (home) => {
    const states = await Promise.all(Array.from({ length: 4 }, () => home.open()));
    const keys = Array.from({ length: 20 }, () => generateKeyPair().publicKey);
    keys.forEach((key, i) => states[i % 4]!.knownKeys.note(key, NOW, `10.0.0.${i}:1`));
    assert.equal(states[0]!.knownKeys.pins().length, 20);
    assert.equal(states[1]!.knownKeys.recent(100).length, 20);
  }));

Deno.test("nothing of a contact or a meeting is in the files in plain, nor left there after its removal", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    const words = ["Wilhelmina", "客人张三", "192.0.2.77:9999", "host-of-secrets.example"];
    state.contacts.save({ name: words[0]!, key: KEY, address: words[3], added: NOW.toISOString() });
    state.contacts.save({ name: words[1]!, key: OTHER, added: NOW.toISOString() });
    state.knownKeys.note(KEY, NOW, words[2]);
    state.settings.set("announce", "host-of-secrets.example");
    const text = allBytes(home.path);
    for (const word of [...words, encodePublicKeyText(KEY), String.fromCharCode(...KEY)]) {
      assert.ok(!text.includes(asBytes(word)) && !text.includes(word), word);
    }
    assert.deepEqual(state.settings.list(), [["announce", "host-of-secrets.example"]]);
  }));

Deno.test("rows cannot be swapped, and a damaged one is told and left out", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    state.contacts.save({ name: "alice", key: KEY, added: NOW.toISOString() });
    state.contacts.save({ name: "bob", key: OTHER, added: NOW.toISOString() });
    state.close();
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(`${home.path}/p2p.db`);
    const rows = database.prepare("SELECT id, body FROM contact").all();
    const swap = database.prepare("UPDATE contact SET body = ? WHERE id = ?");
    swap.run(rows[0]!["body"]!, rows[1]!["id"]!);
    database.close();
    const { contacts } = await home.open();
    assert.equal(contacts.list().length, 1);
    assert.deepEqual(contacts.names(), contacts.list().map(({ name }) => name));
    assert.deepEqual(home.troubles.map((problem) => problem.code), ["state.damaged-row"]);
  }));

Deno.test("each identity has its own rows, and cannot read another's", () =>
  withStateHome(async (home) => {
    const { contacts } = await home.open();
    contacts.save({ name: "alice", key: KEY, added: NOW.toISOString() });
    const other = await home.open({ identity: generateKeyPair() });
    assert.deepEqual(other.contacts.list(), []);
    other.contacts.save({ name: "alice", key: OTHER, added: NOW.toISOString() });
    assert.deepEqual(contacts.find("alice")?.key, KEY);
  }));
