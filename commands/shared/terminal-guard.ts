/** Keeps decrypted data that is not text from the terminal, where it could move the cursor and pose as our words. */
import { FailureError } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { Output } from "./output.ts";

/** C0 but tab, line feed and carriage return, DEL, and C1 in UTF-8: they would drive the terminal. */
function drivesTerminal(bytes: Uint8Array): boolean {
  return bytes.some((byte, i) =>
    byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d || byte === 0x7f ||
    byte === 0xc2 && (bytes[i + 1] ?? 0x80) < 0xa0
  );
}

/** `output`, refusing such data where it would go to a terminal without having been asked for by name. */
export function guardTerminal(output: Output, path: string | undefined): Output {
  if (path !== undefined || !Deno.stdout.isTerminal()) return output;
  return {
    commit: () => output.commit(),
    abort: () => output.abort(),
    write(bytes) {
      if (!drivesTerminal(bytes)) return output.write(bytes);
      throw new FailureError("output.binary", {}, { hint: text("output.binary.hint") });
    },
  };
}
