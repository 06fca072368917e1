/** Lines of a pipe, as they come. */
import { LimitError } from "../../lib/errors.ts";

/** Longest line taken from a pipe, in characters. */
const MAX_LINE = 1 << 20;

/** The lines of stdin, without their ends; what stands after the last line end is a line too. */
export async function* stdinLines(
  input: ReadableStream<Uint8Array> = Deno.stdin.readable,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of input) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      yield rest.slice(0, end).replace(/\r$/, "");
      rest = rest.slice(end + 1);
    }
    if (rest.length > MAX_LINE) {
      throw new LimitError(`read stdin: a line of more than ${MAX_LINE} characters`);
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
