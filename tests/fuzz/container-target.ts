/**
 * Whole encrypted files, armoured or not, opened with the key they are for. Whatever comes out must be a beginning of
 * what went in.
 */
import assert from "node:assert/strict";
import { fromHex, hex } from "../../lib/bytes.ts";
import { EncryptedFile } from "../../lib/container/decrypt.ts";
import { BytesSink, bytesSource } from "../../lib/container/source.ts";
import { parseCase } from "../container/support.ts";
import type { FuzzTarget } from "./fuzz.ts";

const FIXTURES = new URL("../../fixtures/container/", import.meta.url);
const NAMES = ["sm2", "scrypt_and_sm2", "signed", "armour", "stream_empty_payload"];
const PLAINTEXT = "a small payload";

function seeds() {
  return NAMES.map((name) => parseCase(name, Deno.readFileSync(new URL(name, FIXTURES))));
}

let secretKey: Uint8Array | undefined;

/** See the head of this file. */
export const containerTarget: FuzzTarget = {
  name: "encrypted-file",
  async run(bytes) {
    secretKey ??= fromHex(seeds()[0]!.identities[0]!);
    const sink = new BytesSink();
    try {
      const file = await EncryptedFile.read(bytesSource(bytes));
      await file.withIdentity(secretKey)?.decrypt(sink);
    } finally {
      const out = new TextDecoder().decode(sink.bytes());
      assert.ok(PLAINTEXT.startsWith(out), hex(sink.bytes()));
    }
  },
  seeds: () => seeds().map(({ file }) => file),
};
