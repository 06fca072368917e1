/** Conversations between two nodes over real sockets. */
import { text as textOf } from "../../lib/text/catalogue.ts";
import assert from "node:assert/strict";
import {
  AuthenticationError,
  FailureError,
  LimitError,
  type P2PError,
  UnreachableError,
} from "../../lib/errors.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { CloseCode, type CloseInfo } from "../../lib/net/close.ts";
import { StreamCode } from "../../lib/transfer/stream.ts";
import { concat } from "../../lib/bytes.ts";
import { encodeDelivered } from "../../lib/transfer/messages.ts";
import { encodePreface, StreamKind } from "../../lib/transfer/preface.ts";
import { english } from "../support/english.ts";
import { KeyChangedError } from "../../lib/net/connect-error.ts";
import { IncomingFiles } from "../../lib/files/incoming.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import type { IncomingTransfer } from "../../lib/net/conversation-handlers.ts";
import { encodeOffer, type Offer, OfferKind } from "../../lib/transfer/offers.ts";
import { TransferCode } from "../../lib/transfer/verdict.ts";
import { MAX_TEXT_BYTES } from "../../lib/transfer/records.ts";
import type { ReceivedRoot } from "../../lib/transfer/target.ts";
import { pattern, withFolders } from "../transfer/support.ts";
import { deadAddress, Inbox, inbox, node, withPair } from "./support.ts";
import { until } from "../support/until.ts";

Deno.test("messages go both ways at once, in order, each acknowledged", () =>
  withPair(async ({ left, right }) => {
    const [atLeft, atRight] = [inbox(left), inbox(right)];
    const texts = Array.from({ length: 50 }, (_, i) => `消息 ${i}\nsecond line`);
    const sent = texts.flatMap((text) => [left.sendMessage(text), right.sendMessage(text)]);
    for (const text of texts) {
      assert.equal((await atRight.next()).text, text);
      assert.equal((await atLeft.next()).text, text);
    }
    await Promise.all(sent.map(({ delivered }) => delivered));
    assert.equal(left.pendingMessages, 0);
    assert.deepEqual(left.key.length, 33);
    assert.equal(right.hello?.program, "test/1");
  }));

Deno.test("a message is acknowledged when the peer's program has taken it, not before", () => {
  const taken = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  return withPair(async ({ left, right }) => {
    left.handlers = { message: () => undefined };
    const { delivered } = left.sendMessage("wait");
    let done = false;
    void delivered.then(() => done = true);
    const second = left.sendMessage("second");
    await began.promise;
    await right.sendMessage("something else").delivered;
    assert.equal(done, false);
    taken.resolve();
    await delivered;
    await second.delivered;
  }, {
    prepare: (right) => {
      right.handlers = {
        message: () => {
          began.resolve();
          return taken.promise;
        },
      };
    },
  });
});

Deno.test("the longest message arrives; a longer one is an error at once", () =>
  withPair(async ({ left, right }) => {
    const box = inbox(right);
    const text = "x".repeat(MAX_TEXT_BYTES);
    await left.sendMessage(text).delivered;
    assert.equal((await box.next()).text, text);
    assert.throws(() => left.sendMessage(`${text}x`), LimitError);
    await left.sendMessage("still alive").delivered;
  }));

Deno.test("a message does not wait behind a file", () =>
  withFolders(({ src, target }) =>
    withPair(async ({ left, right }) => {
      const box = inbox(right);
      const { handlers } = right;
      right.handlers = {
        ...handlers,
        offer: () => Promise.resolve(new IncomingFiles(target, right.key, () => undefined)),
      };
      Deno.writeFileSync(`${src}/big`, pattern(30_000_000));
      const started = Promise.withResolvers<void>();
      let finished = false;
      const sending = left.sendFiles(await walkOutgoing([`${src}/big`]), {
        progress: (bytes) => bytes > 2_000_000 && started.resolve(),
      }).then((report) => {
        finished = true;
        return report;
      });
      await started.promise;
      await left.sendMessage("hello").delivered;
      assert.equal(finished, false);
      assert.equal((await box.next()).text, "hello");
      assert.deepEqual((await sending).roots, ["big"]);
      assert.deepEqual(Deno.readFileSync(`${target}/big`), pattern(30_000_000));
    })
  ));

