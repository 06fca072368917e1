/**
 * `deno task man [FOLDER]`: writes the manual pages, p2p(1) and p2p-COMMAND(1), to FOLDER/man1 (English) and
 * FOLDER/zh_CN/man1 (Chinese); FOLDER is dist/man. A run has one language, so each is made by a run of its own.
 */
import { COMMANDS } from "../commands/table.ts";
import { type CommandNode, commandNode } from "../commands/shared/command-tree.ts";
import { sharedHelp } from "../commands/shared/help.ts";
import { runLanguage } from "../commands/shared/language.ts";
import { programFlags } from "../commands/shared/program-flags.ts";
import { loadHelp } from "../lib/text/help/help.ts";
import type { Language } from "../lib/text/language.ts";
import { runQuietly } from "./build/run.ts";
import { VERSION, VERSION_DAY } from "./build/version.ts";
import { manPage, type PageWords } from "./man/page.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const SELF = new URL(import.meta.url).pathname;

/** The headings of the pages. */
export const MANUAL_WORDS: Readonly<Record<Language, Omit<PageWords, "program">>> = {
  en: {
    name: "NAME",
    synopsis: "SYNOPSIS",
    description: "DESCRIPTION",
    commands: "COMMANDS",
    arguments: "ARGUMENTS",
    flags: "FLAGS",
  },
  zh: {
    name: "名称",
    synopsis: "用法",
    description: "说明",
    commands: "命令",
    arguments: "参数",
    flags: "选项",
  },
};

/** The whole program as data, in the language of this run. */
export async function programNode(): Promise<CommandNode> {
  const commands = await Promise.all(
    COMMANDS.map(async ({ name, load }) => commandNode(name, (await load()).command)),
  );
  const { brief, full } = sharedHelp;
  const flags = programFlags(sharedHelp.flags);
  return { name: "p2p", brief, full, commands, flags, arguments: [], repeated: false };
}

async function writePages(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const program = await programNode();
  const language = runLanguage();
  const words = { ...MANUAL_WORDS[language], program: (await loadHelp(language)).program };
  for (const node of [program, ...program.commands]) {
    const file = node === program ? "p2p.1" : `p2p-${node.name}.1`;
    const page = manPage(words, { date: VERSION_DAY, version: VERSION }, node);
    await Deno.writeTextFile(`${folder}/${file}`, page);
  }
}

/** Writes the pages of both languages below `folder`. */
export async function writeManual(folder: string): Promise<void> {
  for (const [lang, at] of [["en", "man1"], ["zh", "zh_CN/man1"]]) {
    await runQuietly(Deno.execPath(), ["run", "--allow-all", SELF, "--lang", lang!], {
      env: { P2P_MAN_FOLDER: `${folder}/${at}` },
      cwd: ROOT,
    });
  }
}

if (import.meta.main) {
  const inside = Deno.env.get("P2P_MAN_FOLDER");
  if (inside !== undefined) await writePages(inside);
  else await writeManual(Deno.args[0] ?? `${ROOT}dist/man`);
}
