/** Files of `openssl enc` in `p2p sm4 --openssl`: Salted__, a salt, the ciphertext; as bytes or in base64. */
import { base64, type Bytes, concat, fromBase64, utf8, utf8Text, wipe } from "../../lib/bytes.ts";
import {
  readSaltedHeader,
  SALTED_HEADER_BYTES,
  SALTED_ITERATIONS,
  type SaltedDigest,
  saltedHeader,
  type SaltedKdf,
  saltedKey,
} from "../../lib/crypto/openssl-enc.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import {
  type CipherDirection,
  type CipherStream,
  type Sm4Mode,
  sm4Stream,
} from "../../lib/crypto/sm4-modes.ts";
import { FormatError, UsageError } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import { feedInput } from "../shared/feed.ts";
import type { Output } from "../shared/output.ts";
import {
  kdfOptions,
  type PassphraseFlags,
  passphraseGiven,
  readPassphrase,
} from "../shared/secrets.ts";
import type { CipherFlags, CipherMode } from "./setup.ts";

/** The flags that matter here. */
export interface SaltedFlags extends PassphraseFlags, Partial<CipherFlags> {
  openssl?: boolean;
  passphrase?: boolean;
  digest?: SaltedDigest;
  iterations?: number;
  oldKdf?: boolean;
  armor?: boolean;
  quiet?: boolean;
}

/** How a file is, or was, made. */
export interface SaltedSetup {
  readonly mode: Sm4Mode;
  readonly kdf: SaltedKdf;
  readonly passphrase: Bytes;
  readonly armor: boolean;
}

const MODES: readonly CipherMode[] = ["cbc", "ctr", "cfb", "ofb", "ecb"];

/** Refuses what goes with --openssl alone, where it is not there. */
export function refuseSaltedFlags(flags: SaltedFlags): void {
  if (flags.passphrase || passphraseGiven(flags)) {
    throw new UsageError("sm4.passphrase-openssl", {});
  }
  const alone: ReadonlyArray<readonly [flag: string, given: boolean]> = [
    ["--digest", flags.digest !== undefined],
    ["--iterations", flags.iterations !== undefined],
    ["--old-kdf", flags.oldKdf === true],
    ["-a", flags.armor === true],
  ];
  const flag = alone.find(([, given]) => given)?.[0];
  if (flag !== undefined) throw new UsageError("sm4.openssl-only", { flag });
}

/** Reads and checks the flags, and asks the passphrase, which the caller wipes. */
export async function readSaltedSetup(
  direction: CipherDirection,
  flags: SaltedFlags,
): Promise<SaltedSetup> {
  const { mode = "cbc", digest = "sm3", oldKdf = false } = flags;
  if (!isSaltedMode(mode)) throw new UsageError("sm4.openssl-mode", { mode });
  if (flags.key !== undefined || flags.keyFile !== undefined || flags.iv !== undefined) {
    throw new UsageError("sm4.openssl-key", {});
  }
  if (oldKdf && flags.iterations !== undefined) throw new UsageError("sm4.iterations-kdf", {});
  if (digest === "md5" && !oldKdf) throw new UsageError("sm4.old-digest", {});
  const iterations = oldKdf ? undefined : flags.iterations ?? SALTED_ITERATIONS;
  const isNew = direction === "encrypt";
  const passphrase = await readPassphrase(flags, {
    prompt: text(isNew ? "passphrase.new" : "passphrase.prompt"),
    confirm: isNew,
  });
  return { mode, kdf: { digest, iterations }, passphrase, armor: flags.armor === true };
}

function isSaltedMode(mode: CipherMode): mode is Sm4Mode {
  return MODES.includes(mode);
}

async function streamFor(
  direction: CipherDirection,
  { mode, kdf, passphrase }: SaltedSetup,
  salt: Uint8Array,
  flags: SaltedFlags,
): Promise<CipherStream> {
  const { key, iv } = await saltedKey(passphrase, salt, kdf, kdfOptions(flags));
  try {
    return sm4Stream(mode, direction, key, mode === "ecb" ? {} : { iv });
  } finally {
    wipe(key);
  }
}

