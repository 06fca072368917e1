/** PKCS#12 with PBMAC1 (RFC 9579), its tag made here by node:crypto alone. */
import assert from "node:assert/strict";
import { createHmac, pbkdf2Sync } from "node:crypto";
import { utf8 } from "../../lib/bytes.ts";
import {
  derNull,
  derNumber,
  derOctets,
  derOid,
  DerReader,
  derSequence,
} from "../../lib/crypto/der.ts";
import { readPkcs12 } from "../../lib/crypto/keys/pkcs12.ts";
import { writePkcs12 } from "../../lib/crypto/keys/pkcs12-write.ts";
import { encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { AuthenticationError, FormatError } from "../../lib/errors.ts";

const PASSPHRASE = utf8("口令 passphrase");
const HMAC_OIDS = {
  sha1: "1.2.840.113549.2.7",
  sha256: "1.2.840.113549.2.9",
  sha384: "1.2.840.113549.2.10",
  sha512: "1.2.840.113549.2.11",
} as const;
type Hash = keyof typeof HMAC_OIDS;

const key = encodePrivateKeyDer(generateKeyPair().secretKey);
const container = await writePkcs12({ keys: [{ der: key }], certificates: [] }, {
  ...{ passphrase: PASSPHRASE, prf: "sha256", cipher: "aes256", random: randomBytes },
  iterations: 1000,
});

/** PBMAC1-params: PBKDF2 with that PRF, and the HMAC. */
interface Mac {
  readonly prf: Hash;
  readonly hmac: Hash;
  readonly keyBytes: number;
  readonly method?: string;
}

/** `container` with another MAC: its contents stay byte for byte. */
function withPbmac1({ prf, hmac, keyBytes, method = "1.2.840.113549.1.5.12" }: Mac): Uint8Array {
  const pfx = new DerReader(container).sequence();
  pfx.number();
  const info = new Uint8Array(pfx.raw());
  const inner = new DerReader(info).sequence();
  inner.oid();
  const safe = inner.sequence(0xa0).content(0x04);
  const salt = randomBytes(16), iterations = 2048;
  const macKey = pbkdf2Sync(PASSPHRASE, salt, iterations, keyBytes, prf);
  const tag = new Uint8Array(createHmac(hmac, macKey).update(safe).digest());
  const algorithm = (hash: Hash) => derSequence(derOid(HMAC_OIDS[hash]), derNull());
  const derivation = derSequence(
    derOctets(salt),
    derNumber(iterations),
    derNumber(keyBytes),
    algorithm(prf),
  );
  const parameters = derSequence(derSequence(derOid(method), derivation), algorithm(hmac));
  const digestInfo = derSequence(
    derSequence(derOid("1.2.840.113549.1.5.14"), parameters),
    derOctets(tag),
  );
  // The outer salt and count mean nothing here; OpenSSL writes these.
  const mac = derSequence(digestInfo, derOctets(utf8("NOT USED")), derNumber(1));
  return derSequence(derNumber(3), info, mac);
}

const combinations: Mac[] = [
  { prf: "sha256", hmac: "sha256", keyBytes: 32 },
  { prf: "sha512", hmac: "sha256", keyBytes: 32 },
  { prf: "sha512", hmac: "sha512", keyBytes: 64 },
  { prf: "sha384", hmac: "sha384", keyBytes: 48 },
  { prf: "sha1", hmac: "sha256", keyBytes: 20 },
];

Deno.test("a container with PBMAC1 is read, with each PRF and HMAC", async () => {
  for (const mac of combinations) {
    const { keys } = await readPkcs12(withPbmac1(mac), PASSPHRASE);
    assert.deepEqual(keys.map(({ der }) => der), [key], JSON.stringify(mac));
  }
});

Deno.test("a wrong passphrase and a changed container are found by PBMAC1", async () => {
  const file = withPbmac1(combinations[0]!);
  await assert.rejects(readPkcs12(file, utf8("other")), AuthenticationError);
  const changed = file.slice();
  changed[60]! ^= 1; // in the encrypted key, which the MAC covers
  await assert.rejects(readPkcs12(changed, PASSPHRASE), AuthenticationError);
});

Deno.test("PBMAC1 with a key of less than 20 bytes, or another derivation, is refused", async () => {
  const short = withPbmac1({ prf: "sha256", hmac: "sha256", keyBytes: 16 });
  await assert.rejects(readPkcs12(short, PASSPHRASE), { code: "key.key-length" });
  const other = withPbmac1({ ...combinations[0]!, method: "1.2.840.113549.1.5.13" });
  await assert.rejects(readPkcs12(other, PASSPHRASE), FormatError);
});
