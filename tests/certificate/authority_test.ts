/** The authority: one transaction for each change, its log, its keys, its codes. */
import assert from "node:assert/strict";
import { Authority, authorityPath } from "../../lib/authority/authority.ts";
import { validatePath } from "../../lib/certificate/path.ts";
import { nameFromText } from "../../lib/certificate/name.ts";
import { makeRequest, readRequest } from "../../lib/certificate/request.ts";
import { readRevocationList } from "../../lib/certificate/revocation-list.ts";
import { utf8 } from "../../lib/bytes.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { AuthenticationError, FailureError } from "../../lib/errors.ts";
import { Database } from "../../lib/state/sqlite.ts";
import { DAY, NOW } from "./support.ts";

/** Runs `use` with a home of its own and a clock that it may set. */
async function withAuthority(
  use: (authority: Authority, clock: { now: number }) => Promise<void> | void,
): Promise<void> {
  const home = Deno.makeTempDirSync();
  const before = Deno.env.get("P2P_HOME");
  Deno.env.set("P2P_HOME", home);
  const clock = { now: NOW };
  try {
    const authority = await Authority.create({
      ...{ name: "school", subject: nameFromText("CN=school"), years: 2 },
      ...{ passphrase: utf8("pass phrase"), now: () => clock.now },
    });
    try {
      await use(authority, clock);
    } finally {
      authority.close();
    }
  } finally {
    if (before === undefined) Deno.env.delete("P2P_HOME");
    else Deno.env.set("P2P_HOME", before);
    Deno.removeSync(home, { recursive: true });
  }
}

function requestOf(name: string, keys = generateKeyPair()) {
  return readRequest(makeRequest({ subject: nameFromText(name), extensions: [] }, keys));
}

Deno.test("several orders are issued together or not at all", () =>
  withAuthority((authority) => {
    const orders = ["alice", "bob", "school"].map((name) => ({
      request: requestOf(name),
      days: 30,
    }));
    assert.throws(() => authority.issue(orders), { code: "authority.own" });
    assert.equal(authority.issued.all().length, 0);
    assert.equal(authority.audit().length, 1);
    const made = authority.issue(orders.slice(0, 2));
    assert.equal(made.length, 2);
    assert.deepEqual(
      authority.issue(orders.slice(0, 2)),
      made,
      "the same request, the same answer",
    );
    assert.equal(authority.audit().length, 3);
  }));

Deno.test("certificates do not outlive the authority; serial numbers are random and positive", () =>
  withAuthority((authority, clock) => {
    const serials = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const [made] = authority.issue([{ request: requestOf(`p${i}`), days: 3650 }]);
      assert.ok(made!.notAfter <= authority.certificate.notAfter);
      assert.ok(made!.serial.length === 16 && made!.serial[0]! < 0x80);
      serials.add(made!.serial.toHex());
    }
    assert.equal(serials.size, 50);
    clock.now += 3 * 366 * DAY;
    assert.throws(() => authority.issue([{ request: requestOf("late"), days: 1 }]), {
      code: "authority.expired",
    });
  }));

Deno.test("revoking finds the certificate that is meant; with all, every one of the key, for good", () =>
  withAuthority((authority) => {
    const keys = generateKeyPair();
    const [first] = authority.issue([{ request: requestOf("alice", keys), days: 30 }]);
    const second = authority.renew(first!.serial, 60);
    const listed = () => readRevocationList(authority.lists(7)[0]!).revoked;
    assert.deepEqual(authority.revoke(first!.serial, 0, false).length, 1);
    assert.deepEqual([...listed().keys()], [first!.serial.toHex()]);
    validatePath(second, { anchors: authority.roots, now: NOW });
    assert.equal(authority.revoke(second.serial, 1, true).length, 1);
    assert.equal(listed().size, 2);
    assert.throws(() => authority.issue([{ request: requestOf("alice", keys), days: 30 }]), {
      code: "authority.key-blocked",
    });
    assert.throws(() => authority.renew(second.serial, 30), { code: "authority.renew-revoked" });
    assert.throws(() => authority.revoke(Uint8Array.of(9), 0, false), {
      code: "authority.no-certificate",
    });
  }));

