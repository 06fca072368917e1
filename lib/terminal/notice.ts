/** What p2p says to people: lines on stderr. */
import { writeStderr } from "./stderr.ts";

/** Whether to say it. */
export interface Loudness {
  readonly quiet?: boolean | undefined;
}

/** Says one line on stderr, unless `quiet`. Text of others must have gone through `safeText`. */
export function notice(text: string, { quiet }: Loudness = {}): void {
  if (!quiet) writeStderr(`${text}\n`);
}

/** Says one line that `quiet` does not silence: a warning about safety, in the words of "terminal.warning". */
export function warning(text: string): void {
  writeStderr(`${text}\n`);
}
