/** English: the catalogue, of which every other language has the same codes (`SameCodes`). */
import { errors } from "./errors.ts";

export const english = {
  ...errors,
} as const;
