/** What this process has open, on Linux. */

/** The paths below `folder` that are open. Other tests of the process have other files open. */
export function openIn(folder: string): string[] {
  const open: string[] = [];
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      const target = Deno.readLinkSync(`/proc/self/fd/${name}`);
      if (target === folder || target.startsWith(`${folder}/`)) open.push(target);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // closed since it was listed
    }
  }
  return open;
}
