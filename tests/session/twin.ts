/**
 * A slow, readable second peer, written from docs/protocol.md alone: it shares no code with lib/ but byte helpers. Given
 * both sides' secrets it follows a recorded handshake byte by byte and says what both ends must hold.
 */
import { concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { seal } from "../reference/gcm.ts";
import { sm3 as hash } from "../reference/sm3.ts";

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const G = [
  0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
] as const;

type Point = readonly [bigint, bigint] | undefined;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = base % P, e = exponent; e > 0n; e >>= 1n, b = b * b % P) {
    if (e & 1n) result = result * b % P;
  }
  return result;
}

function add(p: Point, q: Point): Point {
  if (!p) return q;
  if (!q) return p;
  const same = p[0] === q[0];
  if (same && (p[1] + q[1]) % P === 0n) return undefined;
  const [rise, run] = same ? [3n * p[0] * p[0] + A, 2n * p[1]] : [q[1] - p[1], q[0] - p[0]];
  const slope = (rise % P + P) * power((run % P + P) % P, P - 2n) % P;
  const x = ((slope * slope - p[0] - q[0]) % P + P) % P;
  return [x, ((slope * (p[0] - x) - p[1]) % P + P) % P];
}

function multiply(k: bigint, p: Point): Point {
  let result: Point;
  for (let e = k; e > 0n; e >>= 1n, p = add(p, p)) if (e & 1n) result = add(result, p);
  return result;
}

const number = (bytes: Uint8Array) => BigInt("0x" + hex(bytes));
const bytes32 = (value: bigint) => fromHex(value.toString(16).padStart(64, "0"));

/** The public key of a secret key in hex. */
export function publicOf(secret: string): Uint8Array {
  const [x, y] = multiply(BigInt("0x" + secret), G)!;
  return concat(Uint8Array.of(y & 1n ? 3 : 2), bytes32(x));
}

function agree(secret: string, publicKey: Uint8Array): Uint8Array {
  const x = number(publicKey.subarray(1));
  let y = power((x * x * x + A * x + B) % P, (P + 1n) / 4n);
  if (Number(y & 1n) !== publicKey[0]! - 2) y = P - y;
  return bytes32(multiply(BigInt("0x" + secret), [x, y])![0]);
}

/** HMAC-SM3 (RFC 2104). */
export function hmac(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const block = concat(key, new Uint8Array(64 - key.length));
  const inner = hash(concat(block.map((byte) => byte ^ 0x36), ...parts));
  return hash(concat(block.map((byte) => byte ^ 0x5c), inner));
}

function expand(secret: Uint8Array, label: string, length: number): Uint8Array {
  return hmac(secret, utf8(label), Uint8Array.of(1)).subarray(0, length);
}

/** What the nonce and the key of a packet are. */
export function packetKeys(secret: Uint8Array, phase: number, packetNumber: number) {
  const current = phase === 0 ? secret : expand(secret, "p2p 1 update", 32);
  const nonce = expand(current, "p2p 1 iv", 12).slice();
  const counter = bytes32(BigInt(packetNumber)).subarray(20);
  for (let i = 0; i < 12; i++) nonce[i]! ^= counter[i]!;
  return { key: expand(current, "p2p 1 key", 16), nonce };
}

/** Ciphertext and tag, by the reference. */
export { seal };