Deno.test("a voice note is a file with a kind and a length", () =>
  withFolders(({ src, target }) =>
    withPair(async ({ left, right }) => {
      const offers = new Inbox<IncomingTransfer>();
      const roots = new Inbox<ReceivedRoot>();
      right.handlers = {
        offer: (transfer) => {
          offers.put(transfer);
          return Promise.resolve(new IncomingFiles(target, right.key, () => undefined));
        },
        received: (_, root) => roots.put(root),
      };
      Deno.writeFileSync(`${src}/note.opus`, pattern(5000));
      await left.sendVoice(`${src}/note.opus`, 4.25, { mediaType: "audio/ogg" });
      const { offer } = await offers.next();
      assert.deepEqual([offer.kind, offer.milliseconds, offer.mediaType], [1, 4250, "audio/ogg"]);
      assert.equal((await roots.next()).path, `${target}/note.opus`);
    })
  ));

Deno.test("a refused offer reaches the sender with its reason; without handlers files are declined", () =>
  withFolders(({ src }) =>
    withPair(async ({ left, right }) => {
      Deno.writeTextFileSync(`${src}/a`, "a");
      const outgoing = await walkOutgoing([`${src}/a`]);
      assert.equal((await left.sendFiles(outgoing)).refused?.code, TransferCode.takesNone);
      right.handlers = { offer: () => Promise.resolve({ code: 1, reason: "not today" }) };
      assert.equal((await left.sendFiles(outgoing)).refused?.reason, "not today");
    })
  ));

Deno.test("a goodbye reaches the peer at once; work after it is an error", () =>
  withPair(async ({ left, right }) => {
    left.close();
    const info: CloseInfo = await right.closed;
    assert.deepEqual([info.by, info.code], ["peer", 0]);
    assert.throws(() => right.sendMessage("too late"), UnreachableError);
    await assert.rejects(right.sendFiles(await walkOutgoing([])), UnreachableError);
  }));

Deno.test("a message that can no longer be acknowledged is rejected", () =>
  withPair(async ({ left, right }) => {
    right.handlers = { message: () => new Promise(() => undefined) };
    const { delivered } = left.sendMessage("never");
    setTimeout(() => right.close(), 50);
    await assert.rejects(delivered, UnreachableError);
  }));

Deno.test("nobody there: unreachable within 10 seconds", async () => {
  const a = node({ config: { handshakeTimeoutMs: 700 } });
  try {
    await assert.rejects(a.connect(deadAddress()), UnreachableError);
  } finally {
    await a.close();
  }
});

Deno.test("a peer that is not admitted gets no word read and is told why", async () => {
  const b = node({
    admit: () =>
      Promise.reject(new AuthenticationError("bytes.hex", { what: textOf("reading.input") })),
    incoming: () => assert.fail("it was let in"),
  });
  const a = node();
  try {
    const left = await a.connect(b.address);
    const { delivered } = left.sendMessage("read me");
    assert.equal((await left.closed).code, 1);
    await assert.rejects(delivered, FailureError);
  } finally {
    await a.close();
    await b.close();
  }
});

Deno.test("another key than the expected one is a changed key", async () => {
  const b = node();
  const a = node();
  try {
    const wrong = generateKeyPair().publicKey;
    await assert.rejects(a.connect(b.address, { remoteKey: wrong }), KeyChangedError);
  } finally {
    await a.close();
    await b.close();
  }
});

Deno.test("one node talks to twenty peers at the same time", async () => {
  const texts = new Inbox<string>();
  const b = node({
    incoming: (conversation) => {
      conversation.handlers = { message: ({ text }) => texts.put(text) };
    },
  });
  const peers = Array.from({ length: 20 }, () => node());
  try {
    await Promise.all(peers.map(async (peer, i) => {
      const conversation = await peer.connect(b.address);
      await conversation.sendMessage(`from ${i}`).delivered;
    }));
    const got = await Promise.all(peers.map(() => texts.next()));
    assert.deepEqual(got.sort(), peers.map((_, i) => `from ${i}`).sort());
    assert.equal(b.conversations.length, 20);
  } finally {
    await Promise.all([...peers, b].map((each) => each.close()));
  }
});

