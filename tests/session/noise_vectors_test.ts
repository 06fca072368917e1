/** The Noise state machine against the public vectors, with 25519, AESGCM and SHA256 in place of SM2, SM4-GCM and SM3. */
import { text as textOf } from "../../lib/text/catalogue.ts";
import { gcm } from "@noble/ciphers/aes.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import assert from "node:assert/strict";
import { type Bytes, concat, fromHex, hex } from "../../lib/bytes.ts";
import { AuthenticationError, InvalidKeyError } from "../../lib/errors.ts";
import {
  type HandshakeResult,
  HandshakeState,
  isReadFailure,
} from "../../lib/session/noise/handshake-state.ts";
import { PATTERNS, senderOf } from "../../lib/session/noise/patterns.ts";
import type { DhKeyPair, NoiseSuite } from "../../lib/session/noise/suite.ts";
import { testWithVectors } from "../support/vectors.ts";

type PatternName = keyof typeof PATTERNS;

const NAME = "noise/cacophony_25519_AESGCM_SHA256.json";

function nonce96(counter: number): Bytes {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(counter));
  return nonce;
}

const suite: NoiseSuite = {
  dh: {
    name: "25519",
    publicBytes: 32,
    generate: (random) => keyPair(random(32)),
    checkPublic(publicKey) {
      if (publicKey.every((byte) => byte === 0)) {
        throw new InvalidKeyError("bytes.number", { what: textOf("reading.input") });
      }
    },
    dh: (secretKey, publicKey) => x25519.getSharedSecret(secretKey, publicKey).slice() as Bytes,
  },
  cipher: {
    name: "AESGCM",
    key(key) {
      const own = key.slice();
      return {
        seal: (nonce, aad, plaintext) =>
          gcm(own, nonce96(nonce), aad).encrypt(plaintext).slice() as Bytes,
        open(nonce, aad, sealed) {
          try {
            return gcm(own, nonce96(nonce), aad).decrypt(sealed).slice() as Bytes;
          } catch (cause) {
            throw new AuthenticationError("bytes.hex", { what: textOf("reading.input") }, {
              cause,
            });
          }
        },
        wipe: () => void own.fill(0),
      };
    },
  },
  hash: {
    name: "SHA256",
    hash: (...parts) => sha256(concat(...parts)).slice() as Bytes,
    hmac: (key, ...parts) => hmac(sha256, key, concat(...parts)).slice() as Bytes,
  },
};

function keyPair(secretKey: Uint8Array): DhKeyPair {
  return { secretKey, publicKey: x25519.getPublicKey(secretKey) };
}

interface Vector {
  protocol_name: string;
  init_prologue: string;
  init_static?: string;
  init_ephemeral: string;
  init_remote_static?: string;
  init_psks?: string[];
  resp_prologue: string;
  resp_static?: string;
  resp_ephemeral: string;
  resp_remote_static?: string;
  resp_psks?: string[];
  handshake_hash: string;
  messages: { payload: string; ciphertext: string }[];
}

function side(vector: Vector, role: "initiator" | "responder"): HandshakeState {
  const name = vector.protocol_name.split("_")[1] as PatternName;
  const pick = role === "initiator"
    ? [vector.init_prologue, vector.init_static, vector.init_ephemeral, vector.init_remote_static]
    : [vector.resp_prologue, vector.resp_static, vector.resp_ephemeral, vector.resp_remote_static];
  const psk = (role === "initiator" ? vector.init_psks : vector.resp_psks)?.[0];
  const [prologue, secret, ephemeral, remote] = pick;
  return new HandshakeState({
    suite,
    pattern: PATTERNS[name],
    role,
    prologue: fromHex(prologue!),
    random: () => fromHex(ephemeral!),
    localStatic: secret === undefined ? undefined : keyPair(fromHex(secret)),
    remoteStatic: remote === undefined ? undefined : fromHex(remote),
    psk: psk === undefined ? undefined : fromHex(psk),
  });
}

function follow(vector: Vector): void {
  const parties = { initiator: side(vector, "initiator"), responder: side(vector, "responder") };
  const pattern = PATTERNS[vector.protocol_name.split("_")[1] as PatternName];
  const transport: { initiator?: HandshakeResult; responder?: HandshakeResult } = {};
  vector.messages.forEach((message, index) => {
    const sender = senderOf(pattern, index);
    const receiver = sender === "initiator" ? "responder" : "initiator";
    const payload = fromHex(message.payload);
    if (index >= pattern.messages.length) {
      const sealed = transport[sender]!.send.seal(new Uint8Array(0), payload);
      assert.equal(hex(sealed), message.ciphertext);
      const opened = transport[receiver]!.receive.open(new Uint8Array(0), sealed);
      return assert.equal(hex(opened), message.payload);
    }
    const written = parties[sender].write(payload);
    assert.equal(hex(written), message.ciphertext);
    // Cut short, a message is refused and leaves the reader as it was.
    const firstInClear = index === 0 && ["NN", "XX", "XXpsk3"].includes(pattern.name);
    for (let cut = 0; cut < (firstInClear ? 32 : written.length); cut++) {
      assert.throws(() => parties[receiver].read(written.subarray(0, cut)), isReadFailure);
    }
    assert.equal(hex(parties[receiver].read(written)), message.payload);
    if (!parties.initiator.complete) return;
    transport.initiator = parties.initiator.finish();
    transport.responder = parties.responder.finish();
    assert.equal(hex(transport.initiator.handshakeHash), vector.handshake_hash);
    assert.equal(hex(transport.responder.handshakeHash), vector.handshake_hash);
  });
}

testWithVectors("noise vectors: all messages, hashes and transport keys", NAME, (path) => {
  const { vectors } = JSON.parse(Deno.readTextFileSync(path)) as { vectors: Vector[] };
  assert.ok(vectors.length >= 8);
  for (const vector of vectors) follow(vector);
});
