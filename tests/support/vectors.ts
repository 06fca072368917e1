/** Standard test vectors in the folder `shared/vectors` beside the project, read in place when they are there. */
import { skipTest } from "./requires.ts";

const FOLDER = new URL("../../../shared/vectors/", import.meta.url);

/** Path of a vector file or folder, or undefined where the vectors are not beside the project. */
export function vectorPath(name: string): string | undefined {
  const url = new URL(name, FOLDER);
  try {
    Deno.statSync(url);
    return url.pathname;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Registers a test that reads `shared/vectors/NAME`; where that is absent, the test is skipped and says so. */
export function testWithVectors(
  title: string,
  name: string,
  run: (path: string) => void | Promise<void>,
): void {
  const path = vectorPath(name);
  if (path === undefined) {
    return skipTest(title, `no ${name} in shared/vectors beside the project`);
  }
  Deno.test(title, () => run(path));
}
