/**
 * The shape of help texts. English (`en/`) is the table of which there are: what another language lacks, or has under
 * another name, fails `deno check`.
 */

/** The help of one command or group of commands: what `--help` prints, by name. */
export interface CommandHelp {
  /** What it does, in one line of a list: an imperative, no full stop. */
  readonly brief: string;
  /** What `--help` opens with; ends with examples. */
  readonly full: string;
}

/** What another language says where English says `E`: words for words, functions of the same parameters. */
export type SameWords<E> = {
  readonly [K in keyof E]: E[K] extends string ? string
    : E[K] extends (params: infer P) => string ? (params: P) => string
    : SameWords<E[K]>;
};