Deno.test("two nodes that connect to each other at the same time share one conversation", async () => {
  const [a, b] = [node({ config: { accept: false } }), node({ config: { accept: false } })];
  try {
    const [left, right] = await Promise.all([a.connect(b.address), b.connect(a.address)]);
    const box = inbox(right);
    await left.sendMessage("met").delivered;
    assert.equal((await box.next()).text, "met");
    assert.equal(a.conversations.length, 1);
    assert.equal(b.conversations.length, 1);
  } finally {
    await a.close();
    await b.close();
  }
});

Deno.test("a stream of an unknown kind or version is unsupported; the conversation goes on", () =>
  withPair(async ({ left, right, a }) => {
    const box = inbox(right);
    for (const preface of [[77, 1], [1, 9]]) {
      const stream = left.connection.openStream();
      const told = Promise.withResolvers<number>();
      const before = left.streamEvent.bind(left);
      left.streamEvent = (event) => {
        if (event.type === "stream-stopped" && event.stream === stream) told.resolve(event.code);
        before(event);
      };
      left.connection.write(stream, Uint8Array.from(preface));
      a.wake();
      assert.equal(await told.promise, StreamCode.unsupported);
    }
    await left.sendMessage("still here").delivered;
    assert.equal((await box.next()).text, "still here");
  }));

Deno.test("a program that takes no messages refuses them, and takes them when it does", () =>
  withPair(async ({ left, right }) => {
    await assert.rejects(left.sendMessage("shown nowhere").delivered, FailureError);
    const box = inbox(right);
    await left.sendMessage("shown").delivered;
    assert.equal((await box.next()).text, "shown");
  }));

Deno.test("whoever goes on breaking the protocol is sent away with the code for it", () =>
  withPair(async ({ left, right, a }) => {
    inbox(right);
    while (left.closeInfo === undefined) {
      const stream = left.connection.openStream();
      left.connection.write(
        stream,
        concat(encodePreface(StreamKind.conversation), encodeDelivered(new Uint8Array(8))),
      );
      a.wake();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual([left.closeInfo.by, left.closeInfo.code], ["peer", CloseCode.protocol]);
  }));

Deno.test("nor does an offer make up for what follows it: transfers that break the protocol count, too", () =>
  withFolders(({ target }) =>
    withPair(async ({ left, right, a }) => {
      let ended = 0;
      right.handlers = {
        offer: () => Promise.resolve(new IncomingFiles(target, right.key, () => undefined)),
        ended: () => void ended++,
      };
      const offer: Offer = {
        kind: OfferKind.files,
        files: 1,
        folders: 0,
        bytes: 1,
        milliseconds: 0,
        mediaType: "",
        name: "x",
      };
      const broken = concat(
        encodePreface(StreamKind.transfer),
        encodeOffer(offer),
        encodeOffer(offer),
      );
      while (left.closeInfo === undefined) {
        assert.ok(ended < 1000, "it is never sent away");
        left.connection.write(left.connection.openStream(), broken);
        a.wake();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.deepEqual([left.closeInfo.by, left.closeInfo.code], ["peer", CloseCode.protocol]);
      assert.ok(ended > 0);
    })
  ));

Deno.test("a bug in what a program does about a message ends that stream alone, and is told", () =>
  withPair(async ({ left, right }) => {
    const told = Promise.withResolvers<P2PError>();
    right.handlers = {
      message: () => {
        throw new TypeError("a bug");
      },
      failed: told.resolve,
    };
    await assert.rejects(left.sendMessage("boom").delivered, FailureError);
    assert.match(english(await told.promise), /take messages: internal error: a bug/);
    const box = inbox(right);
    await left.sendMessage("and on").delivered;
    assert.equal((await box.next()).text, "and on");
  }));

Deno.test("whoever leaves while messages go on coming has answered all that were taken", () =>
  withPair(async ({ left, right }) => {
    const taken = new Set<string>();
    right.handlers = {
      message: async ({ text }) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        taken.add(text);
        return true;
      },
    };
    const answered = new Set<string>();
    let over = false;
    const sending = (async () => {
      for (let i = 0; !over; i++) {
        const text = `${i}`;
        left.sendMessage(text).delivered.then(() => answered.add(text), () => undefined);
        if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
    })();
    await until(() => taken.size >= 500);
    const begun = performance.now();
    await right.acknowledged(5000);
    const took = performance.now() - begun;
    right.close();
    over = true;
    await left.closed;
    await sending.catch(() => undefined);
    assert.deepEqual([...taken].filter((text) => !answered.has(text)), []);
    assert.ok(took < 2500, `${took} ms`);
  }));
