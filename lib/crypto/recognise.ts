/**
 * What something is that a person gave where something else was meant, and which command takes it: a CMS message where a
 * signature was wanted, a file of `openssl enc` where one of `p2p enc` was. Nothing is opened.
 */
import { utf8 } from "../bytes.ts";
import { FormatError, P2PError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { DerReader, Tag } from "./der.ts";
import type { ExplainedCode } from "./explain.ts";
import { encodedBytes, readEncoding } from "./encoding.ts";
import { findKeys, type FoundKey } from "./keys/find.ts";
import { foreignBinary, foreignLabel, foreignText } from "./keys/foreign.ts";
import { decodePem } from "./keys/pem.ts";

/** A name for it, and the command that takes it, where we have one. */
export interface Recognised {
  readonly what: Text;
  readonly cure: Text | undefined;
}

/** Enough to tell anything by; what is longer is looked at as far as that. */
export const RECOGNISED_BYTES = 256 * 1024;

/** What `input` is; undefined where it is nothing that we know. */
export function recognise(input: Uint8Array): Recognised | undefined {
  try {
    return recogniseAny(input);
  } catch (error) {
    if (error instanceof P2PError) return undefined;
    throw error;
  }
}

function recogniseAny(input: Uint8Array): Recognised | undefined {
  const encoded = readEncoding(input);
  if (encoded.kind === "text") {
    return found(foreignText(encoded.text.trim())) ?? recognisePem(encoded.text);
  }
  const bytes = encodedBytes(input);
  const known = BEGINNINGS.find(([first]) => first.every((byte, i) => bytes[i] === byte));
  if (known !== undefined) return found(known[1]);
  const mentioned = found(foreignBinary(bytes)) ?? recogniseSm2(bytes);
  return mentioned ?? recogniseKey(input);
}

/** Files that begin as text and go on as bytes. */
const BEGINNINGS: ReadonlyArray<readonly [first: Uint8Array, what: Text]> = [
  [utf8("p2p-encrypted-file/"), text("foreign.p2p-file")],
  [utf8("age-encryption.org/"), text("foreign.age")],
];

/** A signature or a ciphertext of SM2 in DER. */
function recogniseSm2(bytes: Uint8Array): Recognised | undefined {
  if (bytes[0] !== Tag.sequence) return undefined;
  try {
    const outer = new DerReader(bytes);
    const parts = outer.sequence();
    outer.end();
    if (parts.loosely().length > 32 || parts.loosely().length > 32) return undefined;
    if (parts.done) return found(text("foreign.signature"));
    parts.content(Tag.octetString);
    parts.content(Tag.octetString);
    return parts.done ? found(text("foreign.ciphertext")) : undefined;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function recognisePem(content: string): Recognised | undefined {
  const labels = [...content.matchAll(/-----BEGIN ([^\r\n-]+)-----/g)].map(([, label = ""]) =>
    label
  );
  for (const label of labels) {
    const named = foreignLabel(label);
    if (named !== undefined) return found(named);
  }
  const blocks = decodePem(content);
  for (const { content: der } of blocks) {
    const named = found(foreignBinary(der));
    if (named !== undefined) return named;
  }
  return blocks.length > 0 ? recogniseKey(utf8(content)) : undefined;
}

/** What a key is called that is given where none is wanted. */
function recogniseKey(input: Uint8Array): Recognised | undefined {
  const [first] = findKeys(input).keys;
  // Bare digits and bytes may be anything.
  if (first === undefined || first.kind === "secret" || first.kind === "point") return undefined;
  return found({ code: KEY_NAMES[first.kind], params: {} });
}

const KEY_NAMES = {
  "private-key-info": "foreign.private-key",
  "ec-private-key": "foreign.private-key",
  "encrypted-key": "foreign.private-key",
  "legacy-encrypted-key": "foreign.private-key",
  "cfca-key": "foreign.private-key",
  "enveloped-key": "key.enveloped",
  "pkcs12": "foreign.pkcs12",
  "public-key-info": "foreign.public-key",
  "text": "foreign.public-key",
  "certificate": "foreign.certificate",
  "request": "foreign.request",
} as const satisfies Record<Exclude<FoundKey["kind"], "secret" | "point">, string>;

/** Which command takes what. */
const CURES: ReadonlyMap<string, Text> = new Map([
  ["foreign.cms", text("foreign.cms.cure")],
  ["foreign.salted", text("foreign.salted.cure")],
  ["foreign.p2p-file", text("foreign.p2p-file.cure")],
  ["foreign.signature", text("foreign.signature.cure")],
  ["foreign.ciphertext", text("foreign.ciphertext.cure")],
  ["foreign.certificate", text("foreign.certificate.cure")],
  ["foreign.private-key", text("foreign.private-key.cure")],
  ["foreign.pkcs12", text("foreign.private-key.cure")],
  ["key.enveloped", text("key.enveloped.hint")],
]);

function found(what: Text | undefined): Recognised | undefined {
  return what === undefined ? undefined : { what, cure: CURES.get(what.code) };
}

/**
 * An error that says what `input` is, and what takes it, where that is known and it is not what was wanted; else `error`.
 *
 * @param wanted the code that the input may have and be broken all the same
 */
export function explainedBy(
  error: unknown,
  code: ExplainedCode,
  name: string | undefined,
  input: Uint8Array,
  wanted: string,
): unknown {
  const known = error instanceof P2PError ? recognise(input) : undefined;
  if (known === undefined || known.what.code === wanted) return error;
  const params = { name, reason: text("key.foreign", { what: known.what }) };
  return new FormatError(code, params, { hint: known.cure, cause: error });
}
