/**
 * PEM, the textual encoding of RFC 7468, with the headers that RFC 1421 §4.6 adds to encrypted keys. Reading is
 * lax as RFC 7468 §3 recommends: text around blocks, any line length, CR LF.
 */
import { base64, type Bytes, fromBase64 } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";

/** One block: what BEGIN says, the header lines, the content. */
export interface PemBlock {
  label: string;
  headers: ReadonlyMap<string, string>;
  content: Bytes;
}

/** Whether the block's content is encrypted in the old way of OpenSSL (`legacy-pem.ts`). */
export function isLegacyEncrypted({ headers }: PemBlock): boolean {
  return headers.has("DEK-Info");
}

/** RFC 7468 §2: base64 lines of 64 characters. */
const LINE_CHARACTERS = 64;

/** The text of one block. */
export function encodePem(label: string, content: Uint8Array): string {
  const lines = base64(content).match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** Whether `text` has a PEM block in it. */
export function isPem(text: string): boolean {
  return text.includes("-----BEGIN ");
}

/**
 * All blocks of `text`, in order.
 *
 * @param wanted whether blocks of a label matter; others are skipped, whatever is in them
 */
export function decodePem(
  text: string,
  wanted: (label: string) => boolean = () => true,
): PemBlock[] {
  const blocks: PemBlock[] = [];
  let rest = text;
  for (;;) {
    const begin = /-----BEGIN ([^\r\n-]+)-----/.exec(rest);
    if (begin === null) return blocks;
    const label = begin[1]!;
    const start = begin.index + begin[0].length;
    const endLine = `-----END ${label}-----`;
    const end = rest.indexOf(endLine, start);
    if (end < 0) throw new FormatError("pem.no-end", { label });
    if (wanted(label)) blocks.push({ label, ...decodeBody(rest.slice(start, end)) });
    rest = rest.slice(end + endLine.length);
  }
}

/** Headers stand in front, a blank line behind them (RFC 1421 §4.4); one further down is no header. */
function decodeBody(body: string): Omit<PemBlock, "label"> {
  const lines = body.split(/\r\n|\r|\n/).map((line) => line.trim());
  const headers = new Map<string, string>();
  let at = 0;
  while (lines[at] === "") at++;
  for (; at < lines.length; at++) {
    const header = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(lines[at]!);
    if (header === null) break;
    headers.set(header[1]!, header[2]!);
  }
  const data = lines.slice(at).join("").replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/=]*$/.test(data)) throw new FormatError("pem.not-base64", {});
  return { headers, content: fromBase64(data) };
}
