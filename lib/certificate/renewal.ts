/** When a certificate is renewed, and how long is waited after an attempt that failed. Pure. */
import type { Certificate } from "./certificate.ts";

/** The part of its time that a certificate has left when it is due: authority and holder count alike. */
const LEFT_WHEN_DUE = 1 / 3;
/** Between two attempts, in milliseconds; and which part of the time that is left. */
const LEAST_PAUSE_MS = 1000, MOST_PAUSE_MS = 3_600_000, PART_OF_REST = 1 / 10;

/** When a certificate should be renewed, in milliseconds since 1970. */
export function renewalDue({ notBefore, notAfter }: Pick<Certificate, "notBefore" | "notAfter">) {
  return notAfter - (notAfter - notBefore) * LEFT_WHEN_DUE;
}

/** How long is waited before the next attempt, in milliseconds; undefined where the certificate has ended. */
export function pauseBeforeRenewal(
  { notAfter }: Pick<Certificate, "notAfter">,
  now: number,
): number | undefined {
  if (now >= notAfter) return undefined;
  return Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, (notAfter - now) * PART_OF_REST));
}
