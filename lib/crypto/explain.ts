/** Reasons become whole errors: what was read, and from where. */
import { type ErrorDetail, FormatError, InvalidKeyError, LimitError, P2PError } from "../errors.ts";
import type { Code } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";

/** A code that says what was read, of which name, and why that failed. */
export type ExplainedCode = Extract<
  Code,
  `${
    | "private-key"
    | "public-key"
    | "signature"
    | "ciphertext"
    | "certificate"
    | "certificate-request"
    | "revocation-list"
    | "cms"}.unreadable`
>;

/**
 * An error of the same class as `error` that says what was read; anything but a fault of the input comes back as it is.
 *
 * @param name the file, the argument, or the text itself
 */
export function explained(error: unknown, code: ExplainedCode, name: string | undefined): unknown {
  if (!(error instanceof P2PError) || error.code.endsWith(".unreadable")) return error;
  const detail: ErrorDetail = { hint: error.hint, cause: error };
  const params: { name: string | undefined; reason: Text } = { name, reason: error };
  if (error instanceof FormatError) return new FormatError(code, params, detail);
  if (error instanceof InvalidKeyError) return new InvalidKeyError(code, params, detail);
  if (error instanceof LimitError) return new LimitError(code, params, detail);
  return error;
}
