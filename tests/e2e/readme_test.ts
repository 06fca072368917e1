/** The sixty seconds of the READMEs, run line by line at a terminal with an empty home. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { EXECUTABLE, withFolder } from "../support/executable.ts";
import { ROOT } from "../support/imports.ts";
import { TerminalRun } from "../support/pty.ts";
import { lacks, notLinux, testUnless } from "../support/requires.ts";

/** The block behind the mark of what is run here. */
async function sixtySeconds(page: string): Promise<string> {
  const text = await Deno.readTextFile(ROOT + page);
  const [, block] = /<!-- sixty seconds: .*?-->\n\n```sh\n([\s\S]*?)```/.exec(text) ?? [];
  assert.ok(block !== undefined, `${page} has no block to run`);
  return block;
}

/** Printed behind the last line. */
const LAST = "that was all";

/** Why no network of its own can be had here, where port 9999 is free. */
const unfit = notLinux ?? lacks("unshare", "script");

for (const page of ["README.md", "README.zh-CN.md"]) {
  testUnless(
    unfit,
    `${page}: every line of the sixty seconds works as it is pasted`,
    () =>
      withFolder(async (folder) => {
        await Deno.copyFile(`${ROOT}fixtures/stego/cover.png`, `${folder}/holiday.png`);
        const lines = (await sixtySeconds(page)).replace("kill %1", "kill %1; wait || true");
        const run = new TerminalRun([
          ...["unshare", "--map-root-user", "--net", "bash", "-ec"],
          `trap 'kill $(jobs -p) 2>/dev/null || true' EXIT; ip link set lo up; set -m\n${lines}\necho ${LAST}`,
        ], {
          columns: 120,
          home: `${folder}/own`,
          cwd: folder,
          env: { PATH: `${dirname(EXECUTABLE)}:${Deno.env.get("PATH")}`, P2P_LANG: "en" },
        });
        // Whatever asks a question gets no answer, and the last line is not reached.
        try {
          await run.see(LAST);
        } catch (error) {
          run.kill();
          throw error;
        }
        assert.equal(await run.code(), 0, run.shown());
        await run.out.over;
        const said = run.shown().replaceAll("\r\n", "\n");
        assert.match(said, /^good signature by p2p1/m);
        assert.match(said, /^delivered$/m);
        assert.match(said, /\[file\] plan\.txt {2}\(delivered\)$/m);
        const read = (name: string) => Deno.readTextFile(`${folder}/${name}`);
        assert.equal(await read("again.txt"), await read("plan.txt"));
        assert.equal(await read("bob/plan.txt"), await read("plan.txt"));
      }),
  );
}
