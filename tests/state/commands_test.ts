/** `p2p contact`, `history`, `outbox`, as sessions at a terminal. */
import assert from "node:assert/strict";
import { encodePublicKeyText, fingerprint } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { exists } from "../../lib/files/look.ts";
import { p2p, type Ran } from "./program.ts";
import { allBytes, asBytes } from "./support.ts";

async function withHome(use: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "p2p-commands-" });
  try {
    await use(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** A run that ends with `code`; its output. */
async function ended(code: number, run: Promise<Ran>): Promise<Ran> {
  const ran = await run;
  assert.equal(ran.code, code, `${ran.stdout}${ran.stderr}`);
  assert.doesNotMatch(ran.stderr, /internal error/);
  return ran;
}

Deno.test("contacts: list, add, show, rename, block, accept-key, remove", () =>
  withHome(async (home) => {
    const [old, next] = [generateKeyPair().publicKey, generateKeyPair().publicKey];
    const empty = await ended(0, p2p(home, "contact", "list"));
    assert.deepEqual([empty.stdout, empty.stderr], [
      "",
      "no contacts yet: p2p contact add NAME makes one\n",
    ]);
    assert.ok(!exists(`${home}/identity.pem`), "looking makes no identity");
    const keyText = encodePublicKeyText(old);
    await ended(0, p2p(home, "contact", "add", "alice", keyText, "--address", "10.0.0.7"));
    const twin = await ended(1, p2p(home, "contact", "add", "Аlice", encodePublicKeyText(next)));
    assert.match(twin.stderr, /can be taken for the contact alice/);
    await ended(2, p2p(home, "contact", "add", "10.0.0.9", keyText));
    await ended(0, p2p(home, "contact", "rename", "alice", "李雷"));
    const asked = await ended(0, p2p(home, "contact", "verify", "李雷"));
    assert.match(asked.stderr, /then: p2p contact verify "李雷" --yes\n$/);
    await ended(0, p2p(home, "contact", "verify", "李雷", "--yes"));
    await ended(0, p2p(home, "contact", "block", "李雷"));
    const listed = await ended(0, p2p(home, "contact", "list"));
    assert.equal(listed.stdout, `李雷\t${keyText}\t10.0.0.7:9999\tverified,blocked\n`);
    await ended(0, p2p(home, "contact", "unblock", "李雷"));
    const unsure = await ended(
      1,
      p2p(home, "contact", "accept-key", "李雷", encodePublicKeyText(next)),
    );
    assert.equal(
      unsure.stdout,
      `known until now: ${fingerprint(old)}\nfrom now on:     ${fingerprint(next)}\n`,
    );
    await ended(0, p2p(home, "contact", "accept-key", "李雷", encodePublicKeyText(next), "--yes"));
    const shown = JSON.parse(
      (await ended(0, p2p(home, "contact", "show", "李雷", "--json"))).stdout,
    );
    assert.deepEqual(
      [shown.name, shown.key, shown.address, shown.verified],
      ["李雷", encodePublicKeyText(next), "10.0.0.7:9999", undefined],
    );
    const file = `${home}/m`;
    await Deno.writeTextFile(file, "x");
    await ended(0, p2p(home, "enc", "-r", "李雷", "-o", `${file}.enc`, file));
    await ended(0, p2p(home, "contact", "remove", "李雷"));
    const gone = await ended(1, p2p(home, "contact", "show", "李雷"));
    assert.match(
      gone.stderr,
      /^p2p: find contact 李雷: there is none of that name\n {5}p2p contact list/,
    );
    await ended(1, p2p(home, "enc", "-r", "李雷", "-o", `${file}.enc2`, file));
  }));

Deno.test("what is written for later: outbox, history, search, export, cancel, delete, and no word left", () =>
  withHome(async (home) => {
    const key = encodePublicKeyText(generateKeyPair().publicKey);
    await ended(0, p2p(home, "contact", "add", "bob", key, "--address", "127.0.0.1:1"));
    const words = ["前言你好世界", "see you at eight", "last words"];
    for (const text of words) {
      await ended(0, p2p(home, "chat", "bob", "-m", text, "--later"));
    }
    const outbox = await ended(0, p2p(home, "outbox", "--json"));
    const entries = outbox.stdout.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(entries.map(({ text, state, peer }) => [text, state, peer.name]), [
      ...words.map((text) => [text, "waiting", "bob"]),
    ]);
    await ended(0, p2p(home, "outbox", "cancel", entries[1].id.slice(0, 8)));
    await ended(1, p2p(home, "outbox", "cancel", entries[1].id));
    const found = await ended(0, p2p(home, "history", "bob", "--search", "你好"));
    assert.match(
      found.stdout,
      /^\d{4}-\d\d-\d\d \d\d:\d\d {2}me → bob: 前言你好世界 {2}\(waiting\)\n$/,
    );
    await ended(0, p2p(home, "history", "--export", `${home}/out.jsonl`));
    assert.equal((await Deno.stat(`${home}/out.jsonl`)).mode! & 0o777, 0o600);
    const states = (await Deno.readTextFile(`${home}/out.jsonl`)).trim().split("\n")
      .map((line) => JSON.parse(line).state);
    assert.deepEqual(states, ["waiting", "cancelled", "waiting"]);
    await Deno.remove(`${home}/out.jsonl`);
    const none = await ended(0, p2p(home, "history", "--since", "2100-01-01"));
    assert.deepEqual([none.stdout, none.stderr], ["", "nothing found\n"]);
    await ended(2, p2p(home, "history", "--since", "yesterday"));
    await ended(1, p2p(home, "history", "delete", "bob"));
    const deleted = await ended(0, p2p(home, "history", "delete", "bob", "--yes"));
    assert.equal(deleted.stderr, "deleted 3 messages with bob\n");
    assert.equal((await ended(0, p2p(home, "history", "bob"))).stdout, "");
    const waiting = await ended(0, p2p(home, "outbox"));
    assert.equal(waiting.stdout.trim().split("\n").length, 2, "what waits still goes out");
    for (const word of words) assert.ok(!allBytes(home).includes(asBytes(word)), word);
  }));
