/** Lists of checksums as GNU coreutils' sha256sum writes and reads them (its manual, "md5sum invocation"). */
import { SM3_BYTES } from "../../lib/crypto/sm3.ts";

/** One line of a list. */
export interface Checksum {
  /** Lower-case hex digits. */
  digest: string;
  name: string;
}

/** A line of a list. A name with a line end or backslash is escaped, and a leading backslash says so. */
export function checksumLine(digest: string, name: string): string {
  const escaped = name.replace(
    /[\\\n\r]/g,
    (c) => c === "\\" ? "\\\\" : c === "\n" ? "\\n" : "\\r",
  );
  return `${escaped === name ? "" : "\\"}${digest}  ${escaped}`;
}

const DIGEST = `[0-9a-fA-F]{${2 * SM3_BYTES}}`;
/** "DIGEST  NAME", or with an asterisk for the second blank. */
const COREUTILS = new RegExp(`^(\\\\?)(${DIGEST}) [ *](.+)$`, "s");
/** "DIGEST NAME" with one blank: botan hash, and BSD's reversed form. */
const ONE_BLANK = new RegExp(`^(${DIGEST}) ([^ *].*)$`, "s");
/**
 * "SM3 (NAME) = DIGEST" of BSD and of `cksum -a sm3`, which escapes names as coreutils' lists do and says so with a leading
 * backslash; "SM3(NAME)= DIGEST" of openssl dgst, HMAC too.
 */
const TAGGED = new RegExp(`^(\\\\?)(?:HMAC-)?SM3 ?\\((.+)\\) ?= (${DIGEST})$`, "s");

/** The checksums in a list, and how many lines were something else. */
export function parseChecksums(text: string): { entries: Checksum[]; malformed: number } {
  const entries: Checksum[] = [];
  let malformed = 0;
  for (const line of text.split(/\r?\n/)) {
    if (line === "" || line.startsWith("#")) continue;
    const entry = parseLine(line);
    if (entry === undefined) malformed++;
    else entries.push(entry);
  }
  return { entries, malformed };
}

function parseLine(line: string): Checksum | undefined {
  const plain = COREUTILS.exec(line);
  if (plain !== null) {
    const name = plain[1] === "" ? plain[3]! : unescape(plain[3]!);
    return { digest: plain[2]!.toLowerCase(), name };
  }
  const reversed = ONE_BLANK.exec(line);
  if (reversed !== null) return { digest: reversed[1]!.toLowerCase(), name: reversed[2]! };
  const tagged = TAGGED.exec(line);
  if (tagged === null) return undefined;
  const name = tagged[1] === "" ? tagged[2]! : unescape(tagged[2]!);
  return { digest: tagged[3]!.toLowerCase(), name };
}

function unescape(name: string): string {
  return name.replace(/\\([\\nr])/g, (_, c) => c === "n" ? "\n" : c === "r" ? "\r" : "\\");
}
