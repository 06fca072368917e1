/** History: kept once, in causal order, found by two characters, deleted for good. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { causalOrder, heads } from "../../lib/state/causal.ts";
import type { HistoryMessage } from "../../lib/state/message-rows.ts";
import { bigrams, searchForm } from "../../lib/state/words.ts";
import { allBytes, asBytes, withStateHome } from "./support.ts";

const ALICE = generateKeyPair().publicKey;
const BOB = generateKeyPair().publicKey;

function message(n: number, text: string, more: Partial<HistoryMessage> = {}): HistoryMessage {
  return {
    id: n.toString(16).padStart(32, "0"),
    talk: ALICE,
    author: ALICE,
    kind: "text",
    text,
    written: n * 1000,
    stored: n * 1000,
    after: [],
    state: "received",
    ...more,
  };
}

Deno.test("a message is kept once, with all that is known of it, over restarts", () =>
  withStateHome(async (home) => {
    const { history } = await home.open();
    const file = message(1, "报告.pdf", {
      kind: "file",
      path: "/in/报告.pdf",
      bytes: 77,
      after: ["ab"],
    });
    assert.equal(history.add(file), true);
    assert.equal(history.add({ ...file, text: "other" }), false);
    assert.equal(history.add({ ...file, talk: BOB }), true, "ids of two peers are two names");
    const voice = message(2, "note", {
      kind: "voice",
      seconds: 3.5,
      author: undefined,
      state: "waiting",
    });
    history.add(voice);
    const again = (await home.open()).history;
    const shown = (found: HistoryMessage | undefined) => JSON.parse(JSON.stringify(found));
    assert.deepEqual(shown(again.get(ALICE, file.id)), { ...shown(file), seq: 1 });
    assert.deepEqual(shown(again.get(ALICE, voice.id)), { ...shown(voice), seq: 4 });
    assert.deepEqual(again.talks().map(({ talk, messages }) => [talk, messages]), [[ALICE, 2], [
      BOB,
      1,
    ]]);
  }));

Deno.test("two Chinese characters are found inside a sentence; a filter, a limit and a case hold", () =>
  withStateHome(async (home) => {
    const { history } = await home.open();
    const texts = [
      "前言你好世界",
      "好你",
      "Hello World",
      "hELLo again",
      "你 好",
      "ｈｅｌｌｏ full width",
      "x",
    ];
    texts.forEach((text, i) => history.add(message(i + 1, text)));
    history.add(message(50, "你好 from bob", { talk: BOB }));
    const search = (search: string, more = {}) =>
      history.find({ search, limit: 10, ...more }).map(({ text }) => text);
    assert.deepEqual(search("你好"), ["前言你好世界", "你好 from bob"]);
    assert.deepEqual(search("你好", { talk: ALICE }), ["前言你好世界"]);
    assert.deepEqual(search("HELLO"), ["Hello World", "hELLo again", "ｈｅｌｌｏ full width"]);
    assert.deepEqual(search("hello", { limit: 1 }), ["ｈｅｌｌｏ full width"], "the latest");
    assert.deepEqual(search("hello", { until: 3000 }), ["Hello World"]);
    assert.deepEqual(search("hello", { since: 4000, until: 4000 }), ["hELLo again"]);
    assert.deepEqual(search("lo wo"), ["Hello World"]);
    assert.deepEqual(search("x"), ["x"], "one character has no pair: all are looked through");
    assert.deepEqual(search("hello   world"), ["Hello World"]);
    assert.deepEqual(search("nothing"), []);
  }));

Deno.test("search finds exactly what looking through everything finds", async () => {
  const letters = fc.constantFrom("你", "好", "世", "a", "B", "b", " ", "é", "😀");
  const word = fc.string({ unit: letters, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { maxLength: 20 }),
      word,
      (texts, wanted) =>
        withStateHome(async (home) => {
          const { history } = await home.open();
          texts.forEach((text, i) => history.add(message(i + 1, text)));
          const slow = texts.filter((text) => searchForm(text).includes(searchForm(wanted)));
          const found = history.find({ search: wanted, limit: 100 }).map(({ text }) => text);
          assert.deepEqual(found, slow);
        }),
    ),
    { numRuns: 40 },
  );
});

Deno.test("words are pairs without blanks, of whole characters", () => {
  assert.deepEqual([...bigrams(searchForm("你好  A😀b"))], ["你好", "a😀", "😀b"]);
  assert.deepEqual([...bigrams("x")], []);
});

Deno.test("what is deleted is in no file any more: rows, index, log", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    const { history } = state;
    for (let i = 0; i < 200; i++) history.add(message(i, `secret number ${i} 你好`));
    history.add(message(900, "kept", { talk: BOB }));
    const { DatabaseSync } = await import("node:sqlite");
    const raw = new DatabaseSync(`${home.path}/p2p.db`);
    const bodies = raw.prepare("SELECT body, talk FROM message").all();
    const [gone, left] = [bodies.slice(0, 200), bodies.slice(200)];
    raw.close();
    const holds = (bytes: unknown) =>
      allBytes(home.path).includes(
        new TextDecoder("latin1").decode((bytes as Uint8Array).subarray(0, 24)),
      );
    assert.ok(holds(gone[0]!["body"]));
    assert.equal(history.delete(ALICE, 100_000), 100);
    assert.equal(history.find({ talk: ALICE, limit: 1000 }).length, 100);
    assert.equal(history.delete(ALICE), 100);
    assert.equal(await state.erase(), true);
    assert.equal((await Deno.stat(`${home.path}/p2p.db-wal`)).size, 0);
    assert.ok(!gone.some(({ body }) => holds(body)), "no sealed body stays either");
    assert.ok(left.every(({ body }) => holds(body)));
    assert.deepEqual(history.find({ search: "你好", limit: 9 }), []);
    const words = new DatabaseSync(`${home.path}/p2p.db`);
    assert.equal(words.prepare("SELECT count(*) AS n FROM word").get()!["n"], bigrams("kept").size);
    words.close();
  }));

Deno.test("no word of a history is in the files in plain, while it is open and after", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    const words = [
      "Grüße aus Köln",
      "前言你好世界",
      "secret-plan.pdf",
      "/home/eve/private",
      encodePublicKeyText(BOB),
    ];
    state.history.add(message(1, words[0]!));
    state.history.add(message(2, words[1]!, { author: undefined, state: "waiting" }));
    state.history.add(message(3, words[2]!, { kind: "file", path: words[3] }));
    state.outbox.add({
      id: "0".repeat(32),
      to: BOB,
      talk: BOB,
      kind: "text",
      text: words[1]!,
      paths: [words[3]!],
      after: [],
      written: 1,
      expires: 2,
    });
    for (let i = 0; i < 2; i++) {
      const text = allBytes(home.path);
      for (const word of words) {
        assert.ok(!text.includes(asBytes(word)), word);
        assert.ok(!text.includes(asBytes(word.slice(0, 4))), word);
      }
      state.close();
    }
  }));

/** Messages 0…n−1 that link to earlier ones alone, and an order in which they might have been stored. */
const linked = fc.integer({ min: 1, max: 30 }).chain((count) =>
  fc.tuple(
    fc.tuple(...Array.from({ length: count }, (_, i) =>
      fc.uniqueArray(fc.integer({ min: 0, max: Math.max(0, i - 1) }), {
        maxLength: Math.min(i, 3),
      }))),
    fc.shuffledSubarray(
      Array.from({ length: count }, (_, i) =>
        i),
      { minLength: count },
    ),
  )
);

