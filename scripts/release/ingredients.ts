/** What the parts of a release have in common: where the bundle is, what is kept between builds, who is told. */
import type { Say } from "../build/runtime.ts";

/** What all parts are made from. */
export interface Ingredients {
  /** The project. */
  readonly root: string;
  /** Folder with the bundle. */
  readonly bundle: string;
  /** What is kept from build to build: runtimes, compressed and not. */
  readonly cache: string;
  /** Folder with the manual pages; they are made when first asked for. */
  readonly manual: () => Promise<string>;
  readonly say: Say;
}
