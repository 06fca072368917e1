/** The string literals of TypeScript sources, for the tests over what they say. */

/** One literal: its text, with `…` for each expression of a template, where it begins, and the code right before it. */
export interface Literal {
  readonly text: string;
  readonly line: number;
  readonly before: string;
}

/** After these a slash begins a regular expression, not a division. */
const BEFORE_REGEXP = /(?:^|[=(,:!&|?{};[+>]|\breturn|\btypeof|\bcase)\s*$/;

/** All string and template literals of `source`, those within templates' expressions too. Comments have none. */
export function literals(source: string): Literal[] {
  const found: Literal[] = [];
  let at = 0;
  let line = 1;
  const step = (): string => {
    const character = source[at++]!;
    if (character === "\n") line++;
    return character;
  };
  const quoted = (quote: string): void => {
    const start = line;
    const before = source.slice(Math.max(0, at - 41), at - 1);
    let text = "";
    while (at < source.length) {
      const character = step();
      if (character === quote) break;
      if (character === "\\") text += escaped(step());
      else if (quote === "`" && character === "$" && source[at] === "{") {
        at++;
        code("}");
        text += "…";
      } else text += character;
    }
    found.push({ text, line: start, before });
  };
  const regexp = (): void => {
    let inClass = false;
    while (at < source.length) {
      const character = step();
      if (character === "\\") step();
      else if (character === "[") inClass = true;
      else if (character === "]") inClass = false;
      else if (character === "/" && !inClass || character === "\n") return;
    }
  };
  const code = (until: string | undefined): void => {
    let depth = 0;
    const start = at;
    while (at < source.length) {
      const character = step();
      if (character === until && depth === 0) return;
      if (character === "{") depth++;
      else if (character === "}") depth--;
      else if (character === '"' || character === "'" || character === "`") quoted(character);
      else if (character === "/" && source[at] === "/") {
        while (at < source.length && source[at] !== "\n") at++;
      } else if (character === "/" && source[at] === "*") {
        while (at < source.length && !(source[at] === "*" && source[at + 1] === "/")) step();
        at += 2;
      } else if (
        character === "/" && BEFORE_REGEXP.test(source.slice(Math.max(start, at - 40), at - 1))
      ) regexp();
    }
  };
  code(undefined);
  return found;
}

function escaped(character: string): string {
  return character === "n" ? "\n" : character === "t" ? "\t" : character;
}
