/** `p2p completion`: scripts that make shells complete p2p's command lines, and the answers that these ask for. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { PREFERENCES } from "../lib/state/preferences.ts";
import { safeText } from "../lib/text/safe.ts";
import { writeAllSync } from "../lib/terminal/write.ts";
import { complete, type CompletionWord, type ValueKind } from "./completion/engine.ts";
import { SCRIPTS, type Shell } from "./completion/scripts.ts";
import { commandNode } from "./shared/command-tree.ts";
import { programFlags } from "./shared/program-flags.ts";
import type { CommandContext } from "./shared/context.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";
import { knownNames } from "./shared/own-state.ts";
import { argument } from "./shared/people.ts";

const help = helpOf("completion");

function script(shell: Shell) {
  return buildCommand<Record<never, never>, [], CommandContext>({
    func: () => writeAllSync(Deno.stdout, SCRIPTS[shell]),
    parameters: { flags: {} },
    docs: docsOf(help.shell),
  });
}

/** The mark of a group's name (`@climbers`). */
const GROUP = "@";

/** Names that may stand for a value of that kind: of people, of groups, of settings. */
async function names(kind: ValueKind): Promise<string[]> {
  if (kind === "setting") return ["language", ...PREFERENCES.keys()];
  if (!["peer", "contact", "key", "group"].includes(kind)) return [];
  const { contacts, groups } = await knownNames();
  const marked = groups.map((name) => `${GROUP}${name}`);
  if (kind === "peer") return [...contacts, ...marked];
  return kind === "group" ? marked : contacts;
}

const words = buildCommand<Record<never, never>, string[], CommandContext>({
  async func(this: CommandContext, _flags, ...line: string[]) {
    const commands = this.commands.map(([name, command]) => commandNode(name, command));
    const root = { ...NONE, flags: programFlags(sharedHelp.flags), commands };
    const { words, kind, before } = complete(line, root);
    const current = (line.at(-1) ?? "").slice(before.length);
    const named = (await names(kind)).filter((name) => name.startsWith(current));
    const all: CompletionWord[] = [...words, ...named.map((word) => ({ word, brief: "" }))];
    const out = all.map(({ word, brief }) => `${before}${safeText(word)}\t${brief}`);
    // A key may lie in a file as well as belong to a contact.
    if (kind === "file" || kind === "key") out.push(":file");
    if (kind === "folder") out.push(":folder");
    if (out.length > 0) writeAllSync(Deno.stdout, `${out.join("\n")}\n`);
  },
  parameters: {
    flags: {},
    positional: {
      kind: "array",
      parameter: { ...argument(help.words.args.word, "WORD"), parse: String },
    },
  },
  docs: docsOf(help.words),
});

/** A group of nothing. */
const NONE = {
  name: "p2p",
  brief: "",
  full: "",
  flags: [],
  arguments: [],
  repeated: false,
} as const;

export const command = buildRouteMap({
  routes: {
    bash: script("bash"),
    zsh: script("zsh"),
    fish: script("fish"),
    powershell: script("powershell"),
    words,
  },
  docs: { ...docsOf(help), hideRoute: { words: true } },
});