/** Encrypts `file` as `openssl enc` does. */
export async function encryptSalted(
  setup: SaltedSetup,
  flags: SaltedFlags,
  file: string | undefined,
  output: Output,
): Promise<void> {
  const salt = randomBytes(8);
  const stream = await streamFor("encrypt", setup, salt, flags);
  const lines = setup.armor ? new Base64Lines() : undefined;
  const write = (bytes: Bytes) => output.write(lines === undefined ? bytes : lines.update(bytes));
  await write(saltedHeader(salt));
  await feedInput(file, flags, (piece) => write(stream.update(piece)));
  await write(stream.finish());
  if (lines !== undefined) await output.write(lines.finish());
}

/** Decrypts what `openssl enc` or `encryptSalted` made. */
export async function decryptSalted(
  setup: SaltedSetup,
  flags: SaltedFlags,
  file: string | undefined,
  output: Output,
): Promise<void> {
  const decoder = new Base64Reader();
  let head: Bytes = new Uint8Array(0);
  let stream: CipherStream | undefined;
  const take = async (bytes: Bytes) => {
    if (stream !== undefined) return await output.write(stream.update(bytes));
    head = concat(head, bytes);
    if (head.length < SALTED_HEADER_BYTES) return;
    const salt = readSaltedHeader(head.subarray(0, SALTED_HEADER_BYTES));
    stream = await streamFor("decrypt", setup, salt, flags);
    await output.write(stream.update(head.subarray(SALTED_HEADER_BYTES)));
  };
  await feedInput(file, flags, (piece) => take(decoder.update(piece)));
  await take(decoder.finish());
  if (stream === undefined) throw new FormatError("openssl.not-salted", {});
  await output.write(stream.finish());
}

/** Bytes of a line of base64. */
const LINE_BYTES = 48;

/** Base64 in lines of 64 characters, as `openssl enc -a` writes it. */
class Base64Lines {
  #pending: Bytes = new Uint8Array(0);

  update(bytes: Uint8Array): Bytes {
    const all = concat(this.#pending, bytes);
    const whole = all.length - all.length % LINE_BYTES;
    this.#pending = all.slice(whole);
    return lines(all.subarray(0, whole));
  }

  finish(): Bytes {
    return lines(this.#pending);
  }
}

function lines(bytes: Uint8Array): Bytes {
  const text = base64(bytes);
  return utf8(text.replace(/.{1,64}/g, "$&\n"));
}

/** The bytes of "Salted__" in base64. */
const ARMORED = "U2FsdGVk";

/** Takes base64, or bytes that are none as they are; the first eight tell. */
export class Base64Reader {
  #start: Bytes | undefined = new Uint8Array(0);
  #armored = false;
  /** Characters that do not make up three bytes yet. */
  #rest = "";

  update(piece: Uint8Array): Bytes {
    if (this.#start === undefined) return this.#decode(piece);
    this.#start = concat(this.#start, piece);
    if (this.#start.length < ARMORED.length) return new Uint8Array(0);
    return this.#begin();
  }

  #begin(): Bytes {
    const start = this.#start!;
    this.#start = undefined;
    this.#armored = String.fromCharCode(...start.subarray(0, ARMORED.length)) === ARMORED;
    return this.#decode(start);
  }

  #decode(piece: Uint8Array): Bytes {
    if (!this.#armored) return new Uint8Array(piece);
    const all = this.#rest + asText(piece).replace(/\s/g, "");
    const whole = all.length - all.length % 4;
    this.#rest = all.slice(whole);
    return fromBase64(all.slice(0, whole));
  }

  finish(): Bytes {
    const last = this.#start === undefined ? new Uint8Array(0) : this.#begin();
    return this.#rest === "" ? last : concat(last, fromBase64(this.#rest));
  }
}

function asText(piece: Uint8Array): string {
  return utf8Text(piece);
}
