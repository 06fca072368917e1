/**
 * The engine that this machine can run, chosen and tested at first use. Making it takes about a millisecond and no
 * I/O, so that programs which hash or encrypt nothing pay nothing.
 */
import { type Bytes, concat, equalConstantTime, fromHex } from "../../bytes.ts";
import { FailureError } from "../../errors.ts";
import { text as textOf } from "../../text/catalogue.ts";
import { EARLY_FUNCTIONS, kernelModule, LOOK_UPS } from "./built/module.ts";
import type { Engine } from "./engine.ts";
import { withHints } from "./hints.ts";
import { ScalarEngine } from "./scalar.ts";
import { SM3_IV } from "./sm3-scalar.ts";
import { WasmEngine } from "./wasm.ts";

export type { BatchMessage, Engine, PreparedKey } from "./engine.ts";

/** The kinds of engine, the fastest first. */
export type EngineKind = WasmKind | "scalar";

type WasmKind = "relaxed" | "plain";

let engine: Engine | undefined;

/** What `prepareKernel` has compiled, for the engine of this thread. */
let prepared: { readonly kind: WasmKind; readonly module: WebAssembly.Module } | undefined;

/**
 * Has the engine's module compiled on other threads, and optimised there what the first megabytes go through. Whoever asks
 * for the engine sooner gets another. It never rejects: what does not compile is compiled again, and fails, where it is used.
 */
export function prepareKernel(): Promise<void> {
  const kind = runsWasm("relaxed") ? "relaxed" : "plain";
  if (engine !== undefined || !runsWasm(kind)) return Promise.resolve();
  return WebAssembly.compile(withHints(moduleOf(kind), EARLY_FUNCTIONS)).then(
    (module) => void (prepared = { kind, module }),
    () => undefined,
  );
}

/** The engine of this thread. */
export function kernel(): Engine {
  return engine ??= start();
}

/** The engine of this thread if something has started it, for work too small to start it for. */
export function runningKernel(): Engine | undefined {
  return engine;
}

/** An engine of one kind, all of it tested; undefined where this machine cannot run it. */
export function makeEngine(kind: EngineKind): Engine | undefined {
  const made = kind === "scalar" ? new ScalarEngine() : wasmEngine(kind);
  if (made) selfTestEngine(made);
  return made;
}

/** The same for a program that starts: what only much data needs is tested when much data comes. */
export function startEngine(kind: EngineKind): Engine | undefined {
  const made = kind === "scalar" ? new ScalarEngine() : wasmEngine(kind);
  if (made) testSmall(made);
  return made;
}

/** A module of one function that looks bytes up, (module (func (result v128) …)): what `validate` is asked about. */
function probe(...lookUp: number[]): Bytes {
  const body = [0, 0xfd, 12, ...new Array<number>(16).fill(0), 0xfd, 12];
  body.push(...new Array<number>(16).fill(0), 0xfd, ...lookUp, 0x0b);
  return Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic and version
    ...[1, 5, 1, 0x60, 0, 1, 0x7b], // one type: () -> v128
    ...[3, 2, 1, 0], // one function of it
    ...[10, body.length + 2, 1, body.length, ...body],
  );
}

/** i8x16.relaxed_swizzle (0x100) and i8x16.swizzle (0x0e) behind the SIMD prefix. */
const PROBES = { relaxed: probe(0x80, 2), plain: probe(0x0e) } as const;

/** i8x16.swizzle, its opcode as long as the relaxed one's. */
const PLAIN_SWIZZLE = [0xfd, 0x8e, 0x00] as const;

/** Makes the plain build of the relaxed one: the byte look-ups are all they differ in. */
function withoutRelaxed(module: Bytes): void {
  let at = 0;
  for (const distance of LOOK_UPS.split(" ")) {
    at += Number(distance);
    module.set(PLAIN_SWIZZLE, at);
  }
}

/** Whether this machine runs the kernel in its build of a kind. */
function runsWasm(kind: WasmKind): boolean {
  return typeof WebAssembly !== "undefined" && WebAssembly.validate(PROBES[kind]);
}

/** The module of a kind. */
function moduleOf(kind: WasmKind): Bytes {
  const module = kernelModule();
  if (kind === "plain") withoutRelaxed(module);
  return module;
}

function wasmEngine(kind: WasmKind): Engine | undefined {
  if (!runsWasm(kind)) return undefined;
  const module = prepared?.kind === kind ? prepared.module : new WebAssembly.Module(moduleOf(kind));
  return new WasmEngine(module, kind === "relaxed" ? "relaxed SIMD" : "SIMD", {
    large: testLarge,
    chain: testChain,
  });
}

function start(): Engine {
  const made = startEngine("relaxed") ?? startEngine("plain") ?? startEngine("scalar");
  if (!made) throw new FailureError("kernel.none", {});
  return made;
}

/** SM3("abc") (GB/T 32905-2016 A.1). */
const ABC_DIGEST = fromHex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");

