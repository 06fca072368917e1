/**
 * `deno task readme`: writes the table of commands in README.md and README.zh-CN.md from the help (lib/text/help/).
 * `--check` only compares, and ends with 1 when they differ.
 */
import { COMMANDS } from "../commands/table.ts";
import { type Help, loadHelp } from "../lib/text/help/help.ts";
import type { Language } from "../lib/text/language.ts";

const ROOT = new URL("..", import.meta.url).pathname;

/** The files, and the headings of their tables. */
const FILES: ReadonlyArray<
  readonly [path: string, language: Language, headings: [string, string]]
> = [
  ["README.md", "en", ["command", "does"]],
  ["README.zh-CN.md", "zh", ["命令", "用途"]],
];

const BEGIN = "<!-- commands: deno task readme -->";
const END = "<!-- end of commands -->";

/** The rows of the table: a command and its brief, the subcommands of a group behind its name. */
export async function commandRows(
  { commands }: Help,
): Promise<Array<readonly [command: string, does: string]>> {
  return await Promise.all(COMMANDS.map(async ({ name, load }) => {
    const { command } = await load();
    const entries = "getAllEntries" in command ? command.getAllEntries() : [];
    const subcommands = entries.map(({ name }) => `\`${name["convert-camel-to-kebab"]}\``);
    const group = subcommands.length === 0 ? "" : `: ${subcommands.join(", ")}`;
    const { brief } = commands[name as keyof typeof commands];
    return [`\`${name}\`${group}`, brief.replaceAll("|", "\\|")] as const;
  }));
}

/** `text` with the table in its place, in the form that `deno fmt` leaves as it is. */
async function withTable(
  text: string,
  language: Language,
  headings: readonly [string, string],
): Promise<string> {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error("write README: the marks of the table are missing");
  const rows = [headings, ["---", "---"], ...await commandRows(await loadHelp(language))];
  const table = rows.map(([command, does]) => `| ${command} | ${does} |`).join("\n");
  return await formatted(`${text.slice(0, begin)}${BEGIN}\n\n${table}\n\n${text.slice(end)}`);
}

async function formatted(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("write README: deno fmt failed");
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  for (const [path, language, headings] of FILES) {
    const before = await Deno.readTextFile(ROOT + path);
    const after = await withTable(before, language, headings);
    if (after === before) continue;
    if (Deno.args.includes("--check")) {
      console.error(`${path}: its table of commands is not that of the help; run deno task readme`);
      Deno.exit(1);
    }
    await Deno.writeTextFile(ROOT + path, after);
  }
}
