/**
 * The kernel against OpenSSL's SM4-CTR and SM3 on one thread, and against sm-crypto and sm-crypto-v2, in turn. Both
 * sides are measured in processor time, as `openssl speed` does by default: on an idle machine that is the wall clock,
 * on a busy one it is still comparable. OpenSSL's SM4-CTR does not authenticate; ours is the whole of GCM.
 */
import process from "node:process";
import smCrypto from "sm-crypto";
import { sm3 as sm3OfV2, sm4 as sm4OfV2 } from "sm-crypto-v2";
import { hex } from "../lib/bytes.ts";
import { GCM_NONCE_BYTES, GCM_TAG_BYTES, Sm4Gcm } from "../lib/crypto/gcm.ts";
import { kernel } from "../lib/crypto/kernel/kernel.ts";
import { randomBytes } from "../lib/crypto/random.ts";
import { sm3 } from "../lib/crypto/sm3.ts";
import { type Sm4Mode, sm4Stream } from "../lib/crypto/sm4-modes.ts";
import { hasProgram } from "../tests/support/requires.ts";
import { type Bench, inTurn, rateRow, type Row } from "./harness.ts";

const KIB = 1024;

/** A datagram's payload, and how many of them the session seals at once. */
const PACKET_BYTES = 1200;
const BATCH = 16;

/** Milliseconds of processor time so far. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** MB/s of `call`, which handles `bytes`, over about `milliseconds`. */
function rate(bytes: number, milliseconds: number, call: () => void): number {
  const start = processorTime();
  let calls = 0;
  let elapsed = 0;
  while (elapsed < milliseconds) {
    for (let i = 0; i < 64; i++) call();
    calls += 64;
    elapsed = processorTime() - start;
  }
  return calls * bytes / elapsed / 1000;
}

