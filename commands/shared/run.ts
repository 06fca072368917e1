/**
 * Runs one command line through stricli: help, "did you mean", parsing, and the wording of every error.
 */
import {
  AliasNotFoundError,
  type ApplicationText,
  ArgumentParseError,
  buildApplication,
  buildRouteMap,
  EnumValidationError,
  ExitCode as StricliExit,
  FlagNotFoundError,
  InvalidNegatedFlagSyntaxError,
  run,
  text_en,
  UnexpectedFlagError,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from "@stricli/core";
import {
  ExitCode,
  P2PError,
  reasonOf,
  reasonText,
  systemCode,
  UsageError,
} from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import { writeStderr } from "../../lib/terminal/stderr.ts";
import { forTerminal } from "../../lib/terminal/signs.ts";
import { writeAllSync } from "../../lib/terminal/write.ts";
import { loadHelp } from "../../lib/text/help/help.ts";
import { parseLanguage } from "../../lib/text/language.ts";
import type { Text } from "../../lib/text/text.ts";
import { COMMAND_NAMES } from "../names.ts";
import type { AnyCommand, NamedCommand } from "../table.ts";
import type { CommandContext } from "./context.ts";
import { joinDashValues } from "./dash-values.ts";
import { docsOf, sharedHelp } from "./help.ts";
import { askedWords, commandLine, languageFlag, runLanguage, words } from "./language.ts";
import { commandOfFlag, nearCommands } from "./near-commands.ts";

/** "p2p: action: reason", and the hint on a line of its own. */
async function errorLines(error: unknown, debug: boolean): Promise<string> {
  const speaker = await words();
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ""}` : "";
  const { what, hint } = worded(error, debug);
  const below = hint === undefined ? "" : `\n     ${speaker.text(hint)}`;
  return `p2p: ${speaker.text(what)}${below}${stack}`;
}

/** What to say of anything thrown: our errors themselves, the system's in plain words, all others as bugs of ours. */
function worded(error: unknown, debug: boolean): { what: Text; hint: Text | undefined } {
  if (error instanceof P2PError) return { what: error, hint: error.hint };
  if (isSystemError(error)) {
    const path = /['"]([^'"]+)['"]/.exec(reasonOf(error))?.[1];
    const params = { command: ["p2p", ...commandLine.slice(0, 1)].join(" "), path };
    return { what: text("cli.system", { ...params, reason: reasonText(error) }), hint: undefined };
  }
  return {
    what: text("cli.internal", { message: reasonOf(error).split("\n")[0]! }),
    hint: debug ? undefined : text("cli.internal.hint"),
  };
}

/** Whether a user's system can cause `error`: a failure with a plain reason, and no bug of ours. */
function isSystemError(error: unknown): boolean {
  return systemCode(error) !== undefined || error instanceof Deno.errors.NotCapable;
}

/** A pipe left by its reader (`p2p … | head`): a failure, of which there is nothing to say that the user did not do. */
function readerGone(error: unknown): boolean {
  return error instanceof P2PError && error.cause instanceof Deno.errors.BrokenPipe;
}

/** What is wrong with an argument. */
function argumentFault(error: unknown): Text {
  if (error instanceof FlagNotFoundError) {
    const { input, corrections } = error;
    return text("usage.unknown-flag", {
      given: input,
      corrections: corrections.map((name) => `--${name}`),
    });
  }
  if (error instanceof AliasNotFoundError) {
    return text("usage.unknown-alias", { given: error.input });
  }
  if (error instanceof EnumValidationError) {
    const { externalFlagName: name, input, values } = error;
    return text("usage.none-of", { name, given: input, values });
  }
  if (error instanceof ArgumentParseError) {
    const { externalFlagNameOrPlaceholder: given } = error;
    const name = /^[a-z]/.test(given) ? `--${given}` : given;
    // The one parser that is not ours is that of switches.
    const reason = error.exception instanceof P2PError
      ? error.exception
      : text("flag.not-boolean", { given: error.input });
    return text("usage.flag-value", { name, reason });
  }
  if (error instanceof UnsatisfiedFlagError) {
    const { externalFlagName: name, nextFlagName: next } = error;
    return next === undefined
      ? text("usage.flag-needs-value", { name })
      : text("usage.flag-needs-value-not", { name, next });
  }
  if (error instanceof UnexpectedFlagError) {
    const { externalFlagName: name, previousInput: first, input: second } = error;
    return text("usage.flag-twice", { name, first, second });
  }
  if (error instanceof InvalidNegatedFlagSyntaxError) {
    const { externalFlagName: name, valueText: given } = error;
    return text("usage.flag-negated", { name, given });
  }
  if (error instanceof UnexpectedPositionalError) {
    return text("usage.too-many", { most: error.expectedCount, given: error.input });
  }
  if (error instanceof UnsatisfiedPositionalError) {
    const { placeholder: name, limit } = error;
    return limit === undefined
      ? text("usage.argument-missing", { name })
      : text("usage.arguments-missing", { name, least: limit[0], found: limit[1] });
  }
  return reasonText(error);
}

/** The beginning of a command line for `argv`: with the command's name, where there is one. */
function pathOf(argv: readonly string[], commands: readonly NamedCommand[]): string {
  const name = named(argv, commands)?.[0];
  return name === undefined ? "p2p" : `p2p ${name}`;
}

/** The command that `argv` names. */
function named(
  argv: readonly string[],
  commands: readonly NamedCommand[],
): NamedCommand | undefined {
  return commands.find(([name]) => name === argv[0]);
}

/** The names of the subcommands, where `argv` names a group. */
function subcommandsOf(
  argv: readonly string[],
  commands: readonly NamedCommand[],
): string[] | undefined {
  const command = named(argv, commands)?.[1];
  if (command === undefined || !("getAllEntries" in command)) return undefined;
  return command.getAllEntries().map(({ name }) => name["convert-camel-to-kebab"]);
}

/** A subcommand's name among the words of `argv`, where one command of several is meant. */
function subcommandIn(
  argv: readonly string[],
  commands: readonly NamedCommand[],
): string | undefined {
  const command = named(argv, commands)?.[1];
  if (command === undefined || !("getRoutingTargetForInput" in command)) return undefined;
  return argv.slice(1).find((word) => command.getRoutingTargetForInput(word) !== undefined);
}

/** What is wrong with `help A B`, where A has no subcommands, and with `version A`. */
function wordTooMany(
  argv: readonly string[],
  commands: readonly NamedCommand[],
): Text | undefined {
  if (askedWords === undefined) return undefined;
  const version = argv.at(-1) === "--version";
  if (!version && named(argv, commands) === undefined) return undefined;
  const most = version ? 0 : subcommandsOf(argv, commands) === undefined ? 1 : 2;
  const given = askedWords[most];
  return given === undefined ? undefined : text("usage.too-many", { most, given });
}

/** What the word `input` says that is none of the commands. */
function unknownCommand(
  input: string,
  argv: readonly string[],
  commands: readonly NamedCommand[],
): Text {
  const own = subcommandsOf(argv, commands);
  const corrections = nearCommands(input, own ?? COMMAND_NAMES, own !== undefined);
  return text("usage.unknown-command", { given: input, corrections });
}

/** Where the flag `given` would have its place. */
function flagsBehind(
  argv: readonly string[],
  commands: readonly NamedCommand[],
  given: string,
): Text {
  const path = pathOf(argv, commands);
  const meant = path === "p2p" ? commandOfFlag(given) : undefined;
  if (meant !== undefined) return text("usage.flag-command.hint", { line: `p2p ${meant}` });
  const name = path === "p2p"
    ? argv.find((word) => (COMMAND_NAMES as readonly string[]).includes(word)) ?? "COMMAND"
    : subcommandIn(argv, commands) ?? "COMMAND";
  return text("usage.flag-first.hint", { line: `${path} ${name} ${given}` });
}

/**
 * stricli's headings, in the language of this run. What goes wrong has no words here: it is put into `found`, and said
 * when stricli is done, because the words of errors are loaded only then.
 */
function applicationText(
  argv: readonly string[],
  commands: readonly NamedCommand[],
  found: unknown[],
): ApplicationText {
  const commandPath = pathOf(argv, commands);
  const keep = (error: unknown) => {
    found.push(error);
    return "";
  };
  const refusal = (reason: Text, hint = text("usage.see-help", { command: commandPath })) =>
    keep(new UsageError("usage.parse", { reason }, { hint }));
  const { headings, keywords, flags } = sharedHelp;
  return {
    ...text_en,
    headers: headings,
    keywords,
    briefs: {
      help: flags.help,
      helpAll: flags.helpAll,
      version: flags.version,
      argumentEscapeSequence: flags.escape,
    },
    noCommandRegisteredForInput: ({ input }) => {
      if (input.startsWith("-")) {
        const hint = flagsBehind(argv, commands, input);
        return refusal(text("usage.flag-first", { given: input }), hint);
      }
      return refusal(unknownCommand(input, argv, commands));
    },
    exceptionWhileParsingArguments: (error) => {
      const fault = argumentFault(error);
      if (!(error instanceof UnexpectedPositionalError)) return refusal(fault);
      if (commandPath === "p2p chat") {
        return refusal(fault, text("usage.chat-message", { words: error.input }));
      }
      // A group that does something by itself takes the word for an argument of that.
      if (error.expectedCount === 0 && argv[1] === error.input && subcommandsOf(argv, commands)) {
        return refusal(unknownCommand(error.input, argv, commands));
      }
      const flag = argv.find((word) => word.startsWith("-"));
      const late = flag !== undefined && subcommandIn(argv, commands) !== undefined;
      return late ? refusal(fault, flagsBehind(argv, commands, flag)) : refusal(fault);
    },
    exceptionWhileLoadingCommandFunction: keep,
    exceptionWhileRunningCommand: keep,
    exceptionWhileRunningIntegrationFlag: ({ exception }) => keep(exception),
    exceptionWhileRunningIntegrationHook: ({ exception }) => keep(exception),
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

/**
 * Runs `argv` and answers the exit code.
 *
 * @param commands the one that argv names; none for the front page; all for the "did you mean"
 */
export async function runCommandLine(
  argv: readonly string[],
  commands: readonly NamedCommand[],
  version: string,
): Promise<number> {
  const debug = Deno.env.get("P2P_DEBUG") === "1";
  if (languageFlag !== undefined && parseLanguage(languageFlag) === undefined) {
    const error = new UsageError("usage.language", { given: languageFlag });
    await sayErrors([error], debug);
    return error.exitCode;
  }
  const excess = wordTooMany(argv, commands);
  if (excess !== undefined) {
    const hint = text("usage.see-help", { command: "p2p" });
    await sayErrors([new UsageError("usage.parse", { reason: excess }, { hint })], debug);
    return ExitCode.usage;
  }
  if (commands.length === 0) {
    const { commandList, frontPage } = await import("./front-page.ts");
    const help = await loadHelp(runLanguage());
    const columns = await helpColumns();
    printHelp(argv.length === 0 ? frontPage(help, version, columns) : commandList(help, columns));
    return ExitCode.ok;
  }
  const routes: Record<string, AnyCommand> = Object.fromEntries(commands);
  const found: unknown[] = [];
  const application = buildApplication<CommandContext>(
    buildRouteMap({ routes, docs: docsOf(sharedHelp) }),
    {
      name: "p2p",
      versionInfo: { currentVersion: `p2p ${version}` },
      scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
      documentation: { disableAnsiColor: true, useAliasInUsageLine: true },
      localization: { text: applicationText(argv, commands, found) },
      determineExitCode: (error) => error instanceof P2PError ? error.exitCode : ExitCode.failure,
    },
  );
  const help: string[] = [];
  const context: CommandContext = {
    commands,
    process: {
      stdout: { write: (words) => void help.push(words) },
      stderr: { write: (words) => words === NOTHING || writeStderr(words) },
    },
  };
  await run(application, joinDashValues(argv, commands), context);
  if (help.length > 0) {
    const { fitHelp } = await import("../../lib/terminal/help-layout.ts");
    printHelp(fitHelp(help.join(""), await helpColumns()));
  }
  await sayErrors(found, debug);
  return exitCodeOf(context.process.exitCode);
}

/** Columns that help has here. */
async function helpColumns(): Promise<number> {
  const { HELP_COLUMNS } = await import("../../lib/terminal/help-layout.ts");
  const { columnsUpTo } = await import("../../lib/terminal/size.ts");
  return columnsUpTo(HELP_COLUMNS);
}

function printHelp(words: string): void {
  writeAllSync(Deno.stdout, Deno.stdout.isTerminal() ? forTerminal(words) : words);
}

/** What stricli writes for an error that `applicationText` keeps. */
const NOTHING = "\n";

/** Says each error, but of a reader that is gone nothing: it is there no longer, and knows. */
export async function sayErrors(errors: readonly unknown[], debug: boolean): Promise<void> {
  for (const error of errors) {
    if (!readerGone(error)) writeStderr(`${await errorLines(error, debug)}\n`);
  }
}
