/** Containers of keys: whatever the bytes, a key or an error of ours, and no more work than a file may ask for. */
import { LimitError } from "../../lib/errors.ts";
import { utf8 } from "../../lib/bytes.ts";
import { berToDer } from "../../lib/crypto/ber.ts";
import { derNumber, derOctets, derOid, derSequence } from "../../lib/crypto/der.ts";
import { SM2_DATA, SM4 } from "../../lib/crypto/keys/oids.ts";
import { decodePrivateKey } from "../../lib/crypto/keys/decode.ts";
import { sealEnvelopedKey } from "../../lib/crypto/keys/enveloped-key.ts";
import { writePkcs12 } from "../../lib/crypto/keys/pkcs12-write.ts";
import { encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import type { FuzzTarget } from "./fuzz.ts";

const SECRET = new Uint8Array(32).fill(0x42);
const random = (length: number) => new Uint8Array(length).fill(7);
const passphrase = () => Promise.resolve(utf8("p"));
const unwrap = () => Promise.resolve(SECRET.slice());

/** A changed byte may ask for ten million iterations: that is one bound, and this is a lower one for the fuzzer. */
function impatient(): () => Promise<void> {
  let turns = 0;
  return () => {
    if (++turns > 4) throw new LimitError("kdf.not-a-cost", {});
    return Promise.resolve();
  };
}

async function containers(): Promise<Uint8Array[]> {
  const content = {
    keys: [{ der: encodePrivateKeyDer(SECRET), name: "n", id: Uint8Array.of(1) }],
    certificates: [{ der: Uint8Array.of(0x30, 0) }],
  };
  const options = {
    passphrase: utf8("p"),
    prf: "sm3",
    cipher: "sm4",
    iterations: 2,
    random,
  } as const;
  return [
    await writePkcs12(content, options),
    sealEnvelopedKey(SECRET, publicKeyOf(SECRET), random),
    derSequence(
      derNumber(1),
      derSequence(derOid(SM2_DATA), derOid(SM4), derOctets(random(48))),
      derSequence(derOid(SM2_DATA), derOctets(Uint8Array.of(0x30, 0))),
    ),
  ];
}

export const keyContainersTarget: FuzzTarget = {
  name: "key-containers",
  run: async (bytes) =>
    void await decodePrivateKey(bytes, passphrase, { unwrap, turn: impatient() }),
  seeds: containers,
};

export const berTarget: FuzzTarget = {
  name: "ber",
  run: (bytes) => void berToDer(bytes),
  seeds: () => [Uint8Array.of(0x30, 0x80, 0x24, 0x80, 4, 1, 0, 4, 1, 0, 0, 0, 0, 0)],
};
