/** What people type to a question of yes or no, in either language. */

const YES = /^\s*(?:y|yes|是)\s*$/i;
const NO = /^\s*(?:n|no|否)\s*$/i;

/** What `typed` answers; undefined where it is neither. */
export function yesOrNo(typed: string): boolean | undefined {
  if (YES.test(typed)) return true;
  return NO.test(typed) ? false : undefined;
}