/** MB/s that `openssl speed` finds for messages of `bytes`. */
async function openssl(algorithm: string, bytes: number, decrypt = false): Promise<number> {
  const { stdout } = await new Deno.Command("openssl", {
    args: [
      ...["speed", "-seconds", "1", "-bytes", String(bytes)],
      ...(decrypt ? ["-decrypt"] : []),
      ...["-evp", algorithm],
    ],
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const match = /([\d.]+)k\s*$/.exec(text);
  if (!match) throw new Error(`openssl speed ${algorithm}: no figure in its output`);
  return Number(match[1]) / 1000;
}

/** What is measured: a name, the bytes of a message, and one call with its count of messages. */
interface Subject {
  readonly what: string;
  readonly bytes: number;
  readonly messages: number;
  readonly algorithm: "sm4-ctr" | "sm3" | `sm4-${Sm4Mode}`;
  /** The peer deciphers. */
  readonly decrypt?: boolean;
  call(): void;
}

function gcmSubjects(): Subject[] {
  const gcm = new Sm4Gcm(randomBytes(16));
  const nonce = randomBytes(GCM_NONCE_BYTES);
  const aad = randomBytes(8);
  const algorithm = "sm4-ctr";
  const single = (name: string, bytes: number): Subject[] => {
    const text = new Uint8Array(bytes);
    const sealed = new Uint8Array(bytes + GCM_TAG_BYTES);
    gcm.sealInto(nonce, aad, text, sealed);
    const opened = new Uint8Array(bytes);
    const out = new Uint8Array(sealed.length);
    return [
      {
        what: `SM4-GCM seal, ${name}`,
        bytes,
        messages: 1,
        algorithm,
        call: () => void gcm.sealInto(nonce, aad, text, out),
      },
      {
        what: `SM4-GCM open, ${name}`,
        bytes,
        messages: 1,
        algorithm,
        call: () => void gcm.openInto(nonce, aad, sealed, opened),
      },
    ];
  };
  const packets = Array.from({ length: BATCH }, () => {
    const input = new Uint8Array(PACKET_BYTES);
    return { nonce, aad, input, output: new Uint8Array(PACKET_BYTES + GCM_TAG_BYTES) };
  });
  gcm.sealMany(packets);
  const sealedPackets = packets.map(({ output }) => {
    return { nonce, aad, input: output.slice(), output: new Uint8Array(PACKET_BYTES) };
  });
  const together = (what: string, call: () => void): Subject => {
    return { what, bytes: PACKET_BYTES, messages: BATCH, algorithm, call };
  };
  return [
    ...single("64 KiB messages", 64 * KIB),
    ...single("1200 B packets, one a call", PACKET_BYTES),
    together(`SM4-GCM seal, 1200 B packets, ${BATCH} a call`, () => gcm.sealMany(packets)),
    together(`SM4-GCM open, 1200 B packets, ${BATCH} a call`, () => {
      gcm.openMany(sealedPackets);
    }),
  ];
}

function hashSubjects(): Subject[] {
  return [64 * KIB, KIB].map((bytes) => {
    const message = new Uint8Array(bytes);
    const what = `SM3, ${bytes / KIB} KiB messages`;
    return { what, bytes, messages: 1, algorithm: "sm3", call: () => void sm3(message) };
  });
}

/** The modes that chain one block to the next. What waits for the block before cannot be done side by side. */
function modeSubjects(): Subject[] {
  const bytes = 64 * KIB;
  const data = new Uint8Array(bytes), iv = randomBytes(16), key = randomBytes(16);
  return (["cbc", "cfb", "ofb"] as const).flatMap((mode) =>
    (["encrypt", "decrypt"] as const).map((direction): Subject => {
      const stream = sm4Stream(mode, direction, key, { iv, padding: false });
      return {
        what: `SM4-${mode.toUpperCase()} ${direction}, 64 KiB pieces`,
        bytes,
        messages: 1,
        algorithm: `sm4-${mode}`,
        decrypt: direction === "decrypt",
        call: () => void stream.update(data),
      };
    })
  );
}

/** The JavaScript libraries, on messages that they get through in reasonable time. */
async function libraryRows(milliseconds: number, rounds: number): Promise<Row[]> {
  const bytes = 16 * KIB;
  const key = randomBytes(16);
  const nonce = randomBytes(GCM_NONCE_BYTES);
  const message = randomBytes(bytes);
  const gcm = new Sm4Gcm(key);
  const measure = (call: () => void) => () => rate(bytes, milliseconds, call);
  const seal = measure(() => void gcm.seal(nonce, message));
  const hash = measure(() => void sm3(message));
  const list = Array.from(message);
  const [ours, v2, v1] = await inTurn(
    rounds,
    seal,
    measure(() =>
      void sm4OfV2.encrypt(message, hex(key), {
        mode: "gcm",
        iv: hex(nonce),
        output: "array",
        outputTag: true,
      })
    ),
    measure(() => void smCrypto.sm4.encrypt(list, Array.from(key), { output: "array" })),
  );
  const [ourHash, hash2, hash1] = await inTurn(
    rounds,
    hash,
    measure(() => void sm3OfV2(message)),
    measure(() => void smCrypto.sm3(list)),
  );
  return [
    rateRow("SM4-GCM seal, 16 KiB messages", "MB/s", ours!, "sm-crypto-v2 SM4-GCM", v2),
    rateRow("SM4-GCM seal, 16 KiB messages", "MB/s", ours!, "sm-crypto SM4-ECB", v1),
    rateRow("SM3, 16 KiB messages", "MB/s", ourHash!, "sm-crypto-v2", hash2),
    rateRow("SM3, 16 KiB messages", "MB/s", ourHash!, "sm-crypto", hash1),
  ];
}

/** Runs `bytes` bytes through the kernel, so that the optimising compiler has done its work. */
function warmUp(bytes: number): void {
  const current = kernel();
  const key = current.prepare(new Uint8Array(16));
  const piece = new Uint8Array((1 << 14) + 16);
  const nonce = new Uint8Array(12);
  const aad = new Uint8Array(0);
  for (let done = 0; done < bytes; done += 1 << 14) {
    current.gcmSeal(key, nonce, aad, piece.subarray(0, 1 << 14), piece);
  }
  key.wipe();
}

/** The group for `deno task bench`. */
export const bench: Bench = {
  name: "kernel",
  async run({ quick }) {
    const rows: Row[] = [];
    const rounds = quick ? 3 : 7;
    const milliseconds = quick ? 200 : 700;
    warmUp(1 << 25);
    const peer = hasProgram("openssl");
    for (
      const { what, bytes, messages, algorithm, decrypt, call } of [
        ...gcmSubjects(),
        ...modeSubjects(),
        ...hashSubjects(),
      ]
    ) {
      rate(bytes * messages, 300, call);
      const [ours, theirs] = await inTurn(
        rounds,
        () => rate(bytes * messages, milliseconds, call),
        ...(peer ? [() => openssl(algorithm, bytes, decrypt)] : []),
      );
      rows.push(rateRow(what, "MB/s", ours!, `openssl speed ${algorithm}, ${bytes} B`, theirs));
    }
    return [...rows, ...await libraryRows(milliseconds, rounds)];
  },
};
