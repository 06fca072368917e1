/** `p2p config`: what holds unless the command line says otherwise. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { FormatError, UsageError } from "../lib/errors.ts";
import { preference, PREFERENCES } from "../lib/state/preferences.ts";
import type { State } from "../lib/state/state.ts";
import { text as words } from "../lib/text/catalogue.ts";
import { parseLanguage } from "../lib/text/language.ts";
import { safeJson } from "../lib/text/safe.ts";
import type { IdentityFlags } from "./conversation/own-identity.ts";
import type { CommandContext } from "./shared/context.ts";
import { switchFlag } from "./shared/flags.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { configuredLanguage, configureLanguage } from "./shared/language-setting.ts";
import { printLine } from "./shared/output.ts";
import {
  argument,
  lookIntoState,
  ownAliases,
  ownFlags,
  ownParameters,
  withState,
} from "./shared/people.ts";
import { say } from "./shared/speech.ts";

const help = helpOf("config");

/** The one setting that is read before a database could be: it lies in a file of its own. */
const LANGUAGE = "language";
const AUTO = "auto";

interface Value {
  readonly name: string;
  readonly value: string;
  readonly set: boolean;
}

function valueOf({ settings }: State, name: string): Value {
  const { byDefault } = checked(name);
  const value = settings.get(name);
  return { name, value: value ?? byDefault, set: value !== undefined };
}

function languageValue(): Value {
  const value = configuredLanguage();
  return { name: LANGUAGE, value: value ?? AUTO, set: value !== undefined };
}

function checked(name: string) {
  try {
    return preference(name);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError("config.unknown", { name }, { hint: words("config.unknown.hint") });
  }
}

/** An argument that is no value of the setting is a mistake of the command line. */
function checkValue(name: string, value: string): void {
  try {
    checked(name).check(value);
  } catch (error) {
    if (!(error instanceof FormatError) || error.code !== "config.value") throw error;
    const { values } = error.params as { values: readonly string[] };
    throw new UsageError("config.value", { name, value, values }, { cause: error });
  }
}

interface ListFlags extends IdentityFlags {
  readonly json?: boolean;
}

const list = buildCommand<ListFlags, [], CommandContext>({
  func: (flags) =>
    lookIntoState(flags, async (state) => {
      const names = [...PREFERENCES.keys()];
      const values = [languageValue(), ...names.map((name) => valueOf(state, name))]
        .sort((a, b) => a.name < b.name ? -1 : 1);
      for (const each of values) {
        await printLine(flags.json ? safeJson(each) : say("config.line", each));
      }
    }),
  parameters: {
    flags: { json: switchFlag(help.list.flags.json), ...ownFlags },
    aliases: ownAliases,
  },
  docs: docsOf(help.list),
});

const get = buildCommand<IdentityFlags, [string], CommandContext>({
  func: async (flags, name) => {
    if (name === LANGUAGE) return await printLine(languageValue().value);
    checked(name);
    await lookIntoState(flags, (state) => printLine(valueOf(state, name).value));
  },
  parameters: ownParameters(argument(help.get.args.name, "KEY")),
  docs: docsOf(help.get),
});

const set = buildCommand<IdentityFlags, [string, string], CommandContext>({
  func: async (flags, name, value) => {
    if (name === LANGUAGE) return setLanguage(value);
    checkValue(name, value);
    await withState(flags, (state) => state.settings.set(name, value));
  },
  parameters: ownParameters(
    argument(help.set.args.name, "KEY"),
    { ...argument(help.set.args.value, "VALUE"), parse: String },
  ),
  docs: docsOf(help.set),
});

function setLanguage(value: string): Promise<void> {
  const language = parseLanguage(value);
  if (language === undefined && value !== AUTO) {
    throw new UsageError("config.value", { name: LANGUAGE, value, values: ["en", "zh", "auto"] });
  }
  return configureLanguage(language);
}

const unset = buildCommand<IdentityFlags, [string], CommandContext>({
  func: async (flags, name) => {
    if (name === LANGUAGE) return await configureLanguage(undefined);
    checked(name);
    await withState(flags, (state) => state.settings.unset(name));
  },
  parameters: ownParameters(argument(help.unset.args.name, "KEY")),
  docs: docsOf(help.unset),
});

export const command = buildRouteMap({
  routes: { list, get, set, unset },
  defaultCommand: "list",
  docs: docsOf(help),
});
