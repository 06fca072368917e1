/** How an installed program begins, in POSIX sh: shared by the self-extracting executable and the package of Debian. */
import type { BundledCommand } from "./commands.ts";
import { PROGRAMS_FLAG } from "./permissions.ts";

/** Functions that tell whether a folder, no link, is the user's own; whether folders are closed to others' writing; both. */
export const PRIVACY_TESTS = String.raw`own() { [ -d "$1" ] && [ -O "$1" ] && [ ! -L "$1" ]; }
alone() { [ -z "$(find "$@" -prune \( -perm -020 -o -perm -002 \) 2>/dev/null)" ]; }
private() { own "$1" && alone "$1"; }`;

/** Sets `base` to where the user's caches are, to nothing where that is unknown. */
export const CACHE_BASE = "base=${P2P_CACHE:-${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}}";

/** What is started. */
export interface Start {
  /** Folder with Deno and the bundle, as sh reads it between double quotes. */
  readonly folder: string;
  /** Folder where Deno keeps what it compiled; it begins with none where this cannot be one. */
  readonly cache: string;
  /** Runtime flags, permissions among them. */
  readonly flags: readonly string[];
  /** Commands that have a file of their own in the bundle, started without main.js. */
  readonly commands: readonly BundledCommand[];
}

/** Quotes for sh. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Variables of the runtime: nothing is asked of a server. `launcher.mjs` sets them, too. */
export const RUNTIME_ENVIRONMENT = { DENO_NO_UPDATE_CHECK: "1" } as const;

/** How Deno runs a file, before the flags: nothing is looked for beside it, nothing is fetched. */
export const RUN = ["run", "--quiet", "--no-config", "--no-lock", "--cached-only"] as const;

/** The lines that become the program. */
export function start({ folder, cache, flags, commands }: Start): string {
  const named = (starts: boolean) =>
    commands.filter((command) => command.starts === starts).map(({ name }) => name).join("|");
  const variables = Object.entries(RUNTIME_ENVIRONMENT);
  return `# The runtime would open a closed stream as /dev/null, so the program is told (lib/system/closed.ts).
P2P_CLOSED=
{ command : 3<&0; } 2>/dev/null || P2P_CLOSED=0
{ command : 3>&1; } 2>/dev/null || P2P_CLOSED=\${P2P_CLOSED}1
DENO_DIR=${cache} ${variables.map(([name, value]) => `${name}=${value}`).join(" ")}
export P2P_CLOSED DENO_DIR ${variables.map(([name]) => name).join(" ")}
programs=${quote(PROGRAMS_FLAG)}
case \${1-} in
  ${named(false)}) program=$1 programs= ;;
  ${named(true)}) program=$1 ;;
  *) program=main ;;
esac
exec "${folder}/deno" ${RUN.join(" ")} ${flags.map(quote).join(" ")} \\
  \${programs:+"$programs"} "${folder}/$program.js" "$@"`;
}
