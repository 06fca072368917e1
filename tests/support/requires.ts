/**
 * Tests that need a program of the system. Where it is missing the test is skipped and says so; in CI (`CI=true`)
 * it fails instead, because nothing may be skipped silently there.
 */

const found = new Map<string, boolean>();

/** Whether `program` is on the PATH. */
export function hasProgram(program: string): boolean {
  let answer = found.get(program);
  if (answer === undefined) {
    answer = (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
      try {
        return folder !== "" && Deno.statSync(`${folder}/${program}`).isFile;
      } catch (error) {
        if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
          return false;
        }
        throw error;
      }
    });
    found.set(program, answer);
  }
  return answer;
}

/** Registers a test that needs `programs`. */
export function testWithPrograms(
  name: string,
  programs: readonly string[],
  run: (context: Deno.TestContext) => void | Promise<void>,
): void {
  const missing = programs.filter((program) => !hasProgram(program));
  testUnless(missing.length === 0 ? undefined : `needs ${missing.join(", ")}`, name, run);
}

/** Registers a test that cannot run on this machine when there is a `reason`. */
export function testUnless(
  reason: string | undefined,
  name: string,
  run: (context: Deno.TestContext) => void | Promise<void>,
): void {
  if (reason === undefined) return Deno.test(name, run);
  if (Deno.env.get("CI") === "true") {
    Deno.test(name, () => {
      throw new Error(`${reason}: not to be had on this machine, and CI skips nothing`);
    });
    return;
  }
  console.log(`skipped: ${name}: ${reason}`);
  Deno.test({ name, ignore: true, fn: () => undefined });
}