/** Key, nonce, AAD and tag of RFC 8998 A.1. */
const RFC_KEY = fromHex("0123456789abcdeffedcba9876543210");
const RFC_NONCE = fromHex("00001234567800000000abcd");
const RFC_AAD = fromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
const RFC_TEXT = fromHex(
  "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd" +
    "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
);
const RFC_TAG = fromHex("83de3541e4c2b58177e065a9bf7b62ec");

/** The tag of 5000 bytes 0, 1, 2, … under the same key and nonce: a whole bitsliced batch, and a tail. */
const LARGE_BYTES = 5000;
const LARGE_TAG = fromHex("b365a004039f1ca08659395e4fe2d294");

/** Two blocks of the RFC's key under it, and with it as the IV (draft-ribose-cfrg-sm4 appendix A.2). */
const CHAINED = {
  cbc: fromHex("2677f46b09c122cc975533105bd4a22af6125f7275ce552c3a2bbcf533de8a3b"),
  cfb: fromHex("693d9a535bad5bb1786f53d7253a70569ed258a85a0467cc92aab393dd978995"),
  ofb: fromHex("693d9a535bad5bb1786f53d7253a7056f2075d28b5235f58d50027e4177d2bce"),
} as const;

/** Messages sealed in one call, and bytes of each. */
const BATCH_MESSAGES = 3;
const BATCH_BYTES = 1000;

/** Known answers: an engine that gives others must not be used (it would write what no one can read). */
export function selfTestEngine(candidate: Engine): void {
  testSmall(candidate);
  testLarge(candidate);
  testChain(candidate);
}

function refuse(candidate: Engine): never {
  throw new FailureError("kernel.self-test", { kernel: candidate.name }, {
    hint: textOf("kernel.self-test.hint"),
  });
}

/** One block of SM3, and SM4-GCM of a short message both ways. */
function testSmall(candidate: Engine): void {
  const state = SM3_IV.slice();
  const block = new Uint8Array(64);
  block.set([0x61, 0x62, 0x63, 0x80]);
  block[63] = 24;
  candidate.sm3(state, block);
  const digest = new Uint8Array(32);
  const words = new DataView(digest.buffer);
  state.forEach((word, i) => words.setInt32(4 * i, word));
  if (!equalConstantTime(digest, ABC_DIGEST)) refuse(candidate);
  checkGcm(candidate, RFC_TEXT, RFC_TAG);
}

/** SM4-GCM of a long message both ways, and of several in one call. */
function testLarge(candidate: Engine): void {
  candidate.expectMuch();
  const text = new Uint8Array(LARGE_BYTES);
  for (let i = 0; i < LARGE_BYTES; i++) text[i] = i;
  const sealed = checkGcm(candidate, text, LARGE_TAG);
  const key = candidate.prepare(RFC_KEY);
  const input = text.subarray(0, BATCH_BYTES);
  const messages = Array.from({ length: BATCH_MESSAGES }, () => {
    return { nonce: RFC_NONCE, input, output: new Uint8Array(BATCH_BYTES + 16) };
  });
  candidate.gcmSealMany(key, messages);
  const opened = candidate.gcmOpenMany(
    key,
    messages.map(({ nonce, output }) => ({ nonce, input: output, output: output.slice() })),
  );
  key.wipe();
  const expected = sealed.subarray(0, BATCH_BYTES);
  if (
    !opened.every((authentic) => authentic) ||
    !messages.every(({ output }) => equalConstantTime(output.subarray(0, BATCH_BYTES), expected))
  ) refuse(candidate);
}

/** Two blocks in CBC, CFB and OFB mode. */
function testChain(candidate: Engine): void {
  const key = candidate.prepare(RFC_KEY);
  const text = concat(RFC_KEY, RFC_KEY);
  const out = new Uint8Array(text.length);
  const check = (answer: Bytes) => {
    if (!equalConstantTime(out, answer)) refuse(candidate);
  };
  candidate.cbc(key, false, RFC_KEY.slice(), text, out);
  check(CHAINED.cbc);
  candidate.cfb(key, false, RFC_KEY.slice(), text, out);
  check(CHAINED.cfb);
  candidate.ofb(key, RFC_KEY.slice(), text, out);
  check(CHAINED.ofb);
  key.wipe();
}

/** Seals `text` under the RFC's key, nonce and AAD, compares the tag, and opens it again. Answers ciphertext ‖ tag. */
function checkGcm(candidate: Engine, text: Uint8Array, tag: Uint8Array): Bytes {
  const key = candidate.prepare(RFC_KEY);
  const sealed = new Uint8Array(text.length + 16);
  candidate.gcmSeal(key, RFC_NONCE, RFC_AAD, text, sealed);
  const opened = new Uint8Array(text.length);
  const authentic = candidate.gcmOpen(key, RFC_NONCE, RFC_AAD, sealed, opened);
  key.wipe();
  if (!authentic || !equalConstantTime(opened, text)) refuse(candidate);
  if (!equalConstantTime(sealed.subarray(text.length), tag)) refuse(candidate);
  return sealed;
}
