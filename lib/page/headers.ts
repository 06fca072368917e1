/** The headers of the page's answers. What others sent is given out as bytes to save, in no case as a document. Pure. */

/** On every answer. */
const COMMON: ReadonlyArray<readonly [name: string, value: string]> = [
  ["cache-control", "no-store"],
  ["cross-origin-embedder-policy", "require-corp"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  ["permissions-policy", "microphone=(self), camera=(), geolocation=(), display-capture=()"],
  ["referrer-policy", "no-referrer"],
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
];

/** For answers that are no page: nothing is loaded, nothing runs, in no window. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Hashes of what stands in the page, "sha256-…". */
export interface PageHashes {
  readonly script: string;
  readonly style: string;
}

/** The page's own policy: its script and its style, this server, pictures and sounds that the script made. */
export function pagePolicy({ script, style }: PageHashes): string {
  const rules: ReadonlyArray<readonly [name: string, ...sources: string[]]> = [
    ["default-src", "'none'"],
    ["script-src", `'${script}'`],
    ["style-src", `'${style}'`],
    ["connect-src", "'self'"],
    ["img-src", "blob:", "data:"],
    ["media-src", "blob:"],
    ["base-uri", "'none'"],
    ["form-action", "'none'"],
    ["frame-ancestors", "'none'"],
    ["require-trusted-types-for", "'script'"],
    ["trusted-types", "'none'"],
  ];
  return rules.map((rule) => rule.join(" ")).join("; ");
}

/** The headers of an answer, `more` besides. */
export function pageHeaders(more: Readonly<Record<string, string>>): Headers {
  const headers = new Headers(COMMON.map(([name, value]): [string, string] => [name, value]));
  headers.set("content-security-policy", NOTHING);
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  return headers;
}

/** A file's name for Content-Disposition (RFC 6266, with RFC 8187): whatever it holds, it cannot end the header. */
export function attachment(name: string): string {
  const encoded = [...new TextEncoder().encode(name)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return `attachment; filename*=UTF-8''${encoded.join("")}`;
}