Deno.test("a rotated key is trusted by those who trust either root; each key has its list", () =>
  withAuthority(async (authority) => {
    const [old] = authority.issue([{ request: requestOf("old"), days: 30 }]);
    const before = authority.certificate;
    await authority.rotate(5, utf8("pass phrase"));
    const [young] = authority.issue([{ request: requestOf("young"), days: 30 }]);
    authority.revoke(old!.serial, 4, false);
    const lists = authority.lists(7).map((der) => readRevocationList(der));
    assert.equal(lists.length, 2);
    const others = authority.crossed;
    const options = { now: NOW, lists };
    validatePath(young!, { ...options, anchors: [authority.certificate] });
    validatePath(young!, { ...options, anchors: [before], others });
    assert.throws(() => validatePath(old!, { ...options, anchors: authority.roots }), {
      kind: "certificate",
    });
    assert.equal(authority.auditFault(), undefined);
  }));

Deno.test("a wrong passphrase opens nothing; a locked authority signs nothing", () =>
  withAuthority(async (authority) => {
    authority.close();
    const again = await Authority.open("school", () => NOW);
    try {
      const wrong = () => again.unlock(() => Promise.resolve(utf8("wrong")));
      await assert.rejects(wrong, AuthenticationError);
      assert.throws(() => again.issue([{ request: requestOf("x"), days: 1 }]), FailureError);
      await again.unlock(() => Promise.resolve(utf8("pass phrase")));
      assert.equal(again.issue([{ request: requestOf("x"), days: 1 }]).length, 1);
    } finally {
      again.close();
    }
  }));

Deno.test("an entry of the log that was changed, taken out or added is found", () =>
  withAuthority(async (authority) => {
    for (const name of ["a", "b", "c"]) authority.issue([{ request: requestOf(name), days: 1 }]);
    assert.equal(authority.auditFault(), undefined);
    const path = authorityPath("school");
    const tamper = async (sql: string): Promise<number | undefined> => {
      const copy = `${path}.copy.db`;
      const source = await Database.open(path);
      source.run(`VACUUM INTO '${copy}'`);
      source.close();
      const database = await Database.open(copy);
      database.run(sql);
      database.close();
      const name = copy.slice(copy.lastIndexOf("/") + 1, -3);
      const opened = await Authority.open(name, () => NOW);
      const fault = opened.auditFault();
      opened.close();
      Deno.removeSync(copy);
      return fault;
    };
    assert.equal(await tamper("UPDATE audit SET detail = '{}' WHERE seq = 2"), 2);
    assert.equal(await tamper("UPDATE audit SET time = time + 1 WHERE seq = 3"), 3);
    assert.equal(await tamper("DELETE FROM audit WHERE seq = 2"), 2);
    assert.equal(
      await tamper(
        "INSERT INTO audit SELECT 5, time, action, detail, hash, issuer, signature FROM audit WHERE seq = 4",
      ),
      5,
    );
    assert.equal(await tamper("UPDATE certificate SET revoked = 1"), undefined, "the log alone");
  }));

Deno.test("a code is good for one request, for its time, and in any spelling", () =>
  withAuthority((authority, clock) => {
    const { code } = authority.codes.make(["alice"], 1)[0]!;
    const [a, b] = [sm3(utf8("a")), sm3(utf8("b"))];
    const fits = (wanted: string) => (each: string) => each === wanted;
    assert.equal(authority.codes.find(a, fits("0000-0000-0000-0000")), undefined);
    assert.equal(authority.codes.find(a, fits(code))?.subject, "alice");
    authority.codes.use(code, a);
    assert.equal(authority.codes.find(a, fits(code))?.subject, "alice");
    assert.equal(authority.codes.find(b, fits(code)), undefined);
    clock.now += 2 * DAY;
    assert.equal(authority.codes.find(a, fits(code)), undefined);
  }));
