/** Certificates as time goes by: one that ends during a conversation, and one that is renewed meanwhile. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { certificatesIn, pemOf } from "../../lib/certificate/files.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { Node } from "../../lib/net/node.ts";
import { CertificateCredentials } from "../../lib/talk/certificates.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import type { CertifiedName } from "../../lib/talk/person.ts";
import { certify, DAY } from "../certificate/support.ts";
import { withFolder } from "../support/executable.ts";
import { call, certifiedListener, dated } from "./certified-crowd.ts";

Deno.test("a certificate that ends during a conversation ends it, and the reason is told", () =>
  withFolder(async (folder) => {
    const root = certify("school", undefined, { content: dated() });
    const pupil = certify("pupil", root, { content: dated() });
    const ca = join(folder, "ca.pem");
    await Deno.writeTextFile(ca, pemOf("certificate", root.certificate.signed.der));
    let ahead = 0;
    const events: TalkEvent[] = [];
    const connected = Promise.withResolvers<void>();
    const { talk, close } = await certifiedListener(folder, {
      credentials: (publicKey) =>
        new CertificateCredentials({
          ...{ publicKey, chain: undefined, sources: { ca: [ca] }, required: true },
          now: () => Date.now() + ahead,
        }),
      show: (event) => {
        events.push(event);
        if (event.type === "connected") connected.resolve();
      },
    });
    const nodes: Node[] = [];
    try {
      const { closed } = await call(pupil, talk.address, nodes);
      await connected.promise;
      ahead = 29 * DAY; // it still holds
      assert.deepEqual(events.filter(({ type }) => type === "error"), []);
      ahead = 31 * DAY;
      const { by, code, reason } = await closed;
      assert.deepEqual([by, code, reason], ["peer", 1, ""], "the stranger learns nothing");
      const told = events.filter((event) => event.type === "error");
      assert.equal(told.length, 1);
      assert.match(JSON.stringify(told[0]), /chain.expired/);
    } finally {
      for (const node of nodes) await node.close();
      await close();
    }
  }));

Deno.test("whoever calls after a renewal is shown the new certificate; a damaged file changes nothing", () =>
  withFolder(async (folder) => {
    const root = certify("school", undefined, { content: dated() });
    const keys = generateKeyPair();
    const now = Date.now();
    const until = (days: number) =>
      certify("teacher", root, {
        keys,
        content: { notBefore: now - DAY, notAfter: now + days * DAY },
      }).certificate;
    const ca = join(folder, "ca.pem"), path = join(folder, "own.pem");
    await Deno.writeTextFile(ca, pemOf("certificate", root.certificate.signed.der));
    const write = async (pem: string) => {
      await Deno.writeTextFile(`${path}.new`, pem);
      await Deno.rename(`${path}.new`, path);
    };
    const [first, second] = [until(2), until(20)];
    await write(pemOf("certificate", first.signed.der));
    const read = () => certificatesIn(Deno.readFileSync(path), path);
    const problem = Promise.withResolvers<TalkEvent>();
    const { talk, close } = await certifiedListener(folder, {
      keys,
      credentials: (publicKey) =>
        new CertificateCredentials({
          ...{ publicKey, chain: read(), renewed: { path, read }, sources: {}, required: false },
          now: Date.now,
        }),
      show: (event) => {
        if (event.type === "error") problem.resolve(event);
      },
    });
    const shown = async (): Promise<CertifiedName | undefined> => {
      const identity = generateKeyPair();
      const judge = new CertificateCredentials({
        ...{ publicKey: identity.publicKey, chain: undefined, sources: { ca: [ca] } },
        ...{ required: true, now: Date.now },
      });
      const node = Node.bind({ identity, hostname: "127.0.0.1", port: 0, program: "p2p/test" });
      try {
        let name: CertifiedName | undefined;
        await node.connect(talk.address, {
          admit: async (called) => {
            name = await judge.judge(called);
          },
        });
        return name;
      } finally {
        await node.close();
      }
    };
    const end = ({ notAfter }: typeof first) => Math.floor(notAfter / 1000) * 1000;
    try {
      assert.equal((await shown())?.until, end(first));
      await write("nothing of a certificate");
      assert.match(JSON.stringify(await problem.promise), /certificate.unreadable/);
      assert.equal((await shown())?.until, end(first));
      await write(pemOf("certificate", second.signed.der));
      for (let last = end(first); last !== end(second);) last = (await shown())!.until;
    } finally {
      await close();
    }
  }));
