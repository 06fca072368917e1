/**
 * Distinguished names (X.501; RFC 5280 §4.1.2.4): read from DER, made from text like `C=CN, O=School, CN=alice` or
 * `/C=CN/CN=alice`, in the order in which they are written. Texts in them are as their makers chose: not safe to print.
 */
import { type Bytes, equalConstantTime, utf8 } from "../bytes.ts";
import { der, derOid, DerReader, derSequence, Tag } from "../crypto/der.ts";
import { FormatError, UsageError } from "../errors.ts";
import { ATTRIBUTE_TYPES, COMMON_NAME, COUNTRY_NAME, EMAIL_ADDRESS } from "./oids.ts";

/** One attribute: its type as an OID, its value as text. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** A name, with the bytes it came in. */
export interface DistinguishedName {
  readonly der: Bytes;
  /** In order; several in one relative name are rare, and stand beside each other. */
  readonly attributes: readonly NameAttribute[];
}

const StringTag = { utf8: 0x0c, printable: 0x13, teletex: 0x14, ia5: 0x16, bmp: 0x1e } as const;

/** Attributes in one name; more are nobody's. */
const MAX_ATTRIBUTES = 32;
/** Characters of one value (X.520's upper bounds are 64 to 128; nobody keeps to them). */
const MAX_VALUE_CHARACTERS = 512;

/** Reads the name of an issuer, which must not be empty (RFC 5280 §4.1.2.4). */
export function readIssuer(reader: DerReader): DistinguishedName {
  const issuer = readName(reader);
  if (issuer.attributes.length === 0) throw new FormatError("chain.no-issuer", {});
  return issuer;
}

/** Reads a Name. */
export function readName(reader: DerReader): DistinguishedName {
  const bytes = reader.raw();
  const relative = new DerReader(bytes).sequence();
  const attributes: NameAttribute[] = [];
  while (!relative.done) {
    const set = relative.sequence(Tag.set);
    if (set.done) throw new FormatError("chain.name", {});
    while (!set.done) {
      const attribute = set.sequence();
      const type = attribute.oid();
      const { tag, content } = attribute.any();
      attribute.end();
      attributes.push({ type, value: stringOf(tag, content) });
      if (attributes.length > MAX_ATTRIBUTES) throw new FormatError("chain.name", {});
    }
  }
  return { der: new Uint8Array(bytes), attributes };
}

/** The text of a string of any of the types that names are made of; other values in hex digits. */
function stringOf(tag: number, content: Uint8Array): string {
  if (content.length > 4 * MAX_VALUE_CHARACTERS) throw new FormatError("chain.name", {});
  switch (tag) {
    case StringTag.utf8:
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
      } catch {
        throw new FormatError("chain.name", {});
      }
    case StringTag.printable:
    case StringTag.ia5:
      if (content.some((byte) => byte >= 0x80)) throw new FormatError("chain.name", {});
      return String.fromCharCode(...content);
    case StringTag.teletex:
      return String.fromCharCode(...content);
    case StringTag.bmp: {
      if (content.length % 2 !== 0) throw new FormatError("chain.name", {});
      let text = "";
      for (let i = 0; i < content.length; i += 2) {
        text += String.fromCharCode(content[i]! * 256 + content[i + 1]!);
      }
      return text;
    }
    default:
      return "#" + content.toHex();
  }
}

/** The name of these attributes, one in each relative name. */
export function makeName(attributes: readonly NameAttribute[]): DistinguishedName {
  const relative = attributes.map(({ type, value }) =>
    der(Tag.set, derSequence(derOid(type), valueOf(type, value)))
  );
  return { der: derSequence(...relative), attributes };
}

function valueOf(type: string, value: string): Bytes {
  if (type === COUNTRY_NAME) return der(StringTag.printable, utf8(value));
  return der(type === EMAIL_ADDRESS ? StringTag.ia5 : StringTag.utf8, utf8(value));
}

/** A name from text; a UsageError where it is none. A text without `=` is a common name. */
export function nameFromText(text: string): DistinguishedName {
  const trimmed = text.trim();
  const bad = () => new UsageError("certificate.bad-name", { given: text });
  if (trimmed === "") throw bad();
  if (!/[^\\]=/.test(trimmed)) return makeName([attributeOf("CN", trimmed, bad)]);
  const slashed = trimmed.startsWith("/");
  const parts = (slashed ? trimmed.slice(1) : trimmed).split(slashed ? /(?<!\\)\// : /(?<!\\)[,;]/);
  if (parts.length > MAX_ATTRIBUTES) throw bad();
  return makeName(parts.map((part) => {
    const equals = part.indexOf("=");
    if (equals < 1) throw bad();
    const value = part.slice(equals + 1).trim().replace(/\\(.)/g, "$1");
    return attributeOf(part.slice(0, equals).trim(), value, bad);
  }));
}

function attributeOf(key: string, value: string, bad: () => UsageError): NameAttribute {
  const found = ATTRIBUTE_TYPES.find(([short]) => short.toLowerCase() === key.toLowerCase());
  const type = found?.[1] ?? (/^[0-2](?:\.\d{1,9}){1,15}$/.test(key) ? key : undefined);
  const plain = /^[\x20-\x7e]*$/.test(value);
  if (type === undefined || value === "" || value.length > MAX_VALUE_CHARACTERS) throw bad();
  if (type === COUNTRY_NAME && !/^[A-Za-z]{2}$/.test(value)) throw bad();
  if (type === EMAIL_ADDRESS && !plain) throw bad();
  return { type, value: type === COUNTRY_NAME ? value.toUpperCase() : value };
}

/** `C=CN, O=School, CN=alice`. */
export function nameText({ attributes }: DistinguishedName): string {
  return attributes.map(({ type, value }) => {
    const short = ATTRIBUTE_TYPES.find(([, oid]) => oid === type)?.[0] ?? type;
    return `${short}=${value.replace(/[,\\;]/g, "\\$&")}`;
  }).join(", ");
}

/** What a subject is called: its last common name, else all of it. */
export function commonName(name: DistinguishedName): string {
  return name.attributes.findLast(({ type }) => type === COMMON_NAME)?.value ?? nameText(name);
}

/** Whether two names are the same (RFC 5280 §7.1): letters' case and runs of blanks do not count. */
export function sameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return equalConstantTime(a.der, b.der) || canonical(a) === canonical(b);
}

/** Whether `name` is `base` or below it. */
export function isBelow(name: DistinguishedName, base: DistinguishedName): boolean {
  const head = { ...name, attributes: name.attributes.slice(0, base.attributes.length) };
  return canonical(head) === canonical(base);
}

function canonical({ attributes }: DistinguishedName): string {
  return JSON.stringify(attributes.map(({ type, value }) => [
    type,
    value.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " "),
  ]));
}
