/** How the browser is started: by a private file, so that no argument of a program has the token. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { start } from "../e2e/support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

testUnless(
  notLinux,
  "the browser gets a private file that leads to the page; the token is no argument",
  async () => {
    const folder = await Deno.makeTempDir();
    const [home, tools] = [join(folder, "home"), join(folder, "bin")];
    await Deno.mkdir(tools);
    // A browser that writes down what it was given, and what stood there.
    const opener = join(tools, "xdg-open");
    const script =
      `#!/bin/sh\nstat -c '%a' "$1" >"${folder}/mode"\ncp "$1" "${folder}/file"\necho "$@" >"${folder}/told"\n`;
    await Deno.writeTextFile(opener, script, { mode: 0o755 });
    const run = start(["ui", "--bind", "127.0.0.1", "--listen", "0", "--save-dir", folder], {
      home,
      env: { PATH: `${tools}:${Deno.env.get("PATH")}` },
    });
    try {
      const [, url = ""] = await run.err.match(/(http:\/\/127\.0\.0\.1:\d+\/#[\w-]+)/);
      await run.err.match(/opened in the browser/);
      const told = (await Deno.readTextFile(join(folder, "told"))).trim();
      assert.equal(told, join(home, "open-page.html"));
      assert.equal((await Deno.readTextFile(join(folder, "mode"))).trim(), "600");
      assert.ok((await Deno.readTextFile(join(folder, "file"))).includes(`url=${url}`));
      run.kill("SIGTERM");
      assert.equal(await run.code(), 143);
      await assert.rejects(Deno.stat(told), Deno.errors.NotFound);
    } finally {
      await run.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