/** The Noise symmetric state (§5.2), which seals: each side's view is checked by sealing again what is known. */
class Symmetric {
  h: Uint8Array;
  ck: Uint8Array;
  k: Uint8Array | undefined;
  n = 0;
  constructor(name: string) {
    const text = utf8(name);
    this.h = text.length <= 32 ? concat(text, new Uint8Array(32 - text.length)) : hash(text);
    this.ck = this.h;
  }
  mixHash(data: Uint8Array): void {
    this.h = hash(concat(this.h, data));
  }
  hkdf(material: Uint8Array): Uint8Array[] {
    const t = hmac(this.ck, material);
    const one = hmac(t, Uint8Array.of(1));
    const two = hmac(t, one, Uint8Array.of(2));
    return [one, two, hmac(t, two, Uint8Array.of(3))];
  }
  mixKey(material: Uint8Array): void {
    [this.ck, this.k] = this.hkdf(material) as [Uint8Array, Uint8Array];
    this.n = 0;
  }
  mixKeyAndHash(material: Uint8Array): void {
    const [ck, h, k] = this.hkdf(material);
    [this.ck, this.k, this.n] = [ck!, k, 0];
    this.mixHash(h!);
  }
  encrypt(plaintext: Uint8Array): Uint8Array {
    let sealed = plaintext;
    if (this.k) {
      const nonce = concat(new Uint8Array(4), bytes32(BigInt(this.n++)).subarray(24));
      sealed = seal(this.k.subarray(0, 16), nonce, this.h, plaintext);
    }
    this.mixHash(sealed);
    return sealed;
  }
}

/** Pre-messages and messages, as in the table of docs/protocol.md, section 2; `i` and `r` say whose. */
const PATTERNS: Record<string, { name: string; before: string[]; messages: string[] }> = {
  XX: { name: "XX", before: [], messages: ["i e", "r e ee s es", "i s se"] },
  IK: { name: "IK", before: ["r s"], messages: ["i e es s ss", "r e ee se"] },
  resume: { name: "IKpsk1", before: ["r s"], messages: ["i e es s ss psk", "r e ee se"] },
  fallback: { name: "XXfallback", before: ["i e"], messages: ["r e ee s es", "i s se"] },
};

/** Static and ephemeral secrets of the two, in hex. */
export type Secrets = Record<"i" | "r", Record<"s" | "e", string>>;

/** Runs a handshake with both sides' secrets: the bodies, and what it leaves. */
export function handshake(
  kind: string,
  prologue: Uint8Array,
  secrets: Secrets,
  hellos: Record<"i" | "r", Uint8Array>,
  psk: Uint8Array,
) {
  const { name, before, messages } = PATTERNS[kind]!;
  const state = new Symmetric(`Noise_${name}_SM2_SM4GCM_SM3`);
  const keyOf = (who: string, which: string) => secrets[who as "i" | "r"][which as "s" | "e"];
  state.mixHash(prologue);
  for (const pre of before) state.mixHash(publicOf(keyOf(pre[0]!, pre[2]!)));
  const bodies = messages.map((message) => {
    const [who, ...tokens] = message.split(" ");
    const parts: Uint8Array[] = [];
    for (const token of tokens) {
      if (token === "e") {
        const key = publicOf(keyOf(who!, "e"));
        parts.push(key);
        state.mixHash(key);
        if (name.includes("psk")) state.mixKey(key);
      } else if (token === "s") parts.push(state.encrypt(publicOf(keyOf(who!, "s"))));
      else if (token === "psk") state.mixKeyAndHash(psk);
      else state.mixKey(agree(keyOf("i", token[0]!), publicOf(keyOf("r", token[1]!))));
    }
    const empty = kind === "XX" && tokens.length === 1;
    parts.push(state.encrypt(empty ? new Uint8Array(0) : hellos[who as "i" | "r"]));
    return { from: who as "i" | "r", body: concat(...parts) };
  });
  const [initiatorSecret, responderSecret] = state.hkdf(new Uint8Array(0));
  const ticketSecret = hmac(state.ck, utf8("p2p 1 ticket"), state.h);
  return {
    bodies,
    handshakeHash: state.h,
    initiatorSecret: initiatorSecret!,
    responderSecret: responderSecret!,
    ticketSecret,
    ticketName: hmac(ticketSecret, utf8("p2p 1 ticket name")).subarray(0, 16),
  };
}

/** The check of a handshake datagram (section 1.1). */
export function check(covered: Uint8Array): Uint8Array {
  return hmac(hash(utf8("p2p datagram check")), covered).subarray(0, 16);
}
