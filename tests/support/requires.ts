/**
 * Tests that need a program or a system. Where it is missing the test is skipped, says so and is counted; in CI
 * (`CI=true`) it fails instead. This is the one place that skips (tests/project/skips_test.ts).
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

/** Why a test that needs Linux cannot run here. */
export const notLinux = Deno.build.os === "linux" ? undefined : "needs Linux";

/** Why a test of paths and scripts as POSIX has them cannot run here. */
export const notPosix = Deno.build.os === "windows" ? "needs a POSIX system" : undefined;

/** Why a test that needs `programs` cannot run here. */
export function lacks(...programs: string[]): string | undefined {
  const missing = programs.filter((program) => !hasProgram(program));
  return missing.length === 0 ? undefined : `needs ${missing.join(", ")}`;
}

/** Registers a test that needs `programs`. */
export function testWithPrograms(
  name: string,
  programs: readonly string[],
  run: (context: Deno.TestContext) => void | Promise<void>,
): void {
  testUnless(lacks(...programs), name, run);
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
  skipTest(name, reason);
}

/** Says that a test is skipped, and has it counted; for what may be missing in CI too, otherwise `testUnless`. */
export function skipTest(name: string, reason: string): void {
  console.log(`skipped: ${name}: ${reason}`);
  Deno.test({ name, ignore: true, fn: () => undefined });
}
