/**
 * Names a peer sends, made safe on every platform at once (threat 16; Windows naming rules after Microsoft's
 * "Naming Files, Paths, and Namespaces").
 *
 * What tries to leave the target folder is refused; what is merely impossible or misleading somewhere is replaced
 * by "_". A name that is fine on all platforms comes out as it went in, but for Unicode NFC.
 */
import { utf8, utf8Text } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { JOINERS, joins, MISLEADING } from "../text/invisible.ts";

/** Longest component we create, in bytes: 255 everywhere, less room for " (99)" and the like. */
export const MAX_COMPONENT_BYTES = 240;

/** Deepest folder we create. */
export const MAX_DEPTH = 64;

/** Not allowed in Windows names; "/" is our separator; the backslash is Windows'. */
const forbidden = () => /[\p{Cc}<>:"/\\|?*]/gu;

/** Lone halves of surrogate pairs: not text. */
const loneSurrogate = () => /\p{Surrogate}/gu;

/** DOS devices, alone or in front of a dot (also with superscript digits, as Windows reads them). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?= *(\.|$))/iu;

/** What a name becomes when nothing of it is left. */
const NAMELESS = "unnamed";

/** What is safe as it stands, but for devices and length: most names are like this, and need no closer look. */
const PLAIN = /^[A-Za-z0-9_](?:[\w .+-]*[\w+-])?$/;

/** One path component that can be created anywhere: never empty, never ".", "..", a device or a separator. */
export function safeComponent(name: string): string {
  if (name.length <= MAX_COMPONENT_BYTES && PLAIN.test(name) && !DEVICE.test(name)) return name;
  const clean = name.normalize("NFC")
    .replace(loneSurrogate(), "_").replace(forbidden(), "_").replace(MISLEADING, "_")
    .replace(JOINERS, (c, at, whole) => joins(whole, at) ? c : "_");
  const trimmed = clean.replace(/[. ]+$/u, "").replace(/^ +/u, "");
  const device = DEVICE.test(trimmed) ? `_${trimmed}` : trimmed;
  return shortenName(device === "" ? NAMELESS : device, MAX_COMPONENT_BYTES);
}

/**
 * A safe name for something put straight into the user's folder: as `safeComponent`, and it is neither hidden nor
 * taken for an option (".bashrc" becomes "_bashrc", "-rf" becomes "_rf"). Inside a received folder, which is new
 * and visible, hidden files keep their names.
 */
export function safeTopName(name: string): string {
  return safeComponent(name).replace(/^[.-]/u, "_");
}

/**
 * The components of a peer's path, each safe. The peer writes "/" between them. Refused with a FormatError: an
 * empty or absolute path, "." and "..", an empty component, a NUL, and anything deeper than MAX_DEPTH.
 */
export function safePath(path: string): string[] {
  if (path === "") throw unsafe("transfer.name-empty");
  if (path.includes("\0")) throw unsafe("transfer.name-nul");
  if (path.startsWith("/")) throw unsafe("transfer.name-absolute");
  // Counted before anything is made of it: there may be thousands.
  if (depthOf(path) > MAX_DEPTH) throw unsafe("transfer.name-deep");
  const parts = path.split("/");
  return parts.map((part, depth) => {
    if (part === "") throw unsafe("transfer.name-empty-part");
    if (part === "." || part === "..") throw unsafe("transfer.name-dots");
    return depth === 0 ? safeTopName(part) : safeComponent(part);
  });
}

function depthOf(path: string): number {
  let depth = 1;
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) depth++;
  return depth;
}

/** Why a name is refused, and nothing more: the name itself is not repeated. */
function unsafe(
  reason: `transfer.name-${"empty" | "nul" | "absolute" | "deep" | "empty-part" | "dots"}`,
): FormatError {
  return new FormatError("transfer.name", { reason: text(reason) });
}

/** Names of which only the letter case can vary. */
const ASCII = /^[\x20-\x7e]*$/;

/** The same for all spellings that some file system takes for one name: letter case and Unicode form. */
export function foldName(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  return name.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFC");
}

/** `name` before its extension (`.tar.gz` counts as one), and that. */
export function splitExtension(name: string): readonly [stem: string, extension: string] {
  const dot = extensionAt(name);
  return [name.slice(0, dot), name.slice(dot)];
}

/** Where the extension begins (`.tar.gz` counts as one); the length of the name when there is none. */
function extensionAt(name: string): number {
  const match = /(\.tar)?\.[^. ]{1,16}$/iu.exec(name);
  return match === null || match.index === 0 ? name.length : match.index;
}

/** `text` cut to at most `limit` bytes of UTF-8 between two characters. */
export function shorten(text: string, limit: number): string {
  const bytes = utf8(text);
  if (bytes.length <= limit) return text;
  let end = limit;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return utf8Text(bytes.subarray(0, end)).replace(/[. \u200c\u200d]+$/u, "");
}

/** `name` cut to at most `limit` bytes, its extension kept. */
function shortenName(name: string, limit: number): string {
  if (utf8(name).length <= limit) return name;
  const [stem, extension] = splitExtension(name);
  return shorten(stem, limit - utf8(extension).length) + extension;
}
