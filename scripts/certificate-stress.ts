/**
 * `deno run -A scripts/certificate-stress.ts [--count N]`: N random certificates, requests and revocation lists of ours, and as
 * many of Bouncy Castle's, each judged by both; the certificates by OpenSSL too, hop by hop. Ends with 1 at a difference.
 */
import { parseArgs } from "node:util";
import { compareX509, hasBouncyCastleX509 } from "../tests/interop/x509.ts";

/** So many of each go to one JVM. */
const BATCH = 1000;

const { values } = parseArgs({ options: { count: { type: "string", default: "10000" } } });
const count = Number(values.count);
if (!(count > 0) || !hasBouncyCastleX509()) {
  console.error("certificate-stress: --count N; needs java and Debian's libbcpkix-java");
  Deno.exit(2);
}
const total = { ours: 0, theirs: 0, openssl: 0 };
for (let done = 0; done < count; done += BATCH) {
  const folder = await Deno.makeTempDir();
  try {
    const agreed = await compareX509(Math.min(BATCH, count - done), folder);
    total.ours += agreed.ours;
    total.theirs += agreed.theirs;
    total.openssl += agreed.openssl;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  console.log(
    `of ours ${total.ours}, of Bouncy Castle's ${total.theirs}, by OpenSSL ${total.openssl}`,
  );
}
