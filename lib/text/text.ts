/**
 * A text for people, before it is in any language: a code of the catalogue and its parameters. Code that has
 * something to say makes one of these; the words are made at the edge (`speaker.ts`), in the user's language.
 */

/** What a parameter may be. Bytes, seconds and times are numbers; the catalogue formats them. */
export type Param = string | number | boolean | Text | readonly string[] | undefined;

/** A code and its parameters. Every P2PError is one. */
export interface Text {
  readonly code: string;
  readonly params: Readonly<Record<string, Param>>;
}

/** What an entry of the catalogue may use to word its parameters. */
export interface Wording {
  /** The words of a text within this one, in the same language. */
  readonly text: (text: Text) => string;
  /** "1.5 MiB" for a number of bytes. */
  readonly size: (bytes: number) => string;
  /** "0:07" for a number of seconds. */
  readonly duration: (seconds: number) => string;
}

/** An entry: the words, or a function that makes them from parameters whose strings are safe to print. */
// deno-lint-ignore no-explicit-any -- the parameters' shape is each entry's own; `ParamsOf` reads it back
export type CatalogueEntry = string | ((params: any, wording: Wording) => string);
