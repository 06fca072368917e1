/** How much a program that runs by itself says on stderr (`listen --log-level`). */

/** From the least to the most. */
export const LOG_LEVELS = ["error", "warning", "info"] as const;

/**
 * error: faults, and keys that have changed. warning: also what could not be delivered, and warnings. info: also who comes and
 * goes, what was received, where it listens.
 */
export type LogLevel = typeof LOG_LEVELS[number];

/** What says how much is said. */
export interface LogFlags {
  readonly logLevel?: LogLevel | undefined;
  readonly quiet?: boolean | undefined;
}

/** The level of a run: --log-level counts where both are given; `quiet` is what --quiet alone means to the caller. */
export function logLevelOf({ logLevel, quiet }: LogFlags, quietly: LogLevel): LogLevel {
  return logLevel ?? (quiet ? quietly : "info");
}
