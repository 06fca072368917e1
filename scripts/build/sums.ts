/** Digests of the files that a build leaves. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { hex } from "../../lib/bytes.ts";
import { Sm3 } from "../../lib/crypto/sm3.ts";

/** Digests in hexadecimal digits. */
export interface Digests {
  readonly sha256: string;
  readonly sm3: string;
}

/** Both digests of a file, read once. */
export async function digestsOf(path: string): Promise<Digests> {
  const sha256 = createHash("sha256");
  const sm3 = new Sm3();
  for await (const piece of createReadStream(path)) {
    sha256.update(piece);
    sm3.update(piece);
  }
  return { sha256: sha256.digest("hex"), sm3: hex(sm3.digest()) };
}

/** A line of a list of digests, in the form that sha256sum and `p2p sm3 --check` read. */
export function sumLine(digest: string, name: string): string {
  return `${digest}  ${name}\n`;
}
