/** What the tests of the encrypted file share. */
import { inflateSync } from "node:zlib";
import { type Bytes, utf8, utf8Text } from "../../lib/bytes.ts";
import { encryptContainer, type EncryptOptions } from "../../lib/container/encrypt.ts";
import { EncryptedFile } from "../../lib/container/decrypt.ts";
import { ContainerError, type ContainerFailure } from "../../lib/container/format.ts";
import type { RunnerFactory } from "../../lib/container/runner.ts";
import { BytesSink, bytesSource, type Source } from "../../lib/container/source.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";

export const FIXTURES = new URL("../../fixtures/container/", import.meta.url);

export const alice = generateKeyPair();
export const bob = generateKeyPair();

/** A source that always answers later. */
export function laterSource(bytes: Uint8Array): Source {
  const inner = bytesSource(bytes);
  return { fill: async (into) => await inner.fill(into) };
}

/** Encrypts in memory; to alice unless the options say otherwise. */
export async function seal(
  plaintext: Uint8Array,
  options: Partial<EncryptOptions> = {},
): Promise<Bytes> {
  const sink = new BytesSink();
  await encryptContainer(bytesSource(plaintext), sink, {
    recipients: [alice.publicKey],
    random: randomBytes,
    ...options,
  });
  return sink.bytes();
}

/** What reading came to. */
export interface Outcome {
  /** All the plaintext given out. */
  readonly payload: Bytes;
  readonly sender?: Bytes | undefined;
  readonly failure?: ContainerFailure;
}

/** How a file is read. */
export interface Opening {
  readonly identities?: readonly Uint8Array[];
  readonly passphrase?: string | undefined;
  readonly runner?: RunnerFactory;
}

/** Decrypts; a refusal is an outcome, anything else that is thrown is a bug. */
export async function open(source: Source, opening: Opening = {}): Promise<Outcome> {
  const sink = new BytesSink();
  try {
    const file = await EncryptedFile.read(source);
    let unlocked = opening.passphrase === undefined
      ? undefined
      : await file.withPassphrase(utf8(opening.passphrase));
    for (const secretKey of opening.identities ?? [alice.secretKey]) {
      unlocked ??= file.withIdentity(secretKey);
    }
    if (unlocked === undefined) throw new ContainerError("no match", "container.no-match", {});
    const { sender } = await unlocked.decrypt(
      sink,
      opening.runner === undefined ? {} : { runner: opening.runner },
    );
    return { payload: sink.bytes(), sender };
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    return { payload: sink.bytes(), failure: error.failure };
  }
}

/** One case of fixtures/container. */
export interface StoredCase {
  readonly name: string;
  readonly expect: string;
  /** SM3 of all the plaintext that may be given out, hex. */
  readonly payload: string;
  readonly identities: readonly string[];
  readonly passphrase: string | undefined;
  readonly from: string | undefined;
  readonly file: Uint8Array;
}

/** Reads a case: "key: value" lines, an empty line, the file. */
export function parseCase(name: string, bytes: Uint8Array): StoredCase {
  const end = bytes.findIndex((byte, i) => byte === 0x0a && bytes[i + 1] === 0x0a);
  const fields = utf8Text(bytes.subarray(0, end)).split("\n").map((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)] as const;
  });
  const value = (key: string) => fields.find(([name]) => name === key)?.[1];
  const body = bytes.subarray(end + 2);
  return {
    name,
    expect: value("expect") ?? "",
    payload: value("payload") ?? "",
    identities: fields.filter(([key]) => key === "identity").map(([, text]) => text),
    passphrase: value("passphrase"),
    from: value("from"),
    file: value("compressed") === "zlib" ? new Uint8Array(inflateSync(body)) : body,
  };
}

/** All stored cases, by name. */
export function storedCases(): StoredCase[] {
  return [...Deno.readDirSync(FIXTURES)].map(({ name }) => name).sort().map((name) =>
    parseCase(name, Deno.readFileSync(new URL(name, FIXTURES)))
  );
}
