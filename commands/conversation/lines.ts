/** Lines of a pipe, as they come. */
import { concat } from "../../lib/bytes.ts";
import { FormatError, LimitError } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";

/** Messages on their way at once from a pipe: enough to fill any path, little enough to keep memory flat. */
export const PIPE_WINDOW = 256;

/** Longest line taken from a pipe, in bytes. */
const MAX_INPUT_LINE_BYTES = 1 << 20;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The lines of stdin, without their ends; what stands after the last line end is a line too.
 *
 * @param bad takes what is wrong with a line (not UTF-8, too long); it is left out then. Throws it unless given
 */
export async function* stdinLines(
  input: ReadableStream<Uint8Array> = Deno.stdin.readable,
  bad: (error: FormatError | LimitError) => void = (error) => {
    throw error;
  },
): AsyncGenerator<string> {
  let number = 0;
  let rest: Uint8Array[] = [];
  let length = 0;
  /** What comes up to the next line end belongs to a line that was given up. */
  let tooLong = false;
  const refuse = (): undefined => {
    bad(new LimitError("talk.line-too-long", { most: MAX_INPUT_LINE_BYTES }));
  };
  const line = (bytes: Uint8Array): string | undefined => {
    number++;
    if (bytes.length > MAX_INPUT_LINE_BYTES) return refuse();
    const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: number > 1 })
        .decode(bytes.subarray(0, end));
    } catch (cause) {
      bad(
        new FormatError("talk.input-not-utf8", { number }, {
          hint: text("talk.input-not-utf8.hint"),
          cause,
        }),
      );
      return undefined;
    }
  };
  for await (const chunk of input) {
    let from = 0;
    if (tooLong) {
      const end = chunk.indexOf(LINE_FEED);
      if (end < 0) continue;
      [tooLong, from] = [false, end + 1];
    }
    for (let end = chunk.indexOf(LINE_FEED, from); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const whole = line(concat(...rest, chunk.subarray(from, end)));
      [rest, length, from] = [[], 0, end + 1];
      if (whole !== undefined) yield whole;
    }
    rest.push(chunk.slice(from));
    length += chunk.length - from;
    if (length > MAX_INPUT_LINE_BYTES) {
      [rest, length, tooLong] = [[], 0, true];
      number++;
      refuse();
    }
  }
  if (length === 0) return;
  const last = line(concat(...rest));
  if (last !== undefined) yield last;
}
