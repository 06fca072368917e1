/** A listener that asks for certificates, and a crowd of callers with one each; then all of them are revoked. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pemOf } from "../../lib/certificate/files.ts";
import type { Bytes } from "../../lib/bytes.ts";
import { generateKeyPair, type Sm2KeyPair } from "../../lib/crypto/sm2.ts";
import type { Address } from "../../lib/net/address.ts";
import type { CloseInfo } from "../../lib/net/close.ts";
import { Node } from "../../lib/net/node.ts";
import { openState } from "../../lib/state/state.ts";
import { CertificateCredentials } from "../../lib/talk/certificates.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import { Talk } from "../../lib/talk/talk.ts";
import { certify, DAY, type Holder, listOf } from "../certificate/support.ts";

/** What came of it. */
export interface CrowdReport {
  /** How every caller's conversation ended. */
  readonly ends: readonly CloseInfo[];
  /** From the new list on the disk to the last end, in milliseconds. */
  readonly milliseconds: number;
  readonly events: readonly TalkEvent[];
}

/** Certificates that are valid now, by the clock. */
export function dated() {
  const now = Date.now();
  return { notBefore: now - DAY, notAfter: now + 30 * DAY };
}

/** Runs it in `folder` with `count` callers. */
export async function revokeCrowd(folder: string, count: number): Promise<CrowdReport> {
  const root = certify("school", undefined, { content: dated() });
  const ca = join(folder, "ca.pem"), crl = join(folder, "ca.crl");
  await Deno.writeTextFile(ca, pemOf("certificate", root.certificate.signed.der));
  const list = (revoked: readonly Holder[], at: number) =>
    pemOf(
      "list",
      listOf(
        root,
        revoked.map(({ certificate: { serial } }) => ({
          ...{ serial, time: at, reason: 1 },
        })),
        { thisUpdate: at, nextUpdate: at + DAY },
      ).signed.der,
    );
  await Deno.writeTextFile(crl, list([], Date.now() - 2000));
  const events: TalkEvent[] = [];
  const connected = Promise.withResolvers<void>();
  let there = 0;
  const { talk, close } = await certifiedListener(folder, {
    credentials: (publicKey) =>
      new CertificateCredentials({
        ...{ publicKey, chain: undefined, sources: { ca: [ca], crl: [crl] }, required: true },
        now: Date.now,
      }),
    show: (event) => {
      events.push(event);
      if (event.type === "connected" && ++there === count) connected.resolve();
    },
  });
  const nodes: Node[] = [];
  try {
    const holders = Array.from(
      { length: count },
      (_, i) => certify(`pupil ${i}`, root, { content: dated() }),
    );
    const ends = await Promise.all(holders.map((holder) => call(holder, talk.address, nodes)));
    await connected.promise;
    const next = `${crl}.next`;
    await Deno.writeTextFile(next, list(holders, Date.now() - 1000));
    const begun = performance.now();
    await Deno.rename(next, crl);
    const infos = await Promise.all(ends.map(({ closed }) => closed));
    return { ends: infos, milliseconds: performance.now() - begun, events };
  } finally {
    for (const node of nodes) await node.close();
    await close();
  }
}

/** What a listener of a test is made from. */
export interface ListenerOptions {
  /** A pair of keys; a new one when absent. */
  readonly keys?: Sm2KeyPair;
  readonly credentials: (publicKey: Bytes) => CertificateCredentials;
  readonly show: (event: TalkEvent) => void;
}

/** An application that takes calls, with credentials, and its state in `folder`. */
export async function certifiedListener(
  folder: string,
  { keys: identity = generateKeyPair(), credentials, show }: ListenerOptions,
): Promise<{ readonly talk: Talk; close(): Promise<void> }> {
  const state = await openState({
    ...{ home: join(folder, "home"), identity, now: Date.now },
    trouble: () => assert.fail("the state is in trouble"),
  });
  const talk = new Talk({
    ...{ identity, state, hostname: "127.0.0.1", port: 0, calls: true, strict: false },
    ...{ credentials: credentials(identity.publicKey), program: "p2p/test", history: false, show },
    receive: { accept: "all", saveDir: folder, digests: false, play: false, look: false },
  });
  return {
    talk,
    async close() {
      await talk.close();
      state.close();
    },
  };
}

/** One caller: shows its certificate, and answers how the conversation ends, once it has begun. */
export async function call(
  { keys, certificate }: Holder,
  to: Address,
  nodes: Node[],
): Promise<{ readonly closed: Promise<CloseInfo> }> {
  const credentials = new CertificateCredentials({
    ...{ publicKey: keys.publicKey, chain: [certificate], sources: {}, required: false },
    now: Date.now,
  });
  const node = Node.bind({
    ...{ identity: keys, hostname: "127.0.0.1", port: 0, program: "p2p/test" },
    capabilities: credentials.capabilities,
  });
  nodes.push(node);
  const conversation = await node.connect(to, {
    admit: (called) => {
      credentials.show(called);
      return Promise.resolve();
    },
  });
  return { closed: conversation.closed };
}
