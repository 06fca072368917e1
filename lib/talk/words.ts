/** Reasons that come from elsewhere: texts of ours stay texts, sentences of peers are shown as theirs. */
import { FailureError, type P2PError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import type { Failure } from "../transfer/verdict.ts";

/** `reason` as a text. */
export function wordsOf(reason: string | Text): Text {
  return typeof reason === "string" ? text("system.other", { message: reason }) : reason;
}

/** The error for the first of several files that did not arrive. */
export function failureError(
  code: "talk.receive-failed" | "talk.send-failed",
  { path, reason }: Failure,
  more: number,
): P2PError {
  return new FailureError(code, { path, reason, more });
}
