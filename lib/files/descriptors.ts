/**
 * Everything that receiving files holds open, of all peers together: what was used least lately is closed when there is too
 * much, and opened again when it is used. So nobody can use up what the system lets one process have open.
 */

/** Most that is held open: well below the 1,024 that systems give a process at least. */
const MAX_OPEN = 128;

/** Something that holds a descriptor. */
export interface Holder {
  /** Closes it until it is needed again; false when that cannot be now. */
  park(): boolean;
}

/** Those that are open, the one used least lately first. */
const holders = new Set<Holder>();

/** Says that `holder` is open and was used just now. */
export function inUse(holder: Holder): void {
  holders.delete(holder);
  holders.add(holder);
  if (holders.size <= MAX_OPEN) return;
  for (const other of holders) {
    if (other === holder || !other.park()) continue;
    holders.delete(other);
    if (holders.size <= MAX_OPEN) return;
  }
}

/** Says that `holder` has nothing open any more. */
export function notInUse(holder: Holder): void {
  holders.delete(holder);
}
