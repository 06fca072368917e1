/**
 * `deno task test`: installs what the tests need (from Debian, as root, when missing), makes the executable, runs
 * all tests, and ends with a line `N passed, N failed`. Names after `--` (or paths) choose test files.
 */
import { engineFlags } from "./build/permissions.ts";
import { installMissing } from "./test-packages.ts";

const ROOT = new URL("..", import.meta.url).pathname;

/** Runs a step with its output shown; ends the run where it fails. */
async function step(title: string, program: string, args: readonly string[]): Promise<void> {
  console.log(`\n== ${title}`);
  const { code } = await new Deno.Command(program, {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
  }).spawn().status;
  if (code !== 0) {
    console.log(`${title}: ended with ${code}\n0 passed, 1 failed`);
    Deno.exit(1);
  }
}

/** Counts in deno's closing line: "ok | 12 passed (3 steps) | 0 failed | 1 ignored (2s)". */
function counts(line: string): Counts | undefined {
  const number = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  if (!/^(ok|FAILED) \| /.test(line)) return undefined;
  return { passed: number("passed"), failed: number("failed"), ignored: number("ignored") };
}

/**
 * Tests that run last, one by one: those that bound a time or a memory, which other tests would take part in, those
 * of real sound, of which a sound server that has to share the machine drops some, and those with a browser, which is a
 * crowd by itself.
 */
const ALONE = [
  "tests/crypto/kdf_cost_test.ts",
  "tests/e2e/crowd_test.ts",
  "tests/e2e/hostile-files_test.ts",
  "tests/e2e/hostile_test.ts",
  "tests/files/receiving_test.ts",
  "tests/page/attacks_test.ts",
  "tests/page/composing_test.ts",
  "tests/page/focus_test.ts",
  "tests/page/keyboard_test.ts",
  "tests/page/order_test.ts",
  "tests/page/page_test.ts",
  "tests/page/pairing_test.ts",
  "tests/page/presses_test.ts",
  "tests/page/together_test.ts",
  "tests/page/typing_test.ts",
  "tests/page/unlock_test.ts",
  "tests/page/upload_test.ts",
  "tests/page/windows_test.ts",
  "tests/state/people_test.ts",
  "tests/stego/memory_test.ts",
  "tests/transfer/transfer_test.ts",
  "tests/voice/pulse_test.ts",
  "tests/voice/chain_test.ts",
];

interface Counts {
  passed: number;
  failed: number;
  ignored: number;
}

/** How long one run may take: a test that never gives the processor back is ended with it. */
const RUN_LIMIT_MS = 20 * 60_000;

/** Runs deno test, shows what it prints, and answers its counts. */
async function runTests(args: readonly string[]): Promise<Counts> {
  const flags = ["--allow-all", "--no-check", "--preload", `${ROOT}scripts/test-deadline.ts`];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", ...flags, ...engineFlags(Deno.build.target), ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const timer = setTimeout(() => {
    console.log(`\nended: it ran for over ${RUN_LIMIT_MS / 60_000} minutes`);
    child.kill("SIGKILL");
  }, RUN_LIMIT_MS);
  let total: Counts = { passed: 0, failed: 0, ignored: 0 };
  let rest = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    await Deno.stdout.write(new TextEncoder().encode(text));
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) total = counts(line) ?? total;
  }
  const { code } = await child.status;
  clearTimeout(timer);
  if (code !== 0 && total.failed === 0) total.failed = 1;
  if (total.passed === 0) total.failed ||= 1;
  return total;
}

/** All test files below `folder`. They are named one by one: of a folder deno leaves out what lies beside a workspace's members. */
async function* testFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* testFiles(path);
    else if (name.endsWith("_test.ts")) yield path;
  }
}

/** Runs the chosen tests, or all; prints the closing line and answers the exit code. */
async function runAll(paths: readonly string[]): Promise<number> {
  const all = await Array.fromAsync(testFiles("tests"));
  const together = all.filter((path) => !ALONE.includes(path)).sort();
  const runs = paths.length > 0 ? [["--parallel", ...paths]] : [["--parallel", ...together], ALONE];
  const total: Counts = { passed: 0, failed: 0, ignored: 0 };
  for (const run of runs) {
    const { passed, failed, ignored } = await runTests(run);
    total.passed += passed;
    total.failed += failed;
    total.ignored += ignored;
  }
  const skipped = total.ignored > 0 ? `, ${total.ignored} skipped` : "";
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
}

await installMissing();
await step("make the executable", Deno.execPath(), ["run", "--allow-all", "scripts/compile.ts"]);
Deno.exit(await runAll(Deno.args));
