/** English: encrypted files. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

/** What a container error is about. */
interface Named {
  readonly name?: string | undefined;
}

function decrypt({ name }: Named): string {
  return name === undefined ? "decrypt" : `decrypt ${name}`;
}

export const container = {
  "container.armour": (params: Named & { reason: Text }, { text }: Wording) =>
    `${decrypt(params)}: malformed armour: ${text(params.reason)}`,
  "container.header": (params: Named & { reason: Text }, { text }: Wording) =>
    `${decrypt(params)}: malformed header: ${text(params.reason)}`,
  "container.empty": (params: Named) => `${decrypt(params)}: the file is empty`,
  "container.truncated": (params: Named) => `${decrypt(params)}: the file is truncated`,
  "container.other-file": (params: Named) => `${decrypt(params)}: not a p2p encrypted file`,
  "container.other-file.hint": "dec reads what 'p2p enc' wrote",
  "container.mac": (params: Named) => `${decrypt(params)}: the header was tampered with`,
  "container.payload": (params: Named) =>
    `${decrypt(params)}: it is damaged, truncated or was tampered with`,
  "container.signature": (params: Named) =>
    `${decrypt(params)}: the sender's signature does not match`,
  "container.sender-key": (params: Named) => `${decrypt(params)}: the sender's key is not one`,
  "container.no-match": (params: Named) => `${decrypt(params)}: none of the keys given opens it`,
  "container.no-match.passphrase": "a passphrase opens it: -p",
  "container.no-match.identity": "-i FILE names the private key it was encrypted to",
  "container.wrong-passphrase": (params: Named) => `${decrypt(params)}: wrong passphrase`,
  "container.not-by-passphrase": (params: Named) =>
    `${decrypt(params)}: the file is not encrypted with a passphrase`,
  "container.not-signed": (params: Named) => `${decrypt(params)}: the file is not signed`,
  "container.not-signed.hint": "--from asks for a signed one",
  "container.other-sender": (params: Named & { sender: string }) =>
    `${decrypt(params)}: signed by another: ${params.sender}`,

  "armour.not-a-line": "a line is neither base64 nor the END line",
  "armour.behind-incomplete": "a line follows an incomplete one",
  "armour.not-base64": "a line is not canonical base64",
  "armour.no-begin": "there is no BEGIN line",
  "armour.wrong-begin": "the BEGIN line is wrong",
  "armour.behind-end": "something follows the END line",
  "armour.long-line": "a line is too long",
  "armour.no-end": "the END line is missing",
  "armour.line-length": "a line has the wrong length",

  "header.long-line": "a line is too long",
  "header.long": "it is too long",
  "header.not-words": ({ line }: { line: number }) => `line ${line} is not words`,
  "header.incomplete": ({ line }: { line: number }) => `line ${line} is incomplete`,
  "header.not-a-line": ({ line }: { line: number }) =>
    `line ${line} is neither a stanza nor the MAC`,
  "header.many-stanzas": "too many stanzas",
  "header.mac": "its MAC is not 32 bytes of canonical base64",
  "header.no-stanza": "it has no stanza",
  "header.stanza": ({ type, reason }: { type: string; reason: Text }, { text }: Wording) =>
    `${type} stanza: ${text(reason)}`,
  "stanza.sm2-words": "not a share and a wrapped key",
  "stanza.share-form": "the share is not compressed",
  "stanza.share-point": "the share is not a point of the curve",
  "stanza.scrypt-words": "not a salt, a work factor and a wrapped key",
  "stanza.work-factor": "work factor is not a number",
  "stanza.twice": "there is more than one",
  "stanza.signed": "not one sealed key",

  "encrypt.nobody": "encrypt: neither recipient nor passphrase",
  "encrypt.many-recipients": ({ most }: { most: number }) =>
    `encrypt: more than ${counted(most, "recipient")}`,
  "encrypt.too-long": "encrypt: more than 256 TiB",
  "encrypt.shorter": "read input: it became shorter while it was read",
  "worker.failed": ({ message }: { message: string }) => `run worker: ${message}`,
  "worker.error": ({ reason }: { reason: Text }, { text }: Wording) => text(reason),
  "worker.stopped": "run worker: it stopped",

  "sealed.not-authentic": "open sealed payload: authentication failed",
  "sealed.salt-length": "derive key: salt is not 16 bytes",
  "sealed.recipients": ({ most }: { most: number }) =>
    `seal payload: none, or more than ${counted(most, "recipient")}`,
} as const;
