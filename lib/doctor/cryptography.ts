/** The known answers of the standards (lib/crypto/self-test.ts), as checks. */
import { cryptoSelfTest, type SelfTestResult } from "../crypto/self-test.ts";
import { text } from "../text/catalogue.ts";
import type { Finding } from "./finding.ts";

/** One finding for each test. */
export function judgeCryptography(results: readonly SelfTestResult[]): Finding[] {
  return results.map(({ name, ok, detail }) => ({
    name,
    detail,
    state: ok ? "ok" : "fail",
    ...(ok ? {} : { cure: text("doctor.failed.hint") }),
  }));
}

/** Runs them all. */
export function checkCryptography(): Finding[] {
  return judgeCryptography(cryptoSelfTest());
}
