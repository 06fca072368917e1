/** Ranges of bytes in HTTP (RFC 9110, 14.1): of one file, one range at a time. Pure. */

/** Bytes from `from` up to, and without, `to`. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** The range that a Range header asks for; "all" where it asks for none that we know, "none" where there is nothing. */
export function rangeOf(header: string | null, size: number): ByteRange | "all" | "none" {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return "all";
  if (first === "") {
    const from = Math.max(0, size - Number(last));
    return from < size ? { from, to: size } : "none";
  }
  const from = Number(first);
  if (last !== "" && Number(last) < from) return "all";
  const to = last === "" ? size : Math.min(size, Number(last) + 1);
  return from < size ? { from, to } : "none";
}
