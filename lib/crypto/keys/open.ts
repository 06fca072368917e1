/**
 * Opens the private keys that `find.ts` has found: decrypts, takes out of containers, decodes. What encrypted keys need
 * is loaded when one comes: its tables take longer to make than a plain key to read.
 */
import { type Bytes, equalConstantTime, wipe } from "../../bytes.ts";
import { AuthenticationError, FormatError, P2PError } from "../../errors.ts";
import { text } from "../../text/catalogue.ts";
import { DerReader } from "../der.ts";
import type { KdfOptions } from "../kdf-cost.ts";
import { withForms } from "../passphrase.ts";
import { publicKeyOf } from "../sm2.ts";
import { certificateAllows, certificatePublicKey, type KeyPurpose } from "./certificate.ts";
import { readCfcaKey } from "./containers.ts";
import type { FoundPrivate } from "./find.ts";
import type { Pkcs12Content } from "./pkcs12.ts";
import { decodeEcPrivateKey, decodePrivateKeyInfo } from "./private-key.ts";

/** What opens keys: a passphrase, and for SM2EnvelopedKey the secret key that it was wrapped for. */
export interface KeyOpening extends KdfOptions {
  /** Asked for where something is encrypted; what it answers is wiped. */
  readonly passphrase: (() => Promise<Bytes>) | undefined;
  /** Asked for where a key is wrapped; what it answers is wiped. */
  readonly unwrap?: (() => Promise<Bytes>) | undefined;
}

/** Keys that were in one place, and the certificates (DER) that lay in the same container. */
export interface OpenedKeys {
  readonly secretKeys: readonly Bytes[];
  readonly certificates: readonly Bytes[];
}

function one(secretKey: Bytes): OpenedKeys {
  return { secretKeys: [secretKey], certificates: [] };
}

/** The keys of one find. */
export async function openKeys(found: FoundPrivate, opening: KeyOpening): Promise<OpenedKeys> {
  switch (found.kind) {
    case "secret":
      return one(found.bytes);
    case "private-key-info":
      return one(decodePrivateKeyInfo(found.der));
    case "ec-private-key":
      return one(decodeEcPrivateKey(found.der));
    case "encrypted-key":
      return await unlock(opening, decodedBy(decodePrivateKeyInfo), async (secret) => {
        const info = new DerReader(found.der).sequence();
        return (await import("./pbes2.ts")).decryptKeyInfo(info, secret, opening);
      });
    case "legacy-encrypted-key": {
      const { block } = found;
      const decode = block.label === "PRIVATE KEY" ? decodePrivateKeyInfo : decodeEcPrivateKey;
      return await unlock(
        opening,
        decodedBy(decode),
        async (secret) => (await import("./legacy-pem.ts")).decryptLegacyPem(block, secret),
      );
    }
    case "cfca-key": {
      const file = readCfcaKey(found.der)!;
      return await unlock(opening, one, async (secret) => {
        const key = (await import("./cfca.ts")).openCfcaKey(file, secret);
        const isItsOwn = equalConstantTime(
          publicKeyOf(key),
          certificatePublicKey(file.certificate),
        );
        // A wrong passphrase leaves good padding now and then, and some number.
        if (!isItsOwn) throw (await import("./pbes2.ts")).wrongPassphrase();
        return key;
      });
    }
    case "pkcs12":
      return await unlock(
        opening,
        ({ keys, certificates }: Pkcs12Content) => ({
          secretKeys: secretsOf(keys.map(({ der }) => der)),
          certificates: certificates.map(({ der }) => der),
        }),
        async (secret) => (await import("./pkcs12.ts")).readPkcs12(found.der, secret, opening),
      );
    case "enveloped-key":
      return one(await unwrapped(found.der, opening));
  }
}

/** The keys of SM2 among those of a container; where there is none, the error of the first. */
function secretsOf(infos: readonly Bytes[]): Bytes[] {
  if (infos.length === 0) throw new FormatError("pkcs12.no-key", {});
  const secretKeys: Bytes[] = [];
  let reason: unknown;
  for (const info of infos) {
    try {
      secretKeys.push(decodePrivateKeyInfo(info));
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
      reason ??= error;
    }
  }
  wipe(...infos);
  if (secretKeys.length === 0) throw reason;
  return secretKeys;
}

async function unwrapped(der: Uint8Array, { unwrap }: KeyOpening): Promise<Bytes> {
  if (unwrap === undefined) {
    throw new FormatError("key.enveloped", {}, { hint: text("key.enveloped.hint") });
  }
  const secretKey = await unwrap();
  try {
    return (await import("./enveloped-key.ts")).openEnvelopedKey(der, secretKey);
  } catch (cause) {
    if (!(cause instanceof AuthenticationError)) throw cause;
    throw new AuthenticationError("key.other-envelope", {}, { cause });
  } finally {
    wipe(secretKey);
  }
}

function decodedBy(decode: (der: Uint8Array) => Bytes): (der: Bytes) => OpenedKeys {
  return (der) => {
    try {
      return one(decode(der));
    } finally {
      wipe(der);
    }
  };
}

/**
 * Asks the passphrase, decrypts and decodes: in every form in which it may have been typed. What does not decode was
 * decrypted with a wrong passphrase.
 */
async function unlock<T>(
  { passphrase }: KeyOpening,
  decode: (decrypted: T) => OpenedKeys,
  decrypt: (passphrase: Uint8Array) => Promise<T>,
): Promise<OpenedKeys> {
  if (passphrase === undefined) throw new FormatError("key.no-passphrase", {});
  const secret = await passphrase();
  try {
    const { wrongPassphrase } = await import("./pbes2.ts");
    const opened = await withForms(secret, (form) => unlockWith(form, decode, decrypt));
    if (opened === undefined) throw wrongPassphrase();
    return opened;
  } finally {
    wipe(secret);
  }
}

async function unlockWith<T>(
  passphrase: Uint8Array,
  decode: (decrypted: T) => OpenedKeys,
  decrypt: (passphrase: Uint8Array) => Promise<T>,
): Promise<OpenedKeys | undefined> {
  let decrypted: T;
  try {
    decrypted = await decrypt(passphrase);
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined;
    throw error;
  }
  try {
    return decode(decrypted);
  } catch (error) {
    // A wrong key leaves good padding once in 256 times, and bytes that are no key.
    if (error instanceof FormatError && error.code.startsWith("der.")) return undefined;
    throw error;
  }
}

/** How well a key fits `usage` by the certificates beside it: 2 where one says so, 0 where one says otherwise. */
export function fitness(
  secretKey: Uint8Array,
  usage: KeyPurpose,
  certificates: readonly Bytes[],
): number {
  if (certificates.length === 0) return 1;
  const publicKey = publicKeyOf(secretKey);
  const own = certificates.find((certificate) => {
    try {
      return equalConstantTime(certificatePublicKey(certificate), publicKey);
    } catch (error) {
      if (error instanceof P2PError) return false;
      throw error;
    }
  });
  const allowed = own === undefined ? undefined : certificateAllows(own, usage);
  return allowed === undefined ? 1 : allowed ? 2 : 0;
}
