/**
 * Runs one command line through stricli: help, "did you mean", parsing, and the wording of every error.
 */
import {
  type ApplicationText,
  ArgumentParseError,
  buildApplication,
  buildRouteMap,
  EnumValidationError,
  ExitCode as StricliExit,
  run,
  text_en,
} from "@stricli/core";
import { ExitCode, OUT_OF_REACH, P2PError, reasonOf } from "../../lib/errors.ts";
import { safeText } from "../../lib/text/safe.ts";
import type { AnyCommand, NamedCommand } from "../table.ts";
import type { CommandContext } from "./context.ts";
import { speaker } from "./speech.ts";

const BRIEF = `Encrypted conversations and tools on SM2, SM3 and SM4, without a server.

Examples:
  p2p keygen                          make your identity
  p2p listen                          wait for peers (UDP 9999)
  p2p chat 192.168.1.5                talk to one
  p2p enc -r p2p1… -o a.enc a.txt     encrypt a file to someone
  p2p stego hide in.png "msg"         hide a message in a picture

Help on one command: p2p COMMAND --help`;

/** The last line for a person where the command line itself is wrong. */
function helpHint(path: string): string {
  return `see '${path} --help'`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** "p2p: action: reason", and the hint on a line of its own. */
export function errorLines(error: unknown, debug: boolean): string {
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ""}` : "";
  if (error instanceof P2PError) {
    const hint = error.hint === undefined ? "" : `\n     ${speaker.text(error.hint)}`;
    return `p2p: ${speaker.text(error)}${hint}${stack}`;
  }
  const plain = plainSystemError(error);
  if (plain !== undefined) return `p2p: ${safeText(plain)}${stack}`;
  const hint = debug ? "" : "\n     set P2P_DEBUG=1 to see where";
  return `p2p: internal error: ${reasonOf(error).split("\n")[0]}${hint}${stack}`;
}

/** System errors that a user can cause are failures with a plain reason, not bugs of ours. */
function plainSystemError(error: unknown): string | undefined {
  const reasons: ReadonlyArray<readonly [new (message: string) => Error, string]> = [
    [Deno.errors.NotFound, "no such file or folder"],
    [Deno.errors.PermissionDenied, "permission denied"],
    [Deno.errors.AddrInUse, "the address is already in use"],
    [Deno.errors.IsADirectory, "is a folder"],
    [Deno.errors.NotADirectory, "not a folder"],
    [Deno.errors.AlreadyExists, "already exists"],
    [Deno.errors.NotCapable, OUT_OF_REACH],
    [Deno.errors.FilesystemLoop, "too many levels of symbolic links"],
  ];
  for (const [type, reason] of reasons) {
    if (error instanceof type) {
      const what = /['"]([^'"]+)['"]/.exec(error.message)?.[1];
      return what === undefined ? reason : `${what}: ${reason}`;
    }
  }
  return undefined;
}

/** What is wrong with an argument: stricli's words, but every message names its flag. */
function argumentFault(error: unknown): string {
  if (error instanceof EnumValidationError) {
    const { externalFlagName, input, values } = error;
    return `--${externalFlagName}: "${input}" is none of ${values.join(", ")}`;
  }
  if (error instanceof ArgumentParseError) {
    return `${error.externalFlagNameOrPlaceholder}: ${reasonOf(error.exception)}`;
  }
  return reasonOf(error);
}

function applicationText(commandPath: string, debug: boolean): ApplicationText {
  const parsing = (text: string, path: string) =>
    `p2p: parse command line: ${lowerFirst(text)}\n     ${helpHint(path)}`;
  return {
    ...text_en,
    briefs: { ...text_en.briefs, argumentEscapeSequence: "Everything after it is an argument" },
    noCommandRegisteredForInput: (details) =>
      parsing(text_en.noCommandRegisteredForInput(details), "p2p"),
    exceptionWhileParsingArguments: (error) => parsing(argumentFault(error), commandPath),
    exceptionWhileLoadingCommandFunction: (error) => errorLines(error, debug),
    exceptionWhileRunningCommand: (error) => {
      if (error instanceof Deno.errors.BrokenPipe) throw error;
      return errorLines(error, debug);
    },
  };
}

/** stricli's exit codes (below zero) and ours. */
function exitCodeOf(code: unknown): number {
  switch (code) {
    case StricliExit.InvalidArgument:
    case StricliExit.UnknownCommand:
      return ExitCode.usage;
    case undefined:
    case null:
      return ExitCode.ok;
    default: {
      const value = Number(code);
      return Number.isInteger(value) && value >= 0 ? value : ExitCode.failure;
    }
  }
}

/** Text to a stream of the terminal, whole even where the stream takes less at a time. */
function writer(stream: { writeSync(bytes: Uint8Array): number }): (text: string) => void {
  return (text) => {
    let bytes = new TextEncoder().encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  };
}

/**
 * Runs `argv` and answers the exit code.
 *
 * @param commands the one that argv names, or all, for the help or the "did you mean"
 */
export async function runCommandLine(
  argv: readonly string[],
  commands: readonly NamedCommand[],
  version: string,
): Promise<number> {
  const debug = Deno.env.get("P2P_DEBUG") === "1";
  const routes: Record<string, AnyCommand> = Object.fromEntries(commands);
  const [only, ...others] = commands;
  const path = only === undefined || others.length > 0 ? "p2p" : `p2p ${only[0]}`;
  const text = applicationText(path, debug);
  const application = buildApplication<CommandContext>(
    buildRouteMap({ routes, docs: { brief: BRIEF } }),
    {
      name: "p2p",
      versionInfo: { currentVersion: `p2p ${version}` },
      scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
      documentation: { disableAnsiColor: true, useAliasInUsageLine: true },
      localization: { text },
      determineExitCode: (error) => error instanceof P2PError ? error.exitCode : ExitCode.failure,
    },
  );
  const context: CommandContext = {
    process: {
      stdout: { write: writer(Deno.stdout) },
      stderr: { write: writer(Deno.stderr) },
    },
  };
  await run(application, argv.length === 0 ? ["--help"] : [...argv], context);
  return exitCodeOf(context.process.exitCode);
}
