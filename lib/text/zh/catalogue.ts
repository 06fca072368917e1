/** 中文：全部文本。 */
import type { Catalogue } from "../catalogue.ts";
import { errors } from "./errors.ts";

export const chinese: Catalogue = {
  ...errors,
};
