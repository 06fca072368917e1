/**
 * Archives of tar (POSIX ustar), compressed by gzip, whose bytes depend on nothing but names, modes and contents: root's
 * files, all of one time, in the order of their names.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { concat } from "../../lib/bytes.ts";

/** A file that is compressed by gzip already, as a file of `size` bytes. */
export interface Compressed {
  readonly compressed: string;
  readonly size: number;
}

/** Something in an archive. */
export interface TarEntry {
  /** Without a slash at the beginning; a folder's name ends with one. */
  readonly name: string;
  readonly mode: number;
  /** What a file holds; a folder holds no bytes. */
  readonly content: Uint8Array | Compressed;
}

const BLOCK = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;

/** Splits a name that is longer than its field at a slash, as ustar has it. */
function splitName(name: string): readonly [prefix: string, name: string] {
  if (name.length <= NAME_BYTES) return ["", name];
  const slash = name.indexOf("/", name.length - NAME_BYTES - 1);
  if (slash < 0 || slash > PREFIX_BYTES || slash === name.length - 1) {
    throw new Error(`write archive: the name is too long: ${name}`);
  }
  return [name.slice(0, slash), name.slice(slash + 1)];
}

/** The number of bytes of an entry's content. */
function sizeOf({ content }: TarEntry): number {
  return content instanceof Uint8Array ? content.length : content.size;
}

/** The header of an entry of the time `seconds`. */
function header(entry: TarEntry, seconds: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  const octal = (at: number, digits: number, value: number) =>
    put(at, value.toString(8).padStart(digits, "0"));
  if (/[^\x20-\x7e]/.test(entry.name)) {
    throw new Error(`write archive: a name that is not ASCII: ${entry.name}`);
  }
  const [prefix, name] = splitName(entry.name);
  put(0, name);
  octal(100, 7, entry.mode);
  octal(108, 7, 0);
  octal(116, 7, 0);
  octal(124, 11, sizeOf(entry));
  octal(136, 11, seconds);
  put(148, " ".repeat(8));
  put(156, entry.name.endsWith("/") ? "5" : "0");
  put(257, "ustar\0" + "00");
  put(265, "root");
  put(297, "root");
  put(345, prefix);
  octal(148, 6, bytes.reduce((sum, byte) => sum + byte, 0));
  return bytes;
}

/** The entries in order of their names, with the folders that no entry names. */
function inOrder(entries: readonly TarEntry[]): TarEntry[] {
  const all = new Map(entries.map((entry) => [entry.name, entry]));
  for (const { name } of entries) {
    for (let at = name.indexOf("/"); at >= 0; at = name.indexOf("/", at + 1)) {
      const folder = name.slice(0, at + 1);
      if (!all.has(folder)) {
        all.set(folder, { name: folder, mode: 0o755, content: new Uint8Array() });
      }
    }
  }
  return [...all.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Compressed by gzip, without the time, and with the same name of the system everywhere. */
export function gzip(bytes: Uint8Array): Uint8Array {
  const compressed = new Uint8Array(gzipSync(bytes, { level: 9 }));
  compressed[9] = 3;
  return compressed;
}

/** A piece of a file to be written: bytes, or all of another file. */
export type Piece = Uint8Array | string;

/**
 * The archive of the entries, of the time `seconds`, compressed. What is compressed already stays so: gzip's format
 * allows several members in a row.
 */
export function tarGz(entries: readonly TarEntry[], seconds: number): Piece[] {
  const pieces: Piece[] = [];
  let member: Uint8Array[] = [];
  const close = () => {
    pieces.push(gzip(concat(...member)));
    member = [];
  };
  for (const entry of inOrder(entries)) {
    member.push(header(entry, seconds));
    if (entry.content instanceof Uint8Array) {
      member.push(entry.content);
    } else {
      close();
      pieces.push(entry.content.compressed);
    }
    member.push(new Uint8Array((BLOCK - sizeOf(entry) % BLOCK) % BLOCK));
  }
  member.push(new Uint8Array(2 * BLOCK));
  close();
  return pieces;
}

/** Writes the pieces to a file, one behind the other. */
export async function writePieces(path: string, pieces: readonly Piece[]): Promise<void> {
  await Deno.writeFile(path, new Uint8Array());
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) await Deno.writeFile(path, piece, { append: true });
    else await pipeline(createReadStream(piece), createWriteStream(path, { flags: "a" }));
  }
}

/** The files of a folder, and of the folders in it, as entries below `at` (which ends with a slash, or is empty). */
export async function folderEntries(folder: string, at: string): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) entries.push(...await folderEntries(path, `${at}${name}/`));
    else entries.push({ name: at + name, mode: 0o644, content: await Deno.readFile(path) });
  }
  return entries;
}
