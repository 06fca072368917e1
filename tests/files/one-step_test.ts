/** What is received has its final name in one step: at no moment does that name stand for something that is not whole. */
import assert from "node:assert/strict";
import { testUnless } from "../support/requires.ts";
import { good, pattern, transfer, withFolders } from "../transfer/support.ts";

const notLinux = Deno.build.os === "linux" ? undefined : "needs the C library of Linux";

testUnless(
  notLinux,
  "nothing is made under a final name: it comes there by being renamed",
  () =>
    withFolders(async ({ src, target }) => {
      Deno.mkdirSync(`${src}/folder`);
      for (const path of ["small", "large", "folder/small", "folder/large"]) {
        Deno.writeFileSync(`${src}/${path}`, pattern(path.endsWith("large") ? 300_000 : 10));
      }
      const seen: string[] = [];
      const watcher = Deno.watchFs(target, { recursive: false });
      const watching = (async () => {
        for await (const { kind, paths } of watcher) {
          for (const path of paths) seen.push(`${kind} ${path.slice(target.length + 1)}`);
          if (paths.some((path) => path.endsWith("/the-last"))) return;
        }
      })();
      for (let i = 0; i < 2; i++) {
        const paths = ["small", "large", "folder"].map((name) => `${src}/${name}`);
        const { received } = await transfer(paths, target);
        assert.deepEqual(good(received).failures, []);
      }
      Deno.writeTextFileSync(`${target}/the-last`, "");
      await watching;
      for (const name of ["small", "large", "folder", "small (1)", "large (1)", "folder (1)"]) {
        const [first] = seen.filter((event) => event.endsWith(` ${name}`));
        assert.equal(first, `rename ${name}`, seen.join("\n"));
      }
    }),
);
