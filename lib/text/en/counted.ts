/** English: numbers of things. */

/** "1 file", "2 files"; `many` where that is not the word with an s. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
