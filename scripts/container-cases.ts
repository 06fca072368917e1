/**
 * Writes fixtures/container: one file per case of the encrypted file, each with a text header that says what must
 * come of it. The list is that of the test kit of the age format (hmac_*, stream_*), rebuilt for ours, and what our
 * own stanzas, armour and signature need.
 *
 *   deno run --allow-read --allow-write=fixtures scripts/container-cases.ts
 */
import { deflateSync } from "node:zlib";
import { concat, hex, utf8 } from "../lib/bytes.ts";
import { sm3 } from "../lib/crypto/sm3.ts";
import { armourCases } from "./container-cases/armour.ts";
import { type Case, RECIPIENT } from "./container-cases/build.ts";
import { grammarCases, macCases, scryptCases, sm2Cases } from "./container-cases/header.ts";
import { senderCases } from "./container-cases/sender.ts";
import { streamCases } from "./container-cases/stream.ts";

/** Where the cases are kept. */
const CASES_FOLDER = new URL("../fixtures/container/", import.meta.url);

/** From here on a case is kept compressed, in bytes. */
const COMPRESS_FROM = 2048;

/** All cases. */
export function allCases(): Case[] {
  return [
    ...macCases(),
    ...grammarCases(),
    ...sm2Cases(),
    ...scryptCases(),
    ...streamCases(),
    ...senderCases(),
    ...armourCases(),
  ];
}

/** A case as it stands in its file: a header of "key: value" lines, an empty line, the encrypted file. */
export function encodeCase(one: Case): Uint8Array {
  const compressed = one.file.length >= COMPRESS_FROM;
  const identities = one.identities ?? [hex(RECIPIENT.secretKey)];
  const lines = [
    `expect: ${one.expect}`,
    `payload: ${hex(sm3(one.payload ?? new Uint8Array(0)))}`,
    ...identities.map((identity) => `identity: ${identity}`),
    ...(one.passphrase === undefined ? [] : [`passphrase: ${one.passphrase}`]),
    ...(one.from === undefined ? [] : [`from: ${one.from}`]),
    ...(compressed ? ["compressed: zlib"] : []),
    ...(one.comment === undefined ? [] : [`comment: ${one.comment}`]),
  ];
  const body = compressed ? deflateSync(one.file, { level: 9 }) : one.file;
  return concat(utf8(`${lines.join("\n")}\n\n`), body);
}

if (import.meta.main) {
  await Deno.mkdir(CASES_FOLDER, { recursive: true });
  for await (const entry of Deno.readDir(CASES_FOLDER)) {
    if (entry.isFile) await Deno.remove(new URL(entry.name, CASES_FOLDER));
  }
  const cases = allCases();
  for (const one of cases) {
    await Deno.writeFile(new URL(one.name, CASES_FOLDER), encodeCase(one));
  }
  console.log(`wrote ${cases.length} cases`);
}