Deno.test("causal order: each message behind all it links to, the same set, stable where nothing links", () => {
  fc.assert(fc.property(linked, ([links, order]) => {
    const stored = order.map((i) => ({ id: String(i), after: links[i]!.map(String) }));
    const result = causalOrder(stored);
    assert.deepEqual(
      [...result].sort((a, b) => +a.id - +b.id),
      [...stored].sort((a, b) => +a.id - +b.id),
    );
    const at = new Map(result.map(({ id }, i) => [id, i]));
    for (const { id, after } of result) {
      for (const link of after) assert.ok(at.get(link)! < at.get(id)!, `${id} after ${link}`);
    }
    assert.deepEqual(causalOrder(result), result, "an order that is right is left alone");
  }));
  const free = ["3", "1", "2"].map((id) => ({ id, after: ["elsewhere"] }));
  assert.deepEqual(causalOrder(free), free);
});

Deno.test("links in circles and very long chains end", () => {
  const circle = causalOrder([{ id: "a", after: ["b"] }, { id: "b", after: ["a", "b"] }]);
  assert.deepEqual(circle.map(({ id }) => id), ["b", "a"]);
  const long = Array.from(
    { length: 50_000 },
    (_, i) => ({ id: String(i), after: [String(i + 1)] }),
  );
  assert.equal(causalOrder(long)[0]!.id, "49999");
  assert.deepEqual(heads(long), ["0"]);
});

Deno.test("who looks at the latest messages alone leaves the database free", () =>
  withStateHome(async (home) => {
    const state = await home.open();
    for (let i = 1; i < 5; i++) state.history.add(message(i, `text ${i}`));
    assert.equal(state.history.find({ limit: 1 }).length, 1);
    assert.equal(await state.erase(), true);
    const other = await home.open();
    other.history.add(message(9, "of another program"));
    assert.equal(state.history.find({ limit: 1 })[0]?.text, "of another program");
  }));
