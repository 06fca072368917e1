/** Error wording: "action: reason", lower case, no full stop, in both languages. */
import assert from "node:assert/strict";
import { chinese } from "../../lib/text/zh/catalogue.ts";
import { english } from "../../lib/text/en/catalogue.ts";
import { chineseFault } from "../support/chinese.ts";
import { type Source, sources } from "../support/imports.ts";
import { literals } from "../support/literals.ts";

/** A class, what it extends, and its body. */
const CLASS = /class (\w+)(?:<.*?>)? extends (\w+)[^{]*\{([\s\S]*?\n\})/g;

/** The error classes that take a code, or a sentence, first: those of lib/errors.ts, and what is derived from them. */
const CLASSES = errorClasses(sources("lib", "commands"));

/** What is given to an error as its code, or, before there were codes, its sentence. */
const RAISED = new RegExp(
  `(?:new (?:${
    CLASSES.join("|")
  })|\\bsuper)\\(\\s*(\`(?:[^\`\\\\]|\\\\.)*\`|"(?:[^"\\\\]|\\\\.)*")`,
  "g",
);

/** A code of the catalogue, whose words lib/text/ has. */
const CODE = /^[a-z]+[a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+$/;

function errorClasses(all: readonly Source[]): string[] {
  const found = new Set(["P2PError", "InterruptedError"]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const { text } of all) {
      for (const [, name = "", base = "", body = ""] of text.matchAll(CLASS)) {
        if (found.has(base) && !body.includes("constructor(")) found.add(name);
      }
    }
  }
  return [...found];
}

/** Every code or sentence that an error of `source` is made with. */
function raised({ text }: Source): string[] {
  return [...text.matchAll(RAISED)].map(([, literal = ""]) => literal);
}

/** What is wrong with one sentence, if anything. `${…}` stands for text that is there at run time. */
function fault(literal: string): string | undefined {
  const message = literal.slice(1, -1).replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "x");
  if (CODE.test(message) || message === "internal") return undefined;
  if (!message.includes(": ")) return "no 'action: reason'";
  if (/^[A-Z][a-z]/.test(message)) return "begins with a capital";
  if (/[.!]$/.test(message)) return "ends with a full stop";
  return undefined;
}

/** Every badly worded message of a file. */
function faults(source: Source): string[] {
  return raised(source).flatMap((literal) => {
    const what = fault(literal);
    return what === undefined ? [] : [`${source.path}: ${literal}: ${what}`];
  });
}

/** The words of an entry, as they stand in it: of a function, the literals that it is made of. */
function wordsOf(entry: unknown): string[] {
  return typeof entry === "string" ? [entry] : literals(String(entry)).map(({ text }) => text);
}

/** Codes, or beginnings of codes, of errors that are always the reason within another: they name no action. */
const REASONS = [
  "chain.", // within "read certificate alice.pem: …", "verify certificate of alice: …"
  "cms.cipher", // within "read CMS message: …"
  "cms.digest",
  "cms.other-type",
  "credentials.other-key", // within "verify peer …: …"
  "der.", // within "read private key alice.pem: …"
  "encoding.",
  "foreign.",
  "kdf.",
  "key.",
  "pem.",
  "pkcs12.",
  "signature.number-length", // within "read signature a.sig: …"
  "signature.unknown-form",
  "sm2.c3-length", // within "read ciphertext a.bin: …"
  "sm2.not-a-point",
  "sm2.secret-",
  "sm2.too-short",
  "worker.error", // the error of another thread, whole
  "flag.", // within "parse command line: --flag: …"
  "picture.file-too-large", // within "read cat.jpg: …"
];

/** Codes that errors are made with, of those that are shown by themselves. */
function errorCodes(): string[] {
  const codes = sources("lib", "commands").flatMap(raised).map((literal) => literal.slice(1, -1));
  return [...new Set(codes)].filter((code) => CODE.test(code) && code in english)
    .filter((code) => !REASONS.some((reason) => code.startsWith(reason)));
}

/** What is wrong with the words of an entry, whatever it is for. */
function entryFault(words: readonly string[]): string | undefined {
  if (words.some((text) => /[^.…][.。]$/.test(text))) return "ends with a full stop";
  return undefined;
}

Deno.test("errors are worded as action, colon, reason, without a full stop", () => {
  assert.deepEqual(
    sources("lib", "commands", "main.ts")
      .filter(({ path }) => path !== "lib/errors.ts").flatMap(faults),
    [],
  );
});

Deno.test("the words of every error's code are action, colon, reason, in both languages", () => {
  const bad = errorCodes().filter((code) => {
    const own = wordsOf(english[code as keyof typeof english]);
    const theirs = wordsOf(chinese[code as keyof typeof english]);
    return !own.some((words) => words.includes(":")) ||
      !theirs.some((words) => words.includes("：")) || /^[A-Z][a-z]/.test(own[0] ?? "");
  });
  assert.deepEqual(bad, []);
});

Deno.test("no entry of the catalogue ends with a full stop", () => {
  for (const all of [english, chinese]) {
    for (const [code, entry] of Object.entries(all)) {
      assert.equal(entryFault(wordsOf(entry)), undefined, `${code}: ${wordsOf(entry)}`);
    }
  }
});

/** Entries that are no words of a language. */
const NO_WORDS = ["stego.check.head"];

Deno.test("Chinese entries are Chinese, with the punctuation of Chinese", () => {
  for (const [code, entry] of Object.entries(chinese)) {
    if (NO_WORDS.includes(code)) continue;
    for (const words of wordsOf(entry)) {
      const what = chineseFault(words);
      if (what === "not Chinese" && typeof entry !== "string") continue;
      assert.equal(what, undefined, `${code}: ${words}`);
    }
  }
});

Deno.test("a badly worded error is found, of every class", () => {
  assert.ok(CLASSES.includes("RemoteProtocolError") && CLASSES.length >= 11, CLASSES.join());
  for (const name of CLASSES) {
    for (const literal of ['"no colon"', '"Read key: capital"', "`read ${path}: stop.`"]) {
      const text = `throw new ${name}(${literal});`;
      assert.equal(faults({ path: "x.ts", text, local: [], foreign: [] }).length, 1, text);
    }
  }
  const good =
    'throw new FormatError("read key: not a PEM file"); new UsageError("usage.parse", { x });';
  assert.deepEqual(faults({ path: "x.ts", text: good, local: [], foreign: [] }), []);
  assert.equal(entryFault(["read key: stop."]), "ends with a full stop");
  assert.equal(chineseFault("读取密钥: 不是 PEM 文件"), 'ASCII punctuation in Chinese: "钥:"');
  assert.equal(chineseFault("读取密钥：不是 PEM 文件"), undefined);
});
