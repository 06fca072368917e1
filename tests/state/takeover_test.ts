/** State files of 0.1 are taken over once, whole, and kept. */
import assert from "node:assert/strict";
import { base64, concat, hex, utf8 } from "../../lib/bytes.ts";
import { Sm4Gcm } from "../../lib/crypto/gcm.ts";
import { hkdfSm3 } from "../../lib/crypto/hkdf.ts";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { P2PError } from "../../lib/errors.ts";
import { exists } from "../../lib/files/look.ts";
import { type TestHome, withStateHome } from "./support.ts";

const [ALICE, BOB] = [generateKeyPair().publicKey, generateKeyPair().publicKey];
const TIME = "2025-05-05T05:05:05.000Z";

/** What a home of 0.1 held. */
async function writeOldState(home: TestHome): Promise<void> {
  const contacts = {
    alice: { key: encodePublicKeyText(ALICE), address: "1.2.3.4", verified: TIME, added: TIME },
    Alice: { key: encodePublicKeyText(BOB), added: TIME },
  };
  const known = {
    version: 1,
    addresses: { "5.6.7.8:9999": { key: encodePublicKeyText(BOB), first: TIME, last: TIME } },
    keys: { [encodePublicKeyText(BOB)]: { first: TIME, last: TIME, verified: TIME } },
  };
  await Deno.writeTextFile(`${home.path}/contacts.json`, JSON.stringify({ version: 1, contacts }));
  await Deno.writeTextFile(`${home.path}/known-peers.json`, JSON.stringify(known));
  await Deno.writeTextFile(`${home.path}/contacts.json.lock`, "");
  const label = utf8("p2p 1 session memory");
  const key = hkdfSm3(home.identity.secretKey, new Uint8Array(0), label, 16);
  const nonce = randomBytes(12);
  const plain = utf8(JSON.stringify({ tickets: [], timestamps: { [base64(BOB)]: 4242 } }));
  await Deno.writeFile(sessions(home), concat(nonce, new Sm4Gcm(key).seal(nonce, plain, label)));
}

function sessions({ path, identity }: TestHome): string {
  return `${path}/sessions-${hex(sm3(identity.publicKey)).slice(0, 8)}`;
}

Deno.test("contacts, known keys and timestamps of 0.1 are taken over once, and kept", () =>
  withStateHome(async (home) => {
    await writeOldState(home);
    const state = await home.open();
    assert.deepEqual(state.notices.map(({ code }) => code), [
      "state.took-over",
      "state.took-over-renamed",
    ]);
    const [first, second] = state.contacts.list();
    assert.deepEqual([first?.name, first?.key], ["Alice 2", BOB]);
    assert.deepEqual([second?.name, second?.address, second?.verified], ["alice", "1.2.3.4", TIME]);
    assert.deepEqual(state.knownKeys.pin("5.6.7.8:9999")?.key, BOB);
    assert.equal(state.knownKeys.get(BOB)?.verified, TIME);
    assert.equal(state.sessions.last(BOB), 4242);
    assert.ok(
      exists(`${home.path}/contacts.json.0.1`) && exists(`${home.path}/known-peers.json.0.1`),
    );
    for (const gone of ["contacts.json", "contacts.json.lock", "known-peers.json"]) {
      assert.ok(!exists(`${home.path}/${gone}`), gone);
    }
    assert.ok(!exists(sessions(home)), "no copy of the tickets stays");
    state.contacts.remove("alice");
    const again = await home.open();
    assert.deepEqual(again.notices, []);
    assert.equal(again.contacts.find("alice"), undefined, "what was removed does not come back");
    const other = await home.open({ identity: generateKeyPair() });
    assert.equal(other.contacts.find("alice")?.verified, TIME, "another identity takes them too");
  }));

Deno.test("damaged files of 0.1 are an error, not a fresh start, and are left as they are", () =>
  withStateHome(async (home) => {
    const path = `${home.path}/known-peers.json`;
    for (
      const bad of [
        "{",
        "[]",
        "{}",
        '{"addresses":{"x":{"key":"p2p1x"}},"keys":{}}',
        '{"keys":{"x":{}}}',
      ]
    ) {
      await Deno.writeTextFile(path, bad);
      await assert.rejects(home.open(), (error: unknown) => {
        assert.ok(error instanceof P2PError && error.code === "state.open", bad);
        assert.equal((error.params["reason"] as { code: string }).code, "state.old-damaged");
        return true;
      });
      assert.equal(await Deno.readTextFile(path), bad);
    }
    await Deno.remove(path);
    assert.deepEqual((await home.open()).contacts.list(), []);
  }));
