/** General names (RFC 5280 §4.2.1.6): what a certificate is for besides its subject; and the subtrees that bound them. */
import { type Bytes, utf8 } from "../bytes.ts";
import { der, DerReader } from "../crypto/der.ts";
import { FormatError, UsageError } from "../errors.ts";
import { type DistinguishedName, isBelow, readName } from "./name.ts";

/** One general name. */
export type GeneralName =
  | { readonly kind: "email" | "dns" | "uri"; readonly value: string }
  /** 4 or 16 bytes; in subtrees a mask of the same length behind them. */
  | { readonly kind: "ip"; readonly bytes: Bytes }
  | { readonly kind: "directory"; readonly name: DistinguishedName }
  /** A kind that nothing here judges. */
  | { readonly kind: "other"; readonly tag: number; readonly bytes: Bytes };

const NameTag = { email: 0x81, dns: 0x82, directory: 0xa4, uri: 0x86, ip: 0x87 } as const;

/** Names in one certificate. */
const MAX_NAMES = 256;

/** Reads GeneralNames, the content of a SEQUENCE of them. */
export function readGeneralNames(list: DerReader): GeneralName[] {
  const names: GeneralName[] = [];
  while (!list.done) {
    names.push(readGeneralName(list));
    if (names.length > MAX_NAMES) throw new FormatError("chain.extension", { oid: "2.5.29.17" });
  }
  return names;
}

/** Reads one. */
export function readGeneralName(reader: DerReader): GeneralName {
  const { tag, content } = reader.any();
  switch (tag) {
    case NameTag.email:
      return { kind: "email", value: asciiOf(content) };
    case NameTag.dns:
      return { kind: "dns", value: asciiOf(content) };
    case NameTag.uri:
      return { kind: "uri", value: asciiOf(content) };
    case NameTag.ip:
      return { kind: "ip", bytes: new Uint8Array(content) };
    case NameTag.directory: {
      const inner = new DerReader(content);
      const name = readName(inner);
      inner.end();
      return { kind: "directory", name };
    }
    default:
      return { kind: "other", tag, bytes: new Uint8Array(content) };
  }
}

/** An IA5String without a NUL: names that end early for others have been used to pass for them. */
function asciiOf(content: Uint8Array): string {
  if (content.length === 0 || content.length > 2048) throw new FormatError("chain.name", {});
  if (content.some((byte) => byte >= 0x7f || byte < 0x20)) throw new FormatError("chain.name", {});
  return String.fromCharCode(...content);
}

/** Writes one. */
export function encodeGeneralName(name: GeneralName): Bytes {
  switch (name.kind) {
    case "email":
    case "dns":
    case "uri":
      return der(NameTag[name.kind], utf8(name.value));
    case "ip":
      return der(NameTag.ip, name.bytes);
    case "directory":
      return der(NameTag.directory, name.name.der);
    case "other":
      return der(name.tag, name.bytes);
  }
}

/** `dns:example.cn`, `ip:10.0.0.1`, `email:a@b.cn`, `uri:https://…`; a UsageError where it is none of these. */
export function generalNameFromText(text: string): GeneralName {
  const colon = text.indexOf(":");
  const kind = text.slice(0, Math.max(0, colon)).toLowerCase(), value = text.slice(colon + 1);
  const plain = /^[\x21-\x7e]{1,253}$/.test(value);
  if (kind === "ip") return { kind, bytes: addressFromText(value, text) };
  if ((kind === "dns" || kind === "email" || kind === "uri") && plain) {
    return { kind, value: kind === "dns" ? value.toLowerCase() : value };
  }
  throw new UsageError("certificate.bad-alternative", { given: text });
}

/** A subtree in the same way; of addresses `ip:10.0.0.0/8`, of directories not at all. */
export function subtreeFromText(text: string): GeneralName {
  const [, address, bits] = /^ip:([^/]+)\/(\d{1,3})$/i.exec(text) ?? [];
  if (address === undefined) return generalNameFromText(text);
  const base = addressFromText(address, text);
  const length = Number(bits);
  if (length > 8 * base.length) {
    throw new UsageError("certificate.bad-alternative", { given: text });
  }
  const mask = base.map((_, i) => 0xff & ~(0xff >>> Math.min(8, Math.max(0, length - 8 * i))));
  return { kind: "ip", bytes: new Uint8Array([...base, ...mask]) };
}

