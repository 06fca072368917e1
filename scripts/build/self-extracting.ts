/**
 * The self-extracting executable, for machines where the `denort` base of `deno compile` cannot be had: one file,
 * a short POSIX sh head and a gzip-compressed tar with Deno itself and the bundled program.
 *
 * At its first start it unpacks into the user's private cache, under the hash of the payload; after that the head
 * only checks that the folder is there, the user's own and nobody else's to write, and execs. Same permissions as
 * `deno compile` bakes.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type BundledCommand, bundledCommands } from "./commands.ts";
import { compressedRuntime, hashFile, type Say } from "./runtime.ts";
import { CACHE_BASE, PRIVACY_TESTS, start } from "./start.ts";
import { folderEntries, tarGz, writePieces } from "./tar.ts";

/** Length of the head in bytes, padded with newlines, so that `tail` knows where the payload begins. */
const HEAD_BYTES = 8192;

/** What goes into the executable. */
export interface SelfExtracting {
  /** The Deno executable of the target. */
  readonly runtime: string;
  /** Folder with main.js and the rest of the bundle. */
  readonly bundle: string;
  /** Runtime flags, permissions among them. */
  readonly flags: readonly string[];
  readonly version: string;
  /** Folder where the compressed runtime is kept from build to build. */
  readonly cache: string;
  readonly output: string;
}

/** The sh head. `id` names the unpacked folder; the two payload parts follow the head. */
export function head(
  options: Pick<SelfExtracting, "version" | "flags"> & {
    commands: readonly BundledCommand[];
    id: string;
    runtimeBytes: number;
  },
): string {
  const runtimeStart = HEAD_BYTES + 1;
  const bundleStart = runtimeStart + options.runtimeBytes;
  const text = `#!/bin/sh
# p2p ${options.version}: a self-extracting executable (sh head, then gzip: the Deno runtime, the program).
# Unpacks once into the user's private cache. The source is what scripts/compile.ts bundled.
${PRIVACY_TESTS}
fail() { echo "p2p: unpack: $1" >&2; exit 1; }
${CACHE_BASE}
dir=$base/p2p/${options.id}
if [ -z "$base" ] || ! own "$base/p2p" || ! own "$dir" || [ ! -f "$dir/ready" ] || ! alone "$base/p2p" "$dir"; then
  mask=$(umask)
  umask 077
  if [ -z "$base" ] || ! mkdir -p "$base/p2p" 2>/dev/null || [ ! -w "$base/p2p" ]; then
    base=\${TMPDIR:-/tmp}/p2p-$(id -u)
    mkdir "$base" 2>/dev/null
    private "$base" || fail "no private folder in \${TMPDIR:-/tmp}; set P2P_CACHE to one"
    mkdir -p "$base/p2p" || fail "cannot write in $base"
    dir=$base/p2p/${options.id}
  fi
  private "$base/p2p" || fail "$base/p2p is not yours alone; set P2P_CACHE to a private folder"
  if ! own "$dir" || [ ! -f "$dir/ready" ]; then
    new=$(mktemp -d "$base/p2p/.new.XXXXXX") || fail "cannot write in $base/p2p"
    # What is typed meanwhile is not shown: it is the shell's next line, or dropped where a passphrase is asked for.
    typing=
    if [ -t 0 ]; then trap '' TTOU; typing=$(stty -g 2>/dev/null) && stty -echo; fi
    heard() { [ -z "$typing" ] || { stty "$typing"; typing=; }; }
    trap 'rm -rf "$new"; heard' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    [ ! -t 2 ] || case \${P2P_LANG:-\${LC_ALL:-\${LC_MESSAGES:-\${LANG-}}}} in
      zh*) echo "p2p：首次启动，正在解包…" >&2 ;;
      *) echo "p2p: unpacking once…" >&2 ;;
    esac
    tail -c +${runtimeStart} "$0" 2>/dev/null | head -c ${options.runtimeBytes} | gzip -dc 2>/dev/null >"$new/deno" &&
      tail -c +${bundleStart} "$0" | gzip -dc 2>/dev/null | tar -xf - -C "$new" 2>/dev/null &&
      chmod 700 "$new" "$new/deno" && { : >"$new/ready"; } 2>/dev/null || fail "the executable is damaged or the disk is full"
    [ ! -e "$dir" ] || own "$dir" || fail "$dir is not yours"
    [ ! -d "$dir" ] || [ -f "$dir/ready" ] || rm -rf "$dir"
    [ -d "$dir" ] || mv "$new" "$dir" || fail "cannot write in $base/p2p"
    rm -rf "$new"
    heard
    trap - EXIT INT TERM HUP TTOU
  fi
  private "$dir" || fail "$dir is not yours alone; remove it"
  umask "$mask"
fi
${start({ ...options, folder: "$dir", cache: "$dir/cache" })}
exit 1
`;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > HEAD_BYTES) throw new Error(`write executable: the head has ${bytes} bytes`);
  return text + "\n".repeat(HEAD_BYTES - bytes);
}

/** Writes the executable to `output`. Needs sh, tail, head, gzip, tar, mktemp on the user's side. */
export async function writeSelfExtracting(
  options: SelfExtracting,
  say: Say = () => {},
): Promise<void> {
  const runtime = await compressedRuntime(options.runtime, options.cache, say);
  const id = createHash("sha256")
    .update(`${options.version}\n${options.flags.join("\n")}\n`)
    .update(await hashFile(runtime))
    .update(await bundleHash(options.bundle))
    .digest("hex").slice(0, 32);
  const commands = await bundledCommands(options.bundle);
  const runtimeBytes = (await Deno.stat(runtime)).size;
  const temporary = `${options.output}.${Deno.pid}.tmp`;
  await writePieces(temporary, [
    new TextEncoder().encode(head({ ...options, commands, id, runtimeBytes })),
    runtime,
    ...tarGz(await folderEntries(options.bundle, ""), 0),
  ]);
  await Deno.chmod(temporary, 0o755);
  await Deno.rename(temporary, options.output);
}

/** A hash over the names and contents of the bundle, whatever the order and times of its files. */
async function bundleHash(folder: string): Promise<string> {
  const lines: string[] = [];
  const walk = async (at: string, name: string): Promise<void> => {
    for await (const entry of Deno.readDir(at)) {
      const path = join(at, entry.name);
      if (entry.isDirectory) await walk(path, `${name}${entry.name}/`);
      else lines.push(`${name}${entry.name} ${await hashFile(path)}`);
    }
  };
  await walk(folder, "");
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}
