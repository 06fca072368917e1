/** What the checks of `p2p doctor` find, before it is words. Pure. */
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";

/** What may be asked for by itself; "system" comes with everything. */
export const AREAS = ["system", "home", "network", "sound", "crypto"] as const;
export type Area = typeof AREAS[number];

/** "warn": something is missing that one may do without; "fail": something does not work. */
export type CheckState = "ok" | "warn" | "fail";

/** What one check found. */
export interface Finding {
  /** What was looked at. */
  readonly name: Text;
  readonly state: CheckState;
  readonly detail: Text | undefined;
  /** What to do about it: a line for the shell where one does it. */
  readonly cure?: Text | undefined;
}

/** What a check makes of what it saw, but for its name. */
export type Judgement = Omit<Finding, "name">;

/** All is well. */
export function ok(detail: Text, cure?: Text): Judgement {
  return { state: "ok", detail, cure };
}

/** One may do without it. */
export function warn(detail: Text, cure?: Text): Judgement {
  return { state: "warn", detail, cure };
}

/** It does not work. */
export function fail(detail: Text, cure?: Text): Judgement {
  return { state: "fail", detail, cure };
}

/** A cure that is a line for the shell. */
export function shellLine(command: string): Text {
  return text("doctor.run", { command });
}

/** A path as a word of such a line. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The worst of several. */
export function worst(states: readonly CheckState[]): CheckState {
  return states.includes("fail") ? "fail" : states.includes("warn") ? "warn" : "ok";
}