function addressFromText(value: string, given: string): Bytes {
  const four = value.split(".").map(Number);
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(value) && four.every((part) => part < 256)) {
    return Uint8Array.from(four);
  }
  const [head = "", tail] = value.split("::");
  const groups = (text: string) => text === "" ? [] : text.split(":");
  const front = groups(head), back = tail === undefined ? [] : groups(tail);
  const gap = 8 - front.length - back.length;
  const all = [...front, ...Array(tail === undefined ? 0 : Math.max(0, gap)).fill("0"), ...back];
  if (
    all.length !== 8 || value.split("::").length > 2 ||
    !all.every((g) => /^[0-9a-f]{1,4}$/i.test(g))
  ) {
    throw new UsageError("certificate.bad-alternative", { given });
  }
  return Uint8Array.from(all.flatMap((g) => [parseInt(g, 16) >> 8, parseInt(g, 16) & 0xff]));
}

/** A name as people read it. */
export function generalNameText(name: GeneralName): string {
  switch (name.kind) {
    case "ip":
      return `ip:${addressText(name.bytes)}`;
    case "directory":
      return `directory:${name.name.attributes.map(({ value }) => value).join("/")}`;
    case "other":
      return `[${name.tag & 0x1f}]:${name.bytes.toHex()}`;
    default:
      return `${name.kind}:${name.value}`;
  }
}

function addressText(bytes: Bytes): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length === 8) return `${bytes.subarray(0, 4).join(".")}/${bytes.subarray(4).join(".")}`;
  const hex = bytes.toHex().match(/.{1,4}/g)?.map((group) => group.replace(/^0{1,3}/, "")) ?? [];
  return bytes.length === 32
    ? `${hex.slice(0, 8).join(":")}/${hex.slice(8).join(":")}`
    : hex.join(":");
}

/** Whether `name` lies in the subtree `base` (RFC 5280 §4.2.1.10); undefined where they are of different kinds. */
export function isWithin(name: GeneralName, base: GeneralName): boolean | undefined {
  if (name.kind !== base.kind) return undefined;
  switch (name.kind) {
    case "dns":
      return hostWithin(name.value, (base as typeof name).value);
    case "email": {
      const host = name.value.slice(name.value.lastIndexOf("@") + 1);
      const { value } = base as typeof name;
      if (value.includes("@")) return mailbox(name.value) === mailbox(value);
      return value.startsWith(".")
        ? host.toLowerCase().endsWith(value.toLowerCase())
        : host.toLowerCase() === value.toLowerCase();
    }
    case "uri": {
      const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#]*@)?([^:/?#]+)/i.exec(name.value)?.[1];
      const { value } = base as typeof name;
      if (host === undefined) return false;
      return value.startsWith(".")
        ? host.toLowerCase().endsWith(value.toLowerCase())
        : host.toLowerCase() === value.toLowerCase();
    }
    case "ip": {
      const { bytes: range } = base as typeof name;
      const { bytes } = name;
      if (range.length !== 2 * bytes.length) return false;
      return bytes.every((byte, i) => ((byte ^ range[i]!) & range[bytes.length + i]!) === 0);
    }
    case "directory":
      return isBelow(name.name, (base as typeof name).name);
    case "other":
      return undefined;
  }
}

function mailbox(address: string): string {
  const at = address.lastIndexOf("@");
  return address.slice(0, at) + address.slice(at).toLowerCase();
}

function hostWithin(host: string, base: string): boolean {
  const own = host.toLowerCase().replace(/\.$/, ""), suffix = base.toLowerCase().replace(/\.$/, "");
  if (suffix === "") return true;
  return own === suffix.replace(/^\./, "") && !suffix.startsWith(".") ||
    own.endsWith(suffix.startsWith(".") ? suffix : `.${suffix}`);
}
