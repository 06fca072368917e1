/** Trust by certificate in the application of conversations, without a face or a command. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pemOf } from "../../lib/certificate/files.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { openState } from "../../lib/state/state.ts";
import { CertificateCredentials } from "../../lib/talk/certificates.ts";
import { certifiedPerson } from "../../lib/talk/credentials.ts";
import { personOf, refreshPerson } from "../../lib/talk/person.ts";
import { withFolder } from "../support/executable.ts";
import { certify } from "../certificate/support.ts";
import { revokeCrowd } from "./certified-crowd.ts";

const PEERS = 20;

Deno.test("a new revocation list ends the conversations with all whom it revokes, each with its reason", () =>
  withFolder(async (folder) => {
    const { ends, events } = await revokeCrowd(folder, PEERS);
    assert.equal(ends.length, PEERS);
    assert.ok(ends.every(({ by, code, reason }) => by === "peer" && code === 1 && reason === ""));
    const names = new Set(
      events.flatMap((event) => event.type === "connected" ? [event.peer.name] : []),
    );
    assert.deepEqual(names, new Set(Array.from({ length: PEERS }, (_, i) => `pupil ${i}`)));
    const told = events.filter((event) =>
      event.type === "error" && JSON.stringify(event.error.params).includes("chain.revoked")
    );
    assert.equal(told.length, PEERS);
  }));

Deno.test("a certificate's name never passes for a contact's", () =>
  withFolder(async (folder) => {
    const identity = generateKeyPair();
    const trouble = () => assert.fail("the state is in trouble");
    const state = await openState({ home: join(folder, "home"), identity, now: Date.now, trouble });
    try {
      const [alice, other] = [generateKeyPair().publicKey, generateKeyPair().publicKey];
      state.contacts.save({ name: "alice", key: alice, added: new Date().toISOString() });
      const certified = { name: "alice", issuer: "school", until: 1 };
      const named = (key: typeof alice, name = "alice") =>
        certifiedPerson(state, personOf(state, key), { ...certified, name });
      assert.equal(named(alice).name, "alice", "the contact itself");
      for (const name of ["alice", "ALICE", "аlice"]) {
        assert.match(named(other, name).name!, /^.+ [0-9a-f]{4}$/, name);
      }
      assert.equal(named(other, "bob").name, "bob");
      for (const name of ["10.0.0.1", "p2p1qqq", "\u202eecila", "a\nb", ""]) {
        assert.equal(named(other, name).name, undefined, JSON.stringify(name));
      }
      const person = named(other, "bob");
      refreshPerson(state, person);
      assert.equal(person.label, "bob", "it keeps its name");
      state.contacts.save({ name: "carol", key: other, added: new Date().toISOString() });
      refreshPerson(state, person);
      assert.equal(person.label, "carol", "until the user gives another");
    } finally {
      state.close();
    }
  }));

Deno.test("a certificate of another key is not shown", () =>
  withFolder(async (folder) => {
    const root = certify("root", undefined), alice = certify("alice", root);
    const ca = join(folder, "ca.pem");
    await Deno.writeTextFile(ca, pemOf("certificate", root.certificate.signed.der));
    const options = {
      ...{ chain: [alice.certificate], sources: { ca: [ca] }, required: false, now: Date.now },
    };
    assert.throws(
      () => new CertificateCredentials({ ...options, publicKey: root.keys.publicKey }),
      { code: "credentials.not-ours" },
    );
    const right = new CertificateCredentials({ ...options, publicKey: alice.keys.publicKey });
    assert.notEqual(right.capabilities, 0);
  }));
