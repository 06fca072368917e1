/**
 * Loaded before every test file: a test that waits for what never comes fails by its name, and the others go on. Without
 * it one lost datagram would hold the whole run until somebody ends it, and nobody would learn which test it was.
 */

/** Longer than any test takes, on a busy machine, too. `TEST_LIMIT_SECONDS` says another limit. */
const LIMIT_SECONDS = Number(Deno.env.get("TEST_LIMIT_SECONDS") ?? 360);

type TestFunction = (context: Deno.TestContext) => void | Promise<void>;

/** The same test, given up after the limit. */
function bounded(run: TestFunction): TestFunction {
  return async (context) => {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`given up after ${LIMIT_SECONDS} seconds`)),
      1000 * LIMIT_SECONDS,
    );
    try {
      await Promise.race([run(context), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}

const register = Deno.test as unknown as (...args: unknown[]) => void;

/** Every form of `Deno.test` has its function as an argument or as `fn` of one. */
function withDeadline(argument: unknown): unknown {
  if (typeof argument === "function") {
    return Object.defineProperty(bounded(argument as TestFunction), "name", {
      value: argument.name,
    });
  }
  if (typeof argument === "object" && argument !== null && "fn" in argument) {
    return { ...argument, fn: bounded(argument.fn as TestFunction) };
  }
  return argument;
}

const test = Object.assign(
  (...args: unknown[]) => register(...args.map(withDeadline)),
  Deno.test,
);
Object.assign(Deno, { test });
