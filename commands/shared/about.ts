/** Errors of what lies in a file, with the file's name where they have none of their own. */
import { type ErrorDetail, FormatError, P2PError } from "../../lib/errors.ts";
import type { Code } from "../../lib/text/catalogue.ts";
import { isStdin } from "./input.ts";

/** Texts that take a `name`, which what is pure does not know. */
const NAMED: readonly string[] = [
  "decrypt.not-authentic",
  "openssl.not-salted",
  "sm4.truncated",
  "sm4.whole-blocks",
  "sm4.wrong-key",
  "xts.too-short",
];

/** Reasons that are no sentence by themselves. */
const REASONS: readonly string[] = ["pem.no-end", "pem.not-base64"];

/** Answers what `work` makes of the file at `path` ("-" and no name are stdin); what is wrong with it says its name. */
export async function about<T>(path: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof P2PError ? named(error, isStdin(path) ? "stdin" : path) : error;
  }
}

function named(error: P2PError, name: string): P2PError {
  const { code, params, hint } = error;
  const detail = { hint, cause: error };
  if (REASONS.includes(code)) return new FormatError("input.read", { name, reason: error }, detail);
  if (!NAMED.includes(code) || params["name"] !== undefined) return error;
  const Kind = error.constructor as new (
    code: Code,
    params: unknown,
    detail: ErrorDetail,
  ) => P2PError;
  return new Kind(code as Code, { ...params, name }, detail);
}
