/** The forms in which `p2p key convert` writes keys, and what each tool reads. */
import { base64, type Bytes, hex, utf8, wipe } from "../../lib/bytes.ts";
import {
  encodePrivateKey,
  encodePrivateKeyPem,
  encodePublicKeyPem,
} from "../../lib/crypto/keys/encode.ts";
import { encodePem } from "../../lib/crypto/keys/pem.ts";
import type { PassphraseCipher } from "../../lib/crypto/keys/pbes2.ts";
import { certificatePublicKey } from "../../lib/crypto/keys/certificate.ts";
import { encodePrivateKeyDer } from "../../lib/crypto/keys/private-key.ts";
import { encodePublicKeyDer } from "../../lib/crypto/keys/spki.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { publicKeyOf, uncompress } from "../../lib/crypto/sm2.ts";
import { P2PError, UsageError } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import { nextTurn } from "../../lib/transfer/turn.ts";

/** Whose tools are to read it. */
export type ToolName = "p2p" | "gmssl" | "openssl" | "java" | "web";

/** How it is written. */
export type KeyForm = "pem" | "der" | "hex" | "base64" | "p12" | "envelope";

/** The flags that say so. */
export interface TargetFlags {
  for: ToolName;
  form?: KeyForm;
  prf?: "sm3" | "sha256";
  cipher?: PassphraseCipher;
  iterations?: number;
  name?: string;
}

/** Everything that is decided about the form. */
export interface KeyTarget {
  readonly for: ToolName;
  readonly form: KeyForm;
  readonly prf: "sm3" | "sha256";
  readonly cipher: PassphraseCipher;
  readonly iterations: number | undefined;
}

type Protection = Pick<KeyTarget, "form" | "prf" | "cipher">;

/** What each tool reads: GmSSL HMAC-SM3 alone, OpenSSL 3.0 SHA-2 alone, Bouncy Castle no SM4 under a passphrase. */
const TOOLS: Readonly<Record<ToolName, Protection>> = {
  p2p: { form: "pem", prf: "sm3", cipher: "sm4" },
  gmssl: { form: "pem", prf: "sm3", cipher: "sm4" },
  openssl: { form: "pem", prf: "sha256", cipher: "sm4" },
  java: { form: "pem", prf: "sha256", cipher: "aes256" },
  web: { form: "hex", prf: "sha256", cipher: "aes256" },
};

/** What the flags ask for, filled up with what the tool reads. */
export function targetOf(flags: TargetFlags): KeyTarget {
  const { form, prf, cipher } = TOOLS[flags.for];
  return {
    for: flags.for,
    form: flags.form ?? form,
    prf: flags.prf ?? prf,
    cipher: flags.cipher ?? cipher,
    iterations: flags.iterations,
  };
}

/** Whether the form is bytes that would garble a terminal. */
export function isBinary(form: KeyForm): boolean {
  return form === "der" || form === "p12" || form === "envelope";
}

/** Private keys to be written, and what goes with them. */
export interface PrivateKeys {
  readonly secretKeys: readonly Bytes[];
  /** In DER. */
  readonly certificates: readonly Bytes[];
  readonly passphrase: Bytes | undefined;
  /** For whom an envelope is. */
  readonly recipient: Bytes | undefined;
  /** What a PKCS#12 file calls the key. */
  readonly name: string | undefined;
}

/** Refuses what a form cannot do, before anything is written. */
export function checkTarget(
  { form }: KeyTarget,
  { keys, passphrase, recipient }: {
    readonly keys: number;
    readonly passphrase: Bytes | undefined;
    readonly recipient: Bytes | undefined;
  },
): void {
  if (keys > 1 && form !== "pem" && form !== "p12") throw new UsageError("key.one-key", { form });
  if (form === "p12" && passphrase === undefined) {
    throw new UsageError("key.needs-passphrase", { form }, {
      hint: text("key.needs-passphrase.hint"),
    });
  }
  if (form === "hex" && passphrase !== undefined) {
    throw new UsageError("key.no-encryption", { form }, { hint: text("key.no-encryption.hint") });
  }
  if (form === "envelope" && recipient === undefined) throw new UsageError("key.for-whom", {});
  if (form !== "envelope" && recipient !== undefined) {
    throw new UsageError("key.recipient-form", { form });
  }
}

/** The file. The caller wipes it. */
export async function writePrivateKeys(keys: PrivateKeys, target: KeyTarget): Promise<Bytes> {
  const { passphrase, secretKeys } = keys;
  const { prf, cipher, iterations } = target;
  const options = { passphrase, prf, cipher, iterations, turn: nextTurn };
  const first = secretKeys[0]!;
  switch (target.form) {
    case "pem": {
      const blocks: string[] = [];
      for (const key of secretKeys) blocks.push(await encodePrivateKeyPem(key, options));
      for (const der of keys.certificates) blocks.push(encodePem("CERTIFICATE", der));
      return utf8(blocks.join(""));
    }
    case "der":
      return await encodePrivateKey(first, options);
    case "base64": {
      const der = await encodePrivateKey(first, options);
      const line = utf8(`${base64(der)}\n`);
      wipe(der);
      return line;
    }
    case "hex":
      return utf8(`${hex(first)}\n`);
    case "p12":
      return await pkcs12Of(keys, target);
    case "envelope": {
      const { sealEnvelopedKey } = await import("../../lib/crypto/keys/enveloped-key.ts");
      return sealEnvelopedKey(first, keys.recipient!);
    }
  }
}

async function pkcs12Of(keys: PrivateKeys, target: KeyTarget): Promise<Bytes> {
  const { pkcs12Id, writePkcs12 } = await import("../../lib/crypto/keys/pkcs12-write.ts");
  const items = keys.secretKeys.map((secretKey) => ({
    der: encodePrivateKeyDer(secretKey),
    id: pkcs12Id(publicKeyOf(secretKey)),
    name: keys.name,
  }));
  const ids = new Set(items.map(({ id }) => hex(id)));
  const certificates = keys.certificates.map((der) => {
    const id = certificateId(der, pkcs12Id);
    const own = id !== undefined && ids.has(hex(id));
    return own ? { der, id, name: keys.name } : { der };
  });
  const { prf, cipher, iterations } = target;
  try {
    return await writePkcs12({ keys: items, certificates }, {
      passphrase: keys.passphrase!,
      prf,
      cipher,
      iterations,
      random: randomBytes,
      turn: nextTurn,
    });
  } finally {
    wipe(...items.map(({ der }) => der));
  }
}

/** Of a certificate of SM2; others go along without. */
function certificateId(der: Bytes, id: (publicKey: Uint8Array) => Bytes): Bytes | undefined {
  try {
    return id(certificatePublicKey(der));
  } catch (error) {
    if (error instanceof P2PError) return undefined;
    throw error;
  }
}

/** A public key in the form. */
export function writePublicKey(publicKey: Bytes, { form }: KeyTarget): Bytes {
  switch (form) {
    case "pem":
      return utf8(encodePublicKeyPem(publicKey));
    case "der":
      return encodePublicKeyDer(publicKey);
    case "base64":
      return utf8(`${base64(encodePublicKeyDer(publicKey))}\n`);
    case "hex":
      return utf8(`${hex(uncompress(publicKey))}\n`);
    case "p12":
    case "envelope":
      throw new UsageError("key.public-form", { form });
  }
}
