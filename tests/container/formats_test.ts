/** The worked example of docs/formats.md §2.6, made again from its inputs, step by step, and opened. */
import assert from "node:assert/strict";
import { type Bytes, concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { decodeBase64 } from "../../lib/container/base64.ts";
import { encryptContainer } from "../../lib/container/encrypt.ts";
import { BytesSink, bytesSource } from "../../lib/container/source.ts";
import { hkdfSm3 } from "../../lib/crypto/hkdf.ts";
import { hmacSm3 } from "../../lib/crypto/hmac.ts";
import { Sm4Gcm } from "../../lib/crypto/gcm.ts";
import { scryptKey } from "../../lib/crypto/scrypt.ts";
import { ecdh, publicKeyOf } from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { verifies } from "../../scripts/container-cases/build.ts";
import { open } from "./support.ts";

const DOC = Deno.readTextFileSync(new URL("../../docs/formats.md", import.meta.url));
const V = "p2p-encrypted-file/v1";
const NONE = new Uint8Array(0);
const ZERO_NONCE = new Uint8Array(12);

function block(name: string): string {
  const found = new RegExp(`\`\`\`${name}\n([\\s\\S]*?)\`\`\``).exec(DOC)?.[1];
  assert.ok(found !== undefined, `docs/formats.md has no ${name}`);
  return found;
}

function values(name: string): Record<string, Bytes> {
  return Object.fromEntries(
    block(name).trim().split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), fromHex(line.slice(colon + 1).trim())];
    }),
  );
}

const input = values("example-inputs");
const steps = values("example-steps");
const header = utf8(block("example-header"));
const payload = fromHex(block("example-payload").replace(/\s/g, ""));
const words = block("example-header").split("\n").map((line) => line.split(" "));

/** The 32-byte word that stands there in the header. */
function word(line: number, at: number, bytes: number): Bytes {
  return decodeBase64(words[line]![at]!, bytes)!;
}

Deno.test("the example of docs/formats.md: every step is as it says", () => {
  const share = publicKeyOf(input["ephemeral secret key"]!);
  const recipient = input["recipient public key"]!;
  assert.deepEqual(publicKeyOf(input["recipient secret key"]!), recipient);
  assert.deepEqual(publicKeyOf(input["sender secret key"]!), input["sender public key"]);
  assert.deepEqual(word(1, 2, 33), share);
  const fileKey = input["file key"]!;
  const nonce = input["payload nonce"]!;

  const secret = ecdh(input["recipient secret key"]!, share);
  const made: Record<string, Uint8Array> = {
    "x of ECDH": secret,
    "sm2 wrapping key": hkdfSm3(secret, concat(share, recipient), utf8(`${V} sm2`), 16),
    "scrypt wrapping key": scryptKey(
      input["passphrase"]!,
      concat(utf8(`${V} scrypt`), input["salt"]!),
      { logN: 10, r: 8, p: 1 },
      16,
    ),
    "header key": hkdfSm3(fileKey, NONE, utf8(`${V} header`), 32),
    "sender-key key": hkdfSm3(fileKey, NONE, utf8(`${V} sender`), 16),
    "payload key": hkdfSm3(fileKey, nonce, utf8(`${V} payload`), 16),
    "SM3 of the header": sm3(header),
    "D0": sm3(new Uint8Array(32), sm3(input["plaintext"]!)),
  };
  const signature = steps["signature r‖s"]!;
  assert.deepEqual(
    Object.entries(made).map(([name, bytes]) => [name, hex(bytes)]),
    Object.entries(steps).filter(([name]) => name in made).map(([n, bytes]) => [n, hex(bytes)]),
  );

  const key = (name: string) => new Sm4Gcm(steps[name]!);
  assert.deepEqual(key("sm2 wrapping key").open(ZERO_NONCE, word(1, 3, 32)), fileKey);
  assert.deepEqual(key("scrypt wrapping key").open(ZERO_NONCE, word(2, 4, 32)), fileKey);
  assert.deepEqual(
    key("sender-key key").open(ZERO_NONCE, word(3, 2, 49)),
    input["sender public key"],
  );
  const covered = header.subarray(0, header.length - 45);
  assert.deepEqual(word(4, 1, 32), hmacSm3(steps["header key"]!, covered));

  const chunkNonce = fromHex("000000000000000000000001");
  const recordNonce = fromHex("000000000000000000000003");
  assert.deepEqual(payload.subarray(0, 16), nonce);
  assert.deepEqual(
    key("payload key").open(chunkNonce, payload.subarray(16, 38)),
    input["plaintext"],
  );
  assert.deepEqual(key("payload key").open(recordNonce, payload.subarray(38)), signature);
  const place = fromHex("000000000000000001");
  const message = concat(utf8(`${V} signature`), sm3(header), nonce, place, steps["D0"]!);
  assert.equal(message.length, 31 + 32 + 16 + 8 + 1 + 32);
  assert.ok(verifies(input["sender public key"]!, message, signature));
});

Deno.test("the example of docs/formats.md: p2p writes it from the same random numbers, and reads it", async () => {
  const drawn = ["file key", "payload nonce", "ephemeral secret key", "salt"]
    .map((name) => input[name]!);
  const sink = new BytesSink();
  await encryptContainer(bytesSource(input["plaintext"]!), sink, {
    recipients: [input["recipient public key"]!],
    passphrase: input["passphrase"],
    scryptLogN: 10,
    sender: {
      secretKey: input["sender secret key"]!,
      publicKey: input["sender public key"]!,
    },
    nonces: () => () => input["signature's k"]!.slice(),
    random(length) {
      const next = drawn.shift()!;
      assert.equal(next.length, length);
      return next.slice();
    },
  });
  assert.equal(hex(sink.bytes()), hex(concat(header, payload)));
  for (
    const opening of [
      { identities: [input["recipient secret key"]!] },
      { identities: [], passphrase: "correct horse" },
    ]
  ) {
    const { payload: plaintext, sender } = await open(bytesSource(sink.bytes()), opening);
    assert.deepEqual(plaintext, input["plaintext"]);
    assert.deepEqual(sender, input["sender public key"]);
  }
});
