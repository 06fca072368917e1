/** docs/protocol.md, section 6: its examples, limits and codes are those of the code. */
import assert from "node:assert/strict";
import { concat, fromHex, hex } from "../../lib/bytes.ts";
import { CloseCode } from "../../lib/net/close.ts";
import { encodeMessage, encodeReceipt } from "../../lib/transfer/messages.ts";
import { TransferCode } from "../../lib/transfer/verdict.ts";
import { encodePreface, StreamKind } from "../../lib/transfer/preface.ts";
import { receiveTransfer } from "../../lib/transfer/receive.ts";
import { recordHeader, RecordType } from "../../lib/transfer/records.ts";
import { sendTransfer } from "../../lib/transfer/send.ts";
import { StreamCode } from "../../lib/transfer/stream.ts";
import { pipe } from "./support.ts";

const DOCUMENT = Deno.readTextFileSync(new URL("../../docs/protocol.md", import.meta.url));
const SECTION = DOCUMENT.slice(DOCUMENT.indexOf("# 6. Application protocol"));
const [CONVERSATION, TRANSFER] = [
  ...SECTION.slice(SECTION.indexOf("## 6.8")).matchAll(/```\n([\s\S]*?)```/g),
].map((match) => match[1]!);

function said(by: string): string {
  const lines = TRANSFER!.split("\n").filter((line) => line.startsWith(by));
  return lines.map((line) => line.slice(1).replaceAll(" ", "")).join("");
}

const TIME = Date.UTC(2026, 0, 2, 3, 4, 5);

Deno.test("the conversation of the example is what the code writes", () => {
  const id = "0102030405060708090a0b0c0d0e0f10";
  const bytes = concat(
    encodePreface(StreamKind.conversation),
    encodeMessage(fromHex(id), TIME, "你好", ["f0".repeat(16)]),
    encodeReceipt({ id, stored: true }),
  );
  assert.equal(hex(bytes), CONVERSATION!.replace(/\s/g, ""));
});

Deno.test("the transfer of the example is what two programs say to each other", async () => {
  const { left, right } = pipe();
  const heard = { S: "", R: "" };
  for (const [name, end] of [["S", left], ["R", right]] as const) {
    const write = end.write.bind(end);
    end.write = (bytes) => {
      heard[name] += hex(bytes);
      return write(bytes);
    };
  }
  const content = new TextEncoder().encode("hello\n");
  const entry = {
    root: 0,
    folder: false,
    mode: 0o644,
    modified: TIME,
    size: content.length,
    path: "a.txt",
    readWhole: (out: Uint8Array) => {
      out.set(content);
      return true;
    },
    open: () => {
      let left = content;
      return Promise.resolve({
        read: (out: Uint8Array) => {
          out.set(left);
          const length = left.length;
          left = left.subarray(length);
          return Promise.resolve(length);
        },
        seek: () => Promise.resolve(),
        unchanged: () => true,
        close: () => undefined,
      });
    },
  };
  const file = {
    read: () => Promise.resolve(0),
    restart: () => Promise.resolve(),
    write: () => undefined,
    complete: () => Promise.resolve(),
    suspend: () => Promise.resolve(),
  };
  const target = {
    folder: () => undefined,
    put: () => undefined,
    have: () => 0,
    open: () => Promise.resolve(file),
    skip: () => undefined,
    dropRoot: () => Promise.resolve(),
    endRoot: () => Promise.resolve("/somewhere/a.txt"),
    close: () => Promise.resolve(),
  };
  const receiving = (async () => {
    await right.read(new Uint8Array(2));
    return await receiveTransfer(right, { decide: () => Promise.resolve(target) });
  })();
  const offer = {
    kind: 0,
    files: 1,
    folders: 0,
    bytes: 6,
    milliseconds: 0,
    mediaType: "",
    name: "a.txt",
  } as const;
  await sendTransfer(left, offer, [entry]);
  await receiving;
  assert.deepEqual(heard, { S: said("S"), R: said("R") });
});

/** Rows of the tables of the document as their cells. */
function rows(text: string): string[][] {
  return text.split("\n").filter((line) => line.startsWith("| ")).map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
}

function part(from: string, to: string): string {
  return SECTION.slice(SECTION.indexOf(from), SECTION.indexOf(to));
}

Deno.test("every record type stands in the document with its number and its longest body", () => {
  const table = rows(part("## 6.2", "## 6.3")).filter(([type]) => type!.startsWith("0x"));
  const documented = Object.fromEntries(table.map(([type, name]) => [name, Number(type)]));
  const named = Object.entries(RecordType).map((
    [name, type],
  ) => [name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), type]);
  assert.deepEqual(documented, Object.fromEntries(named));
  for (const [type, name, , , limit] of table) {
    const sum = limit!.replaceAll(",", "").split("+").map((term) =>
      term.split("×").map(Number).reduce((a, b) => a * b)
    ).reduce((a, b) => a + b);
    const header = (length: number) => () => recordHeader(Number(type) as RecordType, length);
    assert.doesNotThrow(header(sum), `${name} of ${sum}`);
    assert.throws(header(sum + 1), RangeError, `${name} of ${sum + 1}`);
  }
});

Deno.test("every code stands in the document", () => {
  const numbers = (text: string) =>
    rows(text).map(([code]) => Number(code)).filter((n) => !isNaN(n));
  const sorted = (codes: Record<string, number>) => Object.values(codes).sort((a, b) => a - b);
  assert.deepEqual(numbers(part("Stream codes", "Close codes")), sorted(StreamCode));
  assert.deepEqual(numbers(part("Close codes", "## 6.2")), sorted(CloseCode));
  const codes = part("replaces the rest of a file", "`root end`");
  assert.deepEqual(numbers(codes), sorted(TransferCode));
});
