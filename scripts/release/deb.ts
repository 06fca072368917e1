/**
 * The package for Debian and what descends from it: Deno and the bundle in /usr/lib/p2p, /usr/bin/p2p that starts them,
 * manual pages of both languages, completion for three shells, the unit of systemd. Nothing runs when it is installed
 * or removed.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../../lib/bytes.ts";
import { SCRIPTS, type Shell } from "../../commands/completion/scripts.ts";
import { type BundledCommand, bundledCommands } from "../build/commands.ts";
import { commandFlags } from "../build/permissions.ts";
import { compressedRuntime, targetRuntime } from "../build/runtime.ts";
import { CACHE_BASE, PRIVACY_TESTS, start } from "../build/start.ts";
import {
  folderEntries,
  gzip,
  type Piece,
  type TarEntry,
  tarGz,
  writePieces,
} from "../build/tar.ts";
import { VERSION, VERSION_TIME } from "../build/version.ts";
import type { Ingredients } from "./ingredients.ts";

/** Where Debian's shells look for completion of packages. */
const COMPLETION: ReadonlyArray<readonly [Shell, path: string]> = [
  ["bash", "usr/share/bash-completion/completions/p2p"],
  ["zsh", "usr/share/zsh/vendor-completions/_p2p"],
  ["fish", "usr/share/fish/vendor_completions.d/p2p.fish"],
];

/** Pages of the project that are of use beside the program. */
const PAGES = ["README.md", "README.zh-CN.md", "SECURITY.md", "CHANGELOG.md"];

const PROGRAM_FOLDER = "usr/lib/p2p";

/** `/usr/bin/p2p`. What the engine compiled is kept in the user's cache, where that is nobody else's to write. */
function startScript(target: string, commands: readonly BundledCommand[]): string {
  const cache = '"$base/code"';
  return `#!/bin/sh
# p2p ${VERSION}: starts the program in /${PROGRAM_FOLDER}.
${PRIVACY_TESTS}
${CACHE_BASE}
base=\${base:+$base/p2p}
[ -z "$base" ] || [ -d "$base" ] || (umask 077; mkdir -p "$base") 2>/dev/null
private "$base" || base=/dev/null
${
    start({
      folder: `/${PROGRAM_FOLDER}`,
      cache,
      flags: commandFlags(target),
      commands,
    })
  }
`;
}

function control(architecture: string, installedBytes: number): string {
  return `Package: p2p
Version: ${VERSION}
Section: net
Priority: optional
Architecture: ${architecture}
Maintainer: p2p developers <p2p@localhost>
Installed-Size: ${Math.ceil(installedBytes / 1024)}
Depends: libc6 (>= 2.27), libgcc-s1
Suggests: ffmpeg | sox, xdg-utils
Description: encrypted conversations, files and voice without a server
 Two people, or groups of them, on a network: messages, files and voice notes
 over UDP, on China's national cryptography (SM2, SM3, SM4). It also encrypts
 and signs files, hides messages in pictures, makes certificates, and speaks
 the formats of OpenSSL, GmSSL and the sm-crypto family.
`;
}

/** A file of the package, of text or bytes. */
function file(path: string, content: Uint8Array | string, mode = 0o644): TarEntry {
  return {
    name: `./${path}`,
    mode,
    content: typeof content === "string" ? utf8(content) : content,
  };
}

/** All files but the runtime. */
async function files(target: string, from: Ingredients): Promise<TarEntry[]> {
  const read = (path: string) => Deno.readFile(join(from.root, path));
  const docs = "usr/share/doc/p2p";
  const manual = await folderEntries(await from.manual(), "./usr/share/man/");
  const pages = await folderEntries(join(from.root, "docs"), `./${docs}/docs/`);
  return [
    file("usr/bin/p2p", startScript(target, await bundledCommands(from.bundle)), 0o755),
    ...await folderEntries(from.bundle, `./${PROGRAM_FOLDER}/`),
    ...COMPLETION.map(([shell, path]) => file(path, SCRIPTS[shell])),
    file("usr/lib/systemd/user/p2p.service", await read("service/p2p.service")),
    ...manual.map(({ name, content }) => file(`${name.slice(2)}.gz`, gzip(content as Uint8Array))),
    file(`${docs}/copyright`, await read("scripts/release/copyright")),
    ...await Promise.all(PAGES.map(async (page) => file(`${docs}/${page}`, await read(page)))),
    ...pages,
  ];
}

async function md5(content: Uint8Array | string): Promise<string> {
  const hash = createHash("md5");
  if (typeof content !== "string") return hash.update(content).digest("hex");
  for await (const piece of createReadStream(content)) hash.update(piece);
  return hash.digest("hex");
}

/** Members of an archive of ar(1), as deb(5) has them: each begins at an even place. */
async function ar(members: ReadonlyArray<readonly [name: string, Piece[]]>): Promise<Piece[]> {
  const pieces: Piece[] = [utf8("!<arch>\n")];
  for (const [name, content] of members) {
    let size = 0;
    for (const piece of content) {
      size += typeof piece === "string" ? (await Deno.stat(piece)).size : piece.length;
    }
    const field = (value: string | number, width: number) => String(value).padEnd(width);
    pieces.push(utf8(
      field(name, 16) + field(VERSION_TIME, 12) + field(0, 6) + field(0, 6) + field(100644, 8) +
        field(size, 10) + "`\n",
    ));
    pieces.push(...content);
    if (size % 2 === 1) pieces.push(utf8("\n"));
  }
  return pieces;
}

/** Writes the package for `target`, which Debian calls `architecture`; answers its name. */
export async function writeDeb(
  target: string,
  architecture: string,
  from: Ingredients,
  folder: string,
): Promise<string> {
  const runtime = await targetRuntime(target, from.cache, from.say);
  const { size } = await Deno.stat(runtime);
  const program = `./${PROGRAM_FOLDER}/deno`;
  const plain = await files(target, from);
  const sums = [`${await md5(runtime)}  ${program.slice(2)}\n`];
  let installed = size;
  for (const { name, content } of plain) {
    sums.push(`${await md5(content as Uint8Array)}  ${name.slice(2)}\n`);
    installed += (content as Uint8Array).length;
  }
  const data = tarGz([...plain, {
    name: program,
    mode: 0o755,
    content: { compressed: await compressedRuntime(runtime, from.cache, from.say), size },
  }], VERSION_TIME);
  const about = tarGz([
    file("control", control(architecture, installed)),
    file("md5sums", sums.join("")),
  ], VERSION_TIME);
  const name = `p2p_${VERSION}_${architecture}.deb`;
  await writePieces(
    join(folder, name),
    await ar([["debian-binary", [utf8("2.0\n")]], ["control.tar.gz", about], [
      "data.tar.gz",
      data,
    ]]),
  );
  return name;
}
