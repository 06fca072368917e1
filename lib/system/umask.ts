/** The permissions that this process leaves out of new files: umask(2) of the C library, where that is to be had. */
import { fromLibc } from "./libc.ts";

const calls = fromLibc({ umask: { parameters: ["u32"], result: "u32" } } as const);

/** Where it cannot be read: what nearly everybody has. */
const USUAL = 0o022;

const GROUP_AND_WORLD = 0o077;

let known: number | undefined;

/**
 * What the process was started with, for group and world. What it would keep from the owner is given back: files that the
 * owner cannot open are of no use to anybody.
 */
export function groupUmask(): number {
  if (known !== undefined) return known;
  const libc = calls();
  if (libc === undefined) return known = USUAL;
  // Reading it means setting it.
  known = libc.umask(GROUP_AND_WORLD) & GROUP_AND_WORLD;
  libc.umask(known);
  return known;
}

/** Permissions for something received: the owner can read it, the umask holds, and nobody else can write it. */
export function receivedMode(mode: number, folder: boolean): number {
  const others = mode & 0o055 & ~groupUmask();
  return (folder ? 0o700 : (mode & 0o700) | 0o400) | others;
}
