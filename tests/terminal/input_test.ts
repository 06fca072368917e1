/** What people and programs write to a conversation: lines, slash arguments, JSON commands. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ApiCommand, parseCommand, readCommandLine } from "../../lib/api/command-types.ts";
import { stdinLines } from "../../commands/conversation/lines.ts";
import { splitArguments } from "../../commands/conversation/slash.ts";
import { LimitError, P2PError } from "../../lib/errors.ts";

async function lines(...chunks: Uint8Array[]): Promise<string[]> {
  return await Array.fromAsync(stdinLines(ReadableStream.from(chunks)));
}

Deno.test("lines come out whole, however the pipe cuts them", async () => {
  const bytes = new TextEncoder().encode("一\r\ntwo\n\n  three \nlast");
  const expected = ["一", "two", "", "  three ", "last"];
  assert.deepEqual(await lines(bytes), expected);
  assert.deepEqual(await lines(...Array.from(bytes, (byte) => Uint8Array.of(byte))), expected);
  assert.deepEqual(await lines(), []);
  assert.deepEqual(await lines(new TextEncoder().encode("a\n")), ["a"]);
});

Deno.test("a line without an end is not collected for ever", async () => {
  const endless = Array.from({ length: 20 }, () => new Uint8Array(100_000).fill(0x61));
  await assert.rejects(lines(...endless), LimitError);
});

Deno.test("a line that is too long is left out where somebody is told, and the next is read", async () => {
  const long = "x".repeat(700_000);
  const bytes = new TextEncoder().encode(`one\n${long}${long}${long}\ntwo\n${long}${long}`);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 50_000, max: 3_000_000 }), async (size) => {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      const bad: string[] = [];
      const lines: string[] = [];
      for await (
        const line of stdinLines(ReadableStream.from(pieces), ({ code }) => bad.push(code))
      ) {
        lines.push(line);
      }
      assert.deepEqual(lines, ["one", "two"]);
      assert.deepEqual(bad, ["talk.line-too-long", "talk.line-too-long"]);
    }),
    { numRuns: 20 },
  );
});

Deno.test("arguments of slash commands are split as a shell would", () => {
  const cases: ReadonlyArray<readonly [text: string, parts: string[]]> = [
    ["", []],
    ["a b  c", ["a", "b", "c"]],
    ["'a b' c", ["a b", "c"]],
    ['"a \\" b"', ['a " b']],
    ["a\\ b", ["a b"]],
    ["'it is' 'un", ["it is", "'un"]],
    ["/tmp/中文.txt", ["/tmp/中文.txt"]],
  ];
  for (const [text, parts] of cases) assert.deepEqual(splitArguments(text), parts, text);
});

const parseJsonCommand = (line: string): ApiCommand => parseCommand(readCommandLine(line));

Deno.test("a command with half a character is refused: no other stands for it", () => {
  for (const line of ['{"type":"message","text":"a\\ud800"}', '{"type":"file","path":"\\udc00"}']) {
    assert.throws(() => parseJsonCommand(line), { code: "api.half" });
  }
  assert.ok(parseJsonCommand('{"type":"message","text":"\\ud83d\\ude00"}'));
});

Deno.test("JSON commands", () => {
  assert.deepEqual(parseJsonCommand('{"type":"message","text":"x"}'), {
    type: "message",
    text: "x",
  });
  assert.deepEqual(parseJsonCommand('{"type":"message","to":null,"text":""}'), {
    type: "message",
    text: "",
  });
  assert.deepEqual(parseJsonCommand('{"type":"file","to":"a","path":"p"}'), {
    type: "file",
    to: "a",
    path: "p",
  });
  assert.deepEqual(parseJsonCommand('{"type":"quit","more":1}'), { type: "quit" });
  const bad = [
    "",
    "x",
    "1",
    "null",
    "[]",
    "{}",
    '{"type":"x"}',
    '{"type":"message"}',
    '{"type":"message","text":1}',
  ];
  bad.push('{"type":"file","path":{}}', '{"type":"message","to":1,"text":"x"}');
  for (const line of bad) assert.throws(() => parseJsonCommand(line), P2PError, line);
  fc.assert(fc.property(fc.json(), (line) => {
    try {
      parseJsonCommand(line);
    } catch (error) {
      assert.ok(error instanceof P2PError);
    }
  }));
});
