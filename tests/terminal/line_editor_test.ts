/** Typing a line: keys in any pieces, wide characters, history, pastes, and what fits the screen. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type EditorEvent, fitText, LineEditor } from "../../lib/terminal/line-editor.ts";
import { characters, textWidth } from "../../lib/terminal/width.ts";

function typed(...keys: string[]): { editor: LineEditor; events: EditorEvent[] } {
  const editor = new LineEditor();
  return { editor, events: keys.flatMap((key) => editor.feed(key)) };
}

Deno.test("Enter gives the line and begins a new one", () => {
  const { editor, events } = typed("你好", ", world\r", "next");
  assert.deepEqual(events, [{ type: "line", text: "你好, world" }]);
  assert.equal(editor.text, "next");
});

Deno.test("the editing keys", () => {
  const cases: ReadonlyArray<readonly [keys: string, text: string]> = [
    ["abc\x7f", "ab"],
    ["你好\x7f", "你"],
    ["e\u0301\x7f", ""],
    ["👩‍👩‍👧\x7f", ""],
    ["abc\x1b[D\x1b[Dx", "axbc"],
    ["abc\x01x\x05y", "xabcy"],
    ["abc\x1b[Hx\x1b[Fy", "xabcy"],
    ["abc\x1bOHx", "xabc"],
    ["abc\x1b[D\x1b[3~", "ab"],
    ["one two  three\x17", "one two  "],
    ["abc\x15x", "x"],
    ["abc\x1b[D\x0b", "ab"],
    ["abc\x02\x04", "ab"],
    ["a\x1b[5~b\x1b[1;5Cc", "abc"],
    ["one two\x1bbx", "one xtwo"],
    ["one two\x01\x1bfx", "onex two"],
    ["one two\x1b[1;5D\x1b[1;5Dx", "xone two"],
    ["one two\x01\x1b[1;3C\x1b[1;5C!", "one two!"],
    ["one two\x1b\x1b[Dx", "one twxo"],
    ["one two\x1bOdx", "one xtwo"],
    ["你好 世界\x1bb\x1bbx", "x你好 世界"],
    ["one two\x17\x17\x19", "one two"],
    ["one two\x01\x0b\x19\x19", "one twoone two"],
    ["one two\x1bb\x1bd\x01\x19", "twoone "],
    ["a b\x1b\x7fc", "a c"],
    ["ab\x14", "ba"],
    ["one\x1b\rtwo", "one\ntwo"],
    ["one two\x15\x19", "one two"],
    ["ab\x1b[7~x\x1b[8~y", "xaby"],
    ["a\x1bxb", "ab"],
    ["a\x00\x07b\x1f", "ab"],
  ];
  for (const [keys, text] of cases) {
    assert.equal(typed(keys).editor.text, text, JSON.stringify(keys));
  }
});

Deno.test("keys may come byte by byte", () => {
  const keys = "abc\x1b[D\x1b[Dx\x1b[200~p\nq\x1b[201~\x1b[3~!";
  assert.equal(typed(...keys).editor.text, typed(keys).editor.text);
  assert.equal(typed(keys).editor.text, "axp\nq!c");
});

Deno.test("Ctrl-C interrupts; Ctrl-D ends on an empty line only", () => {
  assert.deepEqual(typed("abc\x03").events, [{ type: "interrupt" }]);
  assert.deepEqual(typed("\x04").events, [{ type: "end" }]);
  assert.deepEqual(typed("a\x04").events, []);
});

Deno.test("a paste stays text, whatever is in it, until it is sent", () => {
  const { editor, events } = typed("\x1b[200~one\r\ntwo\x03\x1b[A\tthree\x1b[201~");
  assert.deepEqual(events, []);
  assert.equal(editor.text, "one\ntwo[A three");
  assert.equal(editor.view(80).text, "one↵two[A three");
});

Deno.test("history goes back and forth and keeps what was being typed", () => {
  const { editor } = typed("first\r", "second\r", "second\r", "draft");
  const up = () => (editor.feed("\x1b[A"), editor.text);
  const down = () => (editor.feed("\x1b[B"), editor.text);
  assert.deepEqual([up(), up(), up(), down(), down(), down()], [
    "second",
    "first",
    "first",
    "second",
    "draft",
    "draft",
  ]);
});

Deno.test("what is shown fits, and holds the cursor", () => {
  const { editor } = typed("一二三四五六七八九十");
  const end = editor.view(10);
  assert.deepEqual(end, { text: "七八九十", cursor: 8 });
  editor.feed("\x01");
  assert.deepEqual(editor.view(10), { text: "一二三四", cursor: 0 });
  fc.assert(fc.property(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.nat(60),
    fc.integer({ min: 3, max: 40 }),
    (text, left, columns) => {
      const { editor } = typed(text, "\x1b[D".repeat(left));
      const { text: shown, cursor } = editor.view(columns);
      assert.ok(textWidth(shown) < columns && cursor < columns, `${shown} ${cursor}`);
    },
  ));
});

Deno.test("whatever is typed, only text comes out", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (keys) => {
    const { editor, events } = typed(keys);
    const lines = events.map((event) => event.type === "line" ? event.text : "");
    for (const text of [...lines, editor.text]) assert.doesNotMatch(text, /[^\P{Cc}\n]|\p{Cs}/u);
  }));
});

Deno.test("characters and their widths", () => {
  assert.deepEqual(characters("e\u0301好👩‍👩‍👧x"), ["e\u0301", "好", "👩‍👩‍👧", "x"]);
  const widths: Record<string, number> = {
    "": 0,
    abc: 3,
    "中文": 4,
    "ｱ": 1,
    "Ａ": 2,
    "👍": 2,
    "e\u0301": 1,
    "❤️": 2,
  };
  for (const [text, width] of Object.entries(widths)) assert.equal(textWidth(text), width, text);
});

Deno.test("a text that does not fit ends in an ellipsis", () => {
  assert.equal(fitText("abcdef", 6), "abcdef");
  assert.equal(fitText("abcdef", 5), "abcd…");
  assert.equal(fitText("中文字", 5), "中文…");
  assert.equal(fitText("中文字", 4), "中…");
});

Deno.test("any split of any paste gives the same text", () => {
  const part = fc.constantFrom(
    "a",
    "\r\n",
    "\r",
    "\n",
    "😀",
    "👩‍👩‍👧",
    "e\u0301",
    "好",
    "\x1b",
    "\x1b[20",
    "\x1b[A",
    "\t",
    "1~",
    "\x03",
  );
  const paste = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""))
    .filter((text) => !text.includes("\x1b[201~"));
  fc.assert(
    fc.property(
      paste,
      fc.boolean(),
      fc.array(fc.nat(200), { maxLength: 8 }),
      (text, marked, cuts) => {
        const whole = marked
          ? `\x1b[200~${text}\x1b[201~!`
          : text.replaceAll("\x1b", "").replaceAll("\x03", "");
        const at = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
        const pieces = [0, ...at].map((from, i) => whole.slice(from, at[i] ?? whole.length));
        const [once, split] = [typed(whole), typed(...pieces)];
        assert.deepEqual(split.events, once.events);
        assert.equal(split.editor.text, once.editor.text);
      },
    ),
    { numRuns: 3000 },
  );
});

Deno.test("a paste keeps its characters and one line end for each of its own", () => {
  assert.equal(typed("\x1b[200~a😀\r", "\nb\ud83d", "\ude00\x1b[201~").editor.text, "a😀\nb😀");
  assert.deepEqual(typed("a\r", "\nb\r\n").events.map((event) => "text" in event && event.text), [
    "a",
    "b",
  ]);
});

Deno.test("keys that are the screen's are told, and change no line", () => {
  const types = (keys: string) => typed(keys).events;
  assert.deepEqual(types("a\x1a\x0c\t\x1b3\x1b[12;40R"), [
    { type: "suspend" },
    { type: "repaint" },
    { type: "complete" },
    { type: "number", number: 3 },
    { type: "position", row: 12, column: 40 },
  ]);
  assert.equal(typed("a\x1a\x0c\t\x1b3\x1b[12;40Rb").editor.text, "ab");
});

Deno.test("Ctrl-R finds what was typed before, further back with each, and Ctrl-G gives up", () => {
  const { editor } = typed("say hello\r", "nothing\r", "hello again\r", "a draft", "\x12", "hel");
  const state = () => [editor.text, editor.search?.query, editor.search?.found];
  assert.deepEqual(state(), ["hello again", "hel", true]);
  editor.feed("\x12");
  assert.deepEqual(state(), ["say hello", "hel", true]);
  editor.feed("\x12");
  assert.deepEqual(state(), ["say hello", "hel", false]);
  editor.feed("\x7f");
  assert.deepEqual(state(), ["hello again", "he", true]);
  editor.feed("\x07");
  assert.deepEqual(state(), ["a draft", undefined, undefined]);
  assert.deepEqual(editor.feed("\x12noth\r"), [{ type: "line", text: "nothing" }]);
  editor.feed("\x12say\x01> ");
  assert.equal(editor.text, "> say hello");
});

Deno.test("lines of earlier runs come behind those of this one, and are asked for once", () => {
  let asked = 0;
  const editor = new LineEditor(() => (asked++, ["old", "older hello"].reverse()));
  editor.feed("new\r");
  assert.equal(asked, 0);
  const up = () => (editor.feed("\x1b[A"), editor.text);
  assert.deepEqual([up(), up(), up(), up()], ["new", "old", "older hello", "older hello"]);
  assert.equal(asked, 1);
});

Deno.test("an answer to a question is not remembered", () => {
  const { editor } = typed("first\r");
  editor.remembers = false;
  editor.feed("y\r");
  editor.remembers = true;
  editor.feed("\x1b[A");
  assert.equal(editor.text, "first");
});
