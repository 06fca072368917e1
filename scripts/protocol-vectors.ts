/**
 * Writes fixtures/protocol/*.json: whole handshakes and a few packets with all secrets, as docs/protocol.md describes
 * them. Everything follows from the inputs in the file; tests/session/vectors_test.ts computes it again from them.
 *
 *     deno run -RW scripts/protocol-vectors.ts
 */
import { inputsOf, protocolVectors } from "../tests/session/vectors.ts";

const target = new URL("../fixtures/protocol/session.json", import.meta.url);
await Deno.mkdir(new URL(".", target), { recursive: true });
await Deno.writeTextFile(target, JSON.stringify(protocolVectors(inputsOf()), null, 2) + "\n");
