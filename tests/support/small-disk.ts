/** A file system with little room, where this program may mount one (on Linux, as root). */
import assert from "node:assert/strict";
import { hasProgram } from "./requires.ts";

/** Runs `use` with the path of a fresh file system of `bytes`. */
export async function withSmallDisk(
  bytes: number,
  use: (folder: string) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "p2p-disk-" });
  try {
    assert.ok(await run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder));
    try {
      await use(folder);
    } finally {
      await run("umount", folder);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(program: string, ...args: readonly string[]): Promise<boolean> {
  const command = new Deno.Command(program, { args: [...args], stderr: "null" });
  return (await command.output()).success;
}

async function canMount(): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0 || !hasProgram("mount")) return false;
  try {
    await withSmallDisk(4096, () => undefined);
    return true;
  } catch (error) {
    if (error instanceof assert.AssertionError) return false;
    throw error;
  }
}

/** Why `withSmallDisk` cannot do its work here. */
export const noSmallDisk = await canMount()
  ? undefined
  : "needs root, to mount a small file system";
