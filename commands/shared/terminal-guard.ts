/** Keeps decrypted data that is not text from the terminal, where it could move the cursor and pose as our words. */
import { FailureError } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { Output } from "./output.ts";

/**
 * Tells of pieces of one text, in their order, which holds what would drive the terminal: C0 but tab, line feed and
 * carriage return, DEL, and C1 in UTF-8, wherever a piece ends.
 */
export function terminalDriver(): (piece: Uint8Array) => boolean {
  let before = 0;
  return (piece) =>
    piece.some((byte) => {
      const c1 = before === 0xc2 && byte >= 0x80 && byte < 0xa0;
      before = byte;
      return c1 || byte === 0x7f ||
        byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d;
    });
}

/** `output`, refusing such data where it would go to a terminal without having been asked for by name. */
export function guardTerminal(output: Output, path: string | undefined): Output {
  if (path !== undefined || !Deno.stdout.isTerminal()) return output;
  const drives = terminalDriver();
  return {
    commit: () => output.commit(),
    abort: () => output.abort(),
    write(bytes) {
      if (!drives(bytes)) return output.write(bytes);
      throw new FailureError("output.binary", {}, { hint: text("output.binary.hint") });
    },
  };
}
