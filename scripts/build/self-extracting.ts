/**
 * The self-extracting executable, for machines where the `denort` base of `deno compile` cannot be had: one file,
 * a short POSIX sh head and a gzip-compressed tar with Deno itself and the bundled program.
 *
 * At its first start it unpacks into the user's private cache, under the hash of the payload; after that the head
 * only checks that the folder is there, the user's own and nobody else's to write, and execs. Same permissions as
 * `deno compile` bakes.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { runQuietly } from "./run.ts";

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
  /** Commands that have a file of their own in the bundle, started without main.js. */
  readonly commands: readonly string[];
  readonly version: string;
  /** Folder where the compressed runtime is kept from build to build. */
  readonly cache: string;
  readonly output: string;
}

/** Quotes for sh. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The sh head. `id` names the unpacked folder; the two payload parts follow the head. */
export function head(
  options: Pick<SelfExtracting, "version" | "flags" | "commands"> & {
    id: string;
    runtimeBytes: number;
  },
): string {
  const runtimeStart = HEAD_BYTES + 1;
  const bundleStart = runtimeStart + options.runtimeBytes;
  const text = `#!/bin/sh
# p2p ${options.version}: a self-extracting executable (sh head, then gzip: the Deno runtime, the program).
# Unpacks once into the user's private cache. The source is what scripts/compile.ts bundled.
own() { [ -d "$1" ] && [ -O "$1" ] && [ ! -L "$1" ]; }
alone() { [ -z "$(find "$@" -prune \\( -perm -020 -o -perm -002 \\) 2>/dev/null)" ]; }
private() { own "$1" && alone "$1"; }
fail() { echo "p2p: unpack: $1" >&2; exit 1; }
base=\${P2P_CACHE:-\${XDG_CACHE_HOME:-\${HOME:+$HOME/.cache}}}
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
    # What is typed meanwhile is not for the command: it is not shown, and dropped.
    typing=
    if [ -t 0 ]; then trap '' TTOU; typing=$(stty -g 2>/dev/null) && stty -echo -icanon min 0 time 0; fi
    heard() { [ -z "$typing" ] || { cat >/dev/null; stty "$typing"; typing=; }; }
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
# The runtime would open a closed stdout as /dev/null and lose what is printed; this one takes nothing.
{ command : 3>&1; } 2>/dev/null || [ ! -w /dev/full ] || exec 1>/dev/full
DENO_DIR=$dir/cache DENO_NO_UPDATE_CHECK=1
export DENO_DIR DENO_NO_UPDATE_CHECK
case \${1-} in
  ${options.commands.join("|")}) program=$1 ;;
  *) program=main ;;
esac
exec "$dir/deno" run --quiet --no-config --no-lock --cached-only ${
    options.flags.map(quote).join(" ")
  } \\
  "$dir/$program.js" "$@"
exit 1
`;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > HEAD_BYTES) throw new Error(`write executable: the head has ${bytes} bytes`);
  return text + "\n".repeat(HEAD_BYTES - bytes);
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
}

/** The runtime, compressed; kept from build to build, because that takes ten seconds. */
async function compressedRuntime(runtime: string, cache: string): Promise<string> {
  const path = join(cache, `${await hashFile(runtime)}.gz`);
  try {
    await Deno.stat(path);
    return path;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(cache, { recursive: true });
  const temporary = `${path}.${Deno.pid}.tmp`;
  await pipeline(
    createReadStream(runtime),
    createGzip({ level: 9 }),
    createWriteStream(temporary),
  );
  await Deno.rename(temporary, path);
  return path;
}

/** Writes the executable to `output`. Needs `tar` and `gzip` here; sh, tail, head, gzip, tar, mktemp on the user's side. */
export async function writeSelfExtracting(options: SelfExtracting): Promise<void> {
  const runtime = await compressedRuntime(options.runtime, options.cache);
  const bundle = join(options.cache, `bundle.${Deno.pid}.tgz`);
  await runQuietly("tar", [
    ...["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"],
    ...["-czf", bundle, "-C", options.bundle, "."],
  ]);
  try {
    const id = createHash("sha256")
      .update(`${options.version}\n${options.flags.join("\n")}\n`)
      .update(await hashFile(runtime))
      .update(await bundleHash(options.bundle))
      .digest("hex").slice(0, 32);
    const runtimeBytes = (await Deno.stat(runtime)).size;
    const temporary = `${options.output}.${Deno.pid}.tmp`;
    await Deno.writeTextFile(
      temporary,
      head({ ...options, id, runtimeBytes }),
    );
    for (const part of [runtime, bundle]) {
      await pipeline(createReadStream(part), createWriteStream(temporary, { flags: "a" }));
    }
    await Deno.chmod(temporary, 0o755);
    await Deno.rename(temporary, options.output);
  } finally {
    await Deno.remove(bundle);
  }
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
