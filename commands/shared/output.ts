/** Output of a command: a file that appears whole or not at all, or stdout for "-" and for no name. */
import type { Output } from "../../lib/container/source.ts";
import { FailureError, UsageError } from "../../lib/errors.ts";
import { AtomicFile } from "../../lib/files/atomic.ts";
import { text } from "../../lib/text/catalogue.ts";
import { writeAll } from "../../lib/terminal/write.ts";

/** How the output is made. */
export interface OutputOptions {
  /** Replace an existing file. */
  readonly force?: boolean | undefined;
  /** The bytes are not text: a terminal is refused. */
  readonly binary?: boolean | undefined;
  /** Permissions of a new file. */
  readonly mode?: number | undefined;
}

export type { Output };

/** Opens `path` for writing. Nothing appears under that name before `commit`. */
export async function openOutput(
  path: string | undefined,
  options: OutputOptions = {},
): Promise<Output> {
  if (path !== undefined && path !== "-") {
    refuseLostName(path);
    return await AtomicFile.create(path, {
      force: options.force ?? false,
      ...(options.mode === undefined ? {} : { mode: options.mode }),
    });
  }
  if (options.binary && path === undefined && Deno.stdout.isTerminal()) {
    throw new FailureError("output.binary", {}, { hint: text("output.binary.hint") });
  }
  return {
    write: (bytes) => writeAll(Deno.stdout, bytes),
    commit: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  };
}

/**
 * Refuses an output that could not be written, before anything is asked for or recorded that would be lost then. Stdout
 * always can.
 */
export async function checkOutput(
  path: string | undefined,
  { force = false }: Pick<OutputOptions, "force"> = {},
): Promise<void> {
  if (path !== undefined && path !== "-") await (await AtomicFile.create(path, { force })).abort();
}

/** What the runtime puts in the place of bytes of an argument that are not UTF-8: the name itself is lost then. */
const REPLACEMENT = "\ufffd";

/** Refuses a name that would not be the one that was given. */
function refuseLostName(path: string): void {
  if (path.includes(REPLACEMENT)) {
    throw new UsageError("output.not-utf8", { name: path }, {
      hint: text("output.not-utf8.hint"),
    });
  }
}

/** Writes one piece of output whole. */
export async function writeOutput(
  path: string | undefined,
  bytes: Uint8Array,
  options: OutputOptions = {},
): Promise<void> {
  const output = await openOutput(path, options);
  try {
    await output.write(bytes);
    await output.commit();
  } catch (error) {
    await output.abort();
    throw error;
  }
}

/** Prints one line of data on stdout. */
export async function printLine(line: string): Promise<void> {
  await writeAll(Deno.stdout, new TextEncoder().encode(`${line}\n`));
}
