/** What a release consists of: files for each way to install. */
import { TARGETS } from "../build/targets.ts";
import { writeDeb } from "./deb.ts";
import { writeExecutable } from "./executable.ts";
import type { Ingredients } from "./ingredients.ts";
import { writeNpmPackage } from "./npm.ts";

/** A part: its name, and what writes it into `folder` and answers the name of the file. */
export interface Part {
  readonly name: string;
  readonly write: (ingredients: Ingredients, folder: string) => Promise<string>;
}

/** All parts, in the order in which they are made. */
export const PARTS: readonly Part[] = [
  ...Object.entries(TARGETS).filter(([, { label }]) => /^(?:linux|macos)-/.test(label))
    .map(([target, { label }]) => ({
      name: label,
      write: (from: Ingredients, folder: string) => writeExecutable(target, from, folder),
    })),
  ...Object.entries(TARGETS).flatMap(([target, { debian }]) =>
    debian === undefined ? [] : [{
      name: `deb-${debian}`,
      write: (from: Ingredients, folder: string) => writeDeb(target, debian, from, folder),
    }]
  ),
  { name: "npm", write: writeNpmPackage },
];

/** The parts of a list like "deb,npm": a name, or the word before its dash for several. Undefined for a word that is none. */
export function chosenParts(list: string): readonly Part[] | undefined {
  const words = list.split(",").map((word) => word.trim());
  const matches = (word: string, { name }: Part) => name === word || name.startsWith(`${word}-`);
  if (!words.every((word) => PARTS.some((part) => matches(word, part)))) return undefined;
  return PARTS.filter((part) => words.some((word) => matches(word, part)));
}
