/** Enrolling, both sides in one program: what breaks off, who cannot prove itself, what is renewed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Authority } from "../../lib/authority/authority.ts";
import {
  encodeAnswerBody,
  encodeEnrolment,
  encodeRequestBody,
  EnrolmentType,
} from "../../lib/authority/enrolment.ts";
import { nameFromText } from "../../lib/certificate/name.ts";
import { makeRequest, readRequest } from "../../lib/certificate/request.ts";
import { generateKeyPair, type Sm2KeyPair } from "../../lib/crypto/sm2.ts";
import type { Address } from "../../lib/net/address.ts";
import { Capability } from "../../lib/net/capabilities.ts";
import { Node } from "../../lib/net/node.ts";
import { openState, type State } from "../../lib/state/state.ts";
import { enrol, type EnrolOptions } from "../../lib/talk/enrol.ts";
import { EnrolServer } from "../../lib/talk/enrol-server.ts";
import { enrolmentSession, readEnrolment } from "../../lib/talk/enrol-stream.ts";
import { encodePreface, StreamKind } from "../../lib/transfer/preface.ts";
import { withFolder } from "../support/executable.ts";
import { certify } from "../certificate/support.ts";

const LOCAL = { hostname: "127.0.0.1", port: 0, program: "p2p/test" } as const;
const DAY = 86_400_000;

interface Scene {
  readonly authority: Authority;
  readonly server: EnrolServer;
  readonly clock: { behind: number };
  /** Enrols as `keys`. */
  as(
    keys: Sm2KeyPair,
    options?: Partial<EnrolOptions>,
    where?: Address,
  ): ReturnType<typeof enrol>;
}

function requestOf(keys: Sm2KeyPair, name = "p2p") {
  return readRequest(makeRequest({ subject: nameFromText(name), extensions: [] }, keys));
}

async function scene(use: (scene: Scene) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const before = Deno.env.get("P2P_HOME");
    Deno.env.set("P2P_HOME", folder);
    const states: State[] = [];
    const open = async (identity: Sm2KeyPair) => {
      const home = join(folder, `home ${states.length}`);
      const trouble = () => assert.fail("the state is in trouble");
      states.push(await openState({ home, identity, now: Date.now, trouble }));
      return states.at(-1)!;
    };
    const clock = { behind: 0 };
    const authority = await Authority.create({
      ...{ name: "school", subject: nameFromText("CN=school"), years: 2, passphrase: undefined },
      now: () => Date.now() - clock.behind,
    });
    const identity = generateKeyPair();
    const failed = (error: unknown) => assert.fail(String(error));
    const server = new EnrolServer({
      ...{ ...LOCAL, identity, state: await open(identity), authority, days: 1, failed },
      ...{ profile: undefined, approve: () => Promise.resolve(false), told: () => undefined },
    });
    try {
      await use({
        ...{ authority, server, clock },
        as: async (keys, options, where = server.address) =>
          await enrol({
            ...{ identity: keys, state: await open(keys), program: LOCAL.program },
            ...{ requests: [requestOf(keys)], code: undefined, remoteKey: undefined, anchors: [] },
            ...{ pending: () => undefined, again: () => undefined },
            ...options,
          }, where),
      });
    } finally {
      await server.close();
      authority.close();
      for (const state of states) state.close();
      if (before === undefined) Deno.env.delete("P2P_HOME");
      else Deno.env.set("P2P_HOME", before);
    }
  });
}

Deno.test("who breaks off after asking gets the same certificate the next time, and one alone is issued", () =>
  scene(async ({ authority, server, as }) => {
    const keys = generateKeyPair();
    const { code } = authority.codes.make(["CN=alice"], 1)[0]!;
    const request = requestOf(keys);
    const node = Node.bind({ ...LOCAL, identity: keys });
    const conversation = await node.connect(server.address);
    const stream = conversation.openStream(0);
    await stream.write(encodePreface(StreamKind.enrolment));
    const body = encodeRequestBody(enrolmentSession(conversation), code, [request.signed.der]);
    await stream.write(encodeEnrolment(EnrolmentType.request, body));
    // The first byte of the answer: it is issued by then, and the rest never arrives.
    assert.equal(await stream.read(new Uint8Array(1)), 1);
    await node.close();
    const { chain, proven } = await as(keys, { requests: [request], code });
    assert.ok(proven);
    const all = authority.issued.all();
    assert.equal(all.length, 1);
    assert.deepEqual(chain[0]!.serial, all[0]!.certificate.serial);
    // The code is spent: another key's request does not get it.
    await assert.rejects(as(generateKeyPair(), { code }), { code: "enrol.wrong-code" });
    await assert.rejects(as(generateKeyPair()), { code: "enrol.declined" });
    assert.equal(authority.issued.all().length, 1);
  }));

Deno.test("a certificate that ends soon is renewed without a code; one that lasts is given again", () =>
  scene(async ({ authority, clock, as }) => {
    const keys = generateKeyPair();
    const { code } = authority.codes.make(["CN=alice"], 7)[0]!;
    clock.behind = DAY * 0.8;
    const first = await as(keys, { code });
    clock.behind = 0;
    const name = { requests: [requestOf(keys, "CN=alice")] };
    const second = await as(keys, name);
    assert.notDeepEqual(second.chain[0]!.serial, first.chain[0]!.serial);
    assert.ok(second.chain[0]!.notAfter > first.chain[0]!.notAfter);
    const third = await as(keys, { requests: [requestOf(keys, "CN=alice")] });
    assert.deepEqual(third.chain[0]!.serial, second.chain[0]!.serial);
    assert.equal(third.proven, false, "without a code nothing proves the authority");
    const known = await as(keys, { ...name, anchors: [authority.certificate] });
    assert.ok(known.proven, "but its root, where that is trusted");
    // Another name needs somebody's word.
    const other = { requests: [requestOf(keys, "CN=bob")] };
    await assert.rejects(as(keys, other), { code: "enrol.declined" });
    authority.revoke(second.chain[0]!.serial, 0, true);
    await assert.rejects(as(keys, name), { code: "enrol.declined" });
  }));

Deno.test("a request of another key than the caller's is not answered", () =>
  scene(async ({ authority, as }) => {
    const requests = [requestOf(generateKeyPair())];
    const { code } = authority.codes.make(["CN=alice"], 1)[0]!;
    await assert.rejects(as(generateKeyPair(), { requests, code }), { code: "enrol.bad-request" });
    assert.equal(authority.issued.all().length, 0);
  }));

Deno.test("an authority that does not know the code is not believed", () =>
  scene(async ({ as }) => {
    const root = certify("school", undefined);
    const keys = generateKeyPair();
    const forged = certify("alice", root, { keys });
    const impostor = Node.bind({
      ...{ ...LOCAL, identity: generateKeyPair(), capabilities: Capability.enrols },
      incoming: (conversation) => {
        conversation.handlers = {
          stream: async (_, stream) => {
            await readEnrolment(stream, 10_000);
            const session = enrolmentSession(conversation);
            const chain = new Uint8Array([
              ...forged.certificate.signed.der,
              ...root.certificate.signed.der,
            ]);
            const lists = new Uint8Array(0);
            const body = encodeAnswerBody(session, "0000-0000-0000-0000", { chain, lists });
            await stream.write(encodeEnrolment(EnrolmentType.issued, body));
            stream.finish();
          },
        };
      },
    });
    try {
      const code = "7K3M-9QPX-2VTA-HW5D";
      await assert.rejects(as(keys, { code }, impostor.address), { code: "enrol.unproven" });
    } finally {
      await impostor.close();
    }
  }));
