/** What signed and enveloped messages share (GM/T 0010-2012 §5; RFC 5652 §3): their types, and how those are written. */
import { type Bytes, concat } from "../bytes.ts";
import { der, DerReader, derSequence, derUnsigned } from "../crypto/der.ts";
import { FormatError } from "../errors.ts";
import { berToDer } from "../crypto/ber.ts";
import type { Certificate } from "./certificate.ts";

/** How a message is written, and what a signature covers. */
export const CMS_STYLES = ["gmt", "rfc", "gmssl"] as const;
export type CmsStyle = typeof CMS_STYLES[number];

/** Content types (GM/T 0010-2012 §5; RFC 5652 §4–§6). */
export const GMT_CONTENT = {
  data: "1.2.156.10197.6.1.4.2.1",
  signed: "1.2.156.10197.6.1.4.2.2",
  enveloped: "1.2.156.10197.6.1.4.2.3",
} as const;
export const RFC_CONTENT = {
  data: "1.2.840.113549.1.7.1",
  signed: "1.2.840.113549.1.7.2",
  enveloped: "1.2.840.113549.1.7.3",
} as const;

/** The largest message that is read. */
export const MAX_CMS_BYTES = 256 * 1024 * 1024;

/** [0] EXPLICIT of one element. */
export const explicitZero = (content: Uint8Array) => der(0xa0, content);

/** The content types of a style. */
export function contentOidsOf(style: CmsStyle) {
  return style === "rfc" ? RFC_CONTENT : GMT_CONTENT;
}

/** IssuerAndSerialNumber. */
export function issuerAndSerial({ issuer, serial }: Certificate): Bytes {
  return derSequence(issuer.der, derUnsigned(serial));
}

/** The elements of a SET OF in the order of DER (X.690 §11.6). */
export function sortedSet(elements: readonly Bytes[]): Bytes {
  const order = (a: Bytes, b: Bytes) => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
    return a.length - b.length;
  };
  return concat(...[...elements].sort(order));
}

/** The content of a ContentInfo whose type is one of `types`. */
export function contentOfType(bytes: Uint8Array, types: readonly string[]): DerReader {
  const outer = new DerReader(berToDer(bytes));
  const info = outer.sequence();
  outer.end();
  const type = info.oid();
  if (!types.includes(type)) throw new FormatError("cms.other-type", { type: typeName(type) });
  const content = new DerReader(info.content(0xa0));
  info.end();
  const data = content.sequence();
  content.end();
  return data;
}

function typeName(oid: string): string {
  for (const [names, all] of [["GM/T 0010", GMT_CONTENT], ["RFC 5652", RFC_CONTENT]] as const) {
    for (const [name, each] of Object.entries(all)) if (each === oid) return `${name} (${names})`;
  }
  return oid;
}
