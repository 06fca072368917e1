/** Keeps a certificate renewed for as long as a program runs. */
import type { Certificate } from "../certificate/certificate.ts";
import { pauseBeforeRenewal, renewalDue } from "../certificate/renewal.ts";
import { AuthenticationError, P2PError } from "../errors.ts";

/** What renewing needs of the world. */
export interface Renewal {
  readonly now: () => number;
  /** Waits that many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Asks the authority; answers what it gave, which may be the same certificate again. */
  readonly renew: () => Promise<Certificate>;
  /** It did not work, and is tried again. */
  readonly failed: (error: P2PError) => void;
}

/** The longest wait of one timer, in milliseconds: the clock may be set, and the machine asleep, meanwhile. */
const MAX_WAIT_MS = 3_600_000;

/**
 * Renews `certificate`, and whatever comes after it, when it is due. What fails is tried again until the certificate
 * ends; then, and where the authority refuses, the promise is rejected.
 */
export async function keepRenewed(certificate: Certificate, renewal: Renewal): Promise<never> {
  const { now, wait, renew, failed } = renewal;
  let current = certificate;
  const until = async (time: number) => {
    while (now() < time) await wait(Math.min(MAX_WAIT_MS, time - now()));
  };
  for (;;) {
    await until(renewalDue(current));
    let fault: P2PError | undefined;
    try {
      const given = await renew();
      const newer = given.notAfter > current.notAfter;
      current = given;
      if (newer) continue;
    } catch (error) {
      if (!(error instanceof P2PError) || error instanceof AuthenticationError) throw error;
      fault = error;
    }
    // A clock behind ours, or a root that ends soon: the authority gave what there was.
    const pause = pauseBeforeRenewal(current, now());
    if (pause === undefined) throw fault ?? new AuthenticationError("enrol.not-renewed", {});
    if (fault !== undefined) failed(fault);
    await until(now() + pause);
  }
}
