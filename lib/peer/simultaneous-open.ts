/**
 * Simultaneous open (as TCP knows it, RFC 9293 §3.5): of two initiations that cross, the one whose mac1 is smaller counts,
 * on both sides alike (docs/protocol.md, "Sending again").
 */
import type { Role } from "../wire/role.ts";

/** For so long after one is answered two initiations still count as sent at once. */
export const SIMULTANEOUS_MS = 3_000;

/** Byte order: negative when `a` comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * What decides between two sessions with the same peer. Not mac1: of a response to a forged copy of an initiation, which is
 * authentic all the same, the two sides know different ones.
 */
export interface OpenedSession {
  readonly role: Role;
  readonly secrets: { readonly handshakeHash: Uint8Array };
}

/** Whether `older`, established at `at`, stands against `newer`: only in a simultaneous open. Otherwise the newer one does. */
export function olderStands(
  older: OpenedSession,
  at: number,
  newer: OpenedSession,
  now: number,
): boolean {
  const simultaneous = older.role !== newer.role && now - at < SIMULTANEOUS_MS;
  return simultaneous && compareBytes(older.secrets.handshakeHash, newer.secrets.handshakeHash) < 0;
}
