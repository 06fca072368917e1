/** Standard streams that were closed when this program was started. Stable for the whole run. */

/** Set by the lines that start the program (scripts/build/start.ts): the numbers of the descriptors that were closed. */
const VARIABLE = "P2P_CLOSED";

/**
 * Whether `stream` was closed. The runtime has opened /dev/null in its place, where what is written would be lost, and
 * what is read would look like an empty input.
 */
export function wasClosed(stream: "stdin" | "stdout"): boolean {
  return Deno.env.get(VARIABLE)?.includes(stream === "stdin" ? "0" : "1") ?? false;
}
