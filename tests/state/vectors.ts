/**
 * The vectors of docs/formats.md, 4: an owner, tags, tokens, and one row each of the history and the outbox, from fixed
 * keys and nonces. Run as a program it writes `fixtures/state/vectors.json`.
 */
import { base64, type Bytes, concat, hex, utf8 } from "../../lib/bytes.ts";
import { Sm4Gcm } from "../../lib/crypto/gcm.ts";
import { hkdfSm3 } from "../../lib/crypto/hkdf.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { storedState } from "../../lib/state/delivery.ts";
import { Vault } from "../../lib/state/vault.ts";
import { bigrams, searchForm } from "../../lib/state/words.ts";

/** Where they are kept. */
export const VECTORS = new URL("../../fixtures/state/vectors.json", import.meta.url);

const WRITTEN = Date.UTC(2026, 0, 2, 3, 4, 5);

function filled(byte: number, length: number): Bytes {
  return new Uint8Array(length).fill(byte);
}

/** All of them, in hex. */
export function makeVectors() {
  const secretKey = filled(0x11, 32);
  const peer = publicKeyOf(filled(0x22, 32));
  const [salt, dataKey] = [filled(0x33, 16), filled(0x44, 32)];
  const ownerTag = hkdfSm3(secretKey, new Uint8Array(0), utf8("p2p state 1 owner"), 16);
  const wrapKey = hkdfSm3(secretKey, salt, utf8("p2p state 1 data key"), 16);
  const wrapNonce = filled(0x55, 12);
  const sealed = concat(wrapNonce, new Sm4Gcm(wrapKey).seal(wrapNonce, dataKey, ownerTag));
  let nonce = 0x60;
  const vault = new Vault(dataKey, (length) => filled(nonce++, length));
  const [received, queued] = [filled(0xaa, 16), filled(0xbb, 16)];
  const talk = vault.tag("talk", peer);
  const to = vault.tag("outbox peer", peer);
  const text = "前言你好世界";
  const common = { kind: "text", written: WRITTEN, after: [hex(filled(0xcc, 16))] };
  const message = { ...common, text, talk: base64(peer), author: base64(peer) };
  const item = { ...common, text: "later", paths: [], to: base64(peer), talk: base64(peer) };
  const words = [...bigrams(searchForm(text))];
  return {
    secretKey: hex(secretKey),
    peer: hex(peer),
    owner: { tag: hex(ownerTag), salt: hex(salt), sealed: hex(sealed), dataKey: hex(dataKey) },
    message: {
      id: hex(received),
      talk: hex(talk),
      time: WRITTEN + 1000,
      state: storedState("received"),
      plain: message,
      body: hex(vault.seal("message", concat(talk, received), message)),
      words: words.map((word) => ({ word, token: vault.word(word) })),
    },
    outbox: {
      id: hex(queued),
      peer: hex(to),
      state: storedState("waiting"),
      expires: WRITTEN + 30 * 24 * 3_600_000,
      plain: item,
      body: hex(vault.seal("outbox", concat(to, queued), item)),
    },
    seen: hex(vault.tag("seen", peer, received)),
  };
}

if (import.meta.main) {
  await Deno.mkdir(new URL(".", VECTORS), { recursive: true });
  await Deno.writeTextFile(VECTORS, `${JSON.stringify(makeVectors(), undefined, 2)}\n`);
}
