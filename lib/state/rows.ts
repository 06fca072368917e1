/** What every table of one owner works with, and the checks of what comes out of a sealed body. */
import { FormatError } from "../errors.ts";
import type { Database, StateError } from "./sqlite.ts";
import type { Vault } from "./vault.ts";

/** The rows of one owner in an open database. */
export interface Rows {
  readonly database: Database;
  /** The number of the owner. */
  readonly owner: number;
  readonly vault: Vault;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Something could not be kept, or a row is damaged: the owner is told, the work goes on. */
  readonly trouble: (problem: StateError | DamagedRow) => void;
  /** A row with this id may need its copy no more (`Copies.settle`). */
  readonly released: (id: string) => void;
}

/** A row whose body does not open: changed on the disk, or another row's. */
export class DamagedRow extends FormatError {
  constructor(table: string) {
    super("state.damaged-row", { table });
  }
}

/** A JSON object whose fields are not yet checked. */
export type Fields = { readonly [name: string]: unknown };

/** `value` as an object; undefined otherwise. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Fields
    : undefined;
}

/** A text field; undefined where it is anything else. */
export function textOf(from: Fields, name: string): string | undefined {
  const value = from[name];
  return typeof value === "string" ? value : undefined;
}

/** A number field; undefined where it is anything else. */
export function numberOf(from: Fields, name: string): number | undefined {
  const value = from[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The body of a row, opened; undefined (and the owner is told) where it is damaged. */
export function bodyOf(
  { vault, trouble }: Rows,
  table: string,
  row: Uint8Array | number | string,
  sealed: unknown,
): Fields | undefined {
  const body = fieldsOf(vault.open(table, row, sealed));
  if (body === undefined) trouble(new DamagedRow(table));
  return body;
}
