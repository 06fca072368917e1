/**
 * Two peers that begin at once: of two initiations that cross, the one whose check is smaller counts, on both sides
 * alike (docs/protocol.md, "Crossing").
 */

/** For so long after one is answered two initiations still count as crossing. */
export const CROSSING_MS = 3_000;

/** Byte order: negative when `a` comes first. */
export function compareChecks(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What decides between two sessions with the same peer. */
export interface Crossing {
  readonly role: "initiator" | "responder";
  /** The check of the initiation. */
  readonly check: Uint8Array;
}

/** Whether `older`, established at `at`, stands against `newer`: only when they crossed. Otherwise the newer one does. */
export function olderStands(older: Crossing, at: number, newer: Crossing, now: number): boolean {
  const crossed = older.role !== newer.role && now - at < CROSSING_MS;
  return crossed && compareChecks(older.check, newer.check) < 0;
}
