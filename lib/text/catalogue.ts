/**
 * The types of the catalogue, read from the English one: which codes there are, and which parameters each takes.
 * A code that another language lacks, or words with other parameters, fails `deno check`.
 */
import type { english } from "./en/catalogue.ts";
import type { Text, Wording } from "./text.ts";

type English = typeof english;

/** A code of the catalogue. */
export type Code = keyof English;

/** The parameters that `C` takes; an empty object where it takes none. */
export type ParamsOf<C extends Code> = English[C] extends
  (params: infer P, ...rest: never[]) => string ? P
  : Readonly<Record<never, never>>;

/** What another language says for the codes of one file: words, or the same parameters in words. */
export type SameCodes<E> = {
  readonly [C in keyof E]: E[C] extends (params: infer P, ...rest: never[]) => string
    ? (params: P, wording: Wording) => string
    : string;
};

/** A whole language. */
export type Catalogue = SameCodes<English>;

/** The parameters of `C` as the last argument of a call: left out where there are none. */
export type ParamsArgument<C extends Code> = Record<never, never> extends ParamsOf<C>
  ? [params?: ParamsOf<C>]
  : [params: ParamsOf<C>];

/**
 * A text of the catalogue: `text("keygen.wrote", { path })`.
 *
 * @param params what the English entry of `code` takes; may be left out where it takes nothing
 */
export function text<C extends Code>(code: C, ...[params]: ParamsArgument<C>): Text {
  return { code, params: (params ?? {}) as Text["params"] };
}
