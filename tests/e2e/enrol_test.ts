/** Enrolling over the network: thirty at once, codes used once, what was lost on the way, a person's yes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { p2p, withFolder } from "../support/executable.ts";
import { type Run, start, startOnTerminal, stopping } from "./support.ts";

const PUPILS = 30;

async function serving(
  folder: string,
  keep: <R extends Run>(run: R) => R,
): Promise<{ readonly server: Run; readonly peer: string; readonly codes: string[][] }> {
  const home = join(folder, "ca");
  await Deno.writeTextFile(join(folder, "pw"), "the passphrase of a school\n");
  const names = Array.from({ length: PUPILS }, (_, i) => `pupil ${i}`).join("\n");
  await Deno.writeTextFile(join(folder, "class.txt"), names);
  const pw = ["--passphrase-file", "pw"];
  const at = { home, cwd: folder };
  const made = await p2p(["cert", "ca", "school", ...pw, "-o", "ca.crt"], at);
  assert.equal(made.code, 0, made.stderr);
  const { stdout } = await p2p(["cert", "code", "-f", "class.txt", ...pw], at);
  const codes = stdout.trim().split("\n").map((line) => line.split("\t"));
  const args = ["cert", "serve", "--bind", "127.0.0.1", "--port", "0", ...pw];
  const server = keep(start(args, at));
  const [, peer = ""] = await server.err.match(/issuing on (127\.0\.0\.1:\d+)/);
  return { server, peer, codes };
}

Deno.test("thirty enroll at once: each gets its own certificate, and none is half-issued", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { peer, codes } = await serving(folder, keep);
      const began = performance.now();
      const results = await Promise.all(codes.map(([code = ""], i) =>
        p2p(["cert", "enroll", peer, "--code", code], { home: join(folder, `h${i}`) })
      ));
      const seconds = (performance.now() - began) / 1000;
      console.log(`${PUPILS} enrolments at once: ${seconds.toFixed(1)} s`);
      for (const [i, { code, stderr }] of results.entries()) {
        assert.equal(code, 0, stderr);
        assert.match(stderr, new RegExp(`you are pupil ${i} until`));
      }
      const listed = await p2p(["cert", "list"], { home: join(folder, "ca") });
      const rows = listed.stdout.trim().split("\n").map((line) =>
        line.split("\t")
      );
      assert.equal(rows.length, PUPILS);
      assert.equal(new Set(rows.map(([serial]) => serial)).size, PUPILS);
      assert.equal(new Set(rows.map(([, subject]) => subject)).size, PUPILS);
      const own = join(folder, "h0", "certificates", "own.pem");
      const verified = await p2p(["cert", "verify", "--usage", "talk", own], {
        home: join(folder, "h1"),
      });
      assert.equal(verified.code, 0, verified.stderr);

      // A code is good for one key, and again for the request that used it.
      const [code = ""] = codes[0]!;
      const thief = await p2p(["cert", "enroll", peer, "--code", code], {
        home: join(folder, "thief"),
      });
      assert.equal(thief.code, 3);
      assert.match(thief.stderr, /the code is wrong, too old, or was used by somebody else/);
      // Without a code, who has a certificate gets it again: it is good for long.
      const again = await p2p(["cert", "enroll", peer], { home: join(folder, "h0") });
      assert.equal(again.code, 0, again.stderr);
      const after = await p2p(["cert", "list"], { home: join(folder, "ca") });
      assert.equal(after.stdout.trim().split("\n").length, PUPILS);
      const log = await p2p(["cert", "log"], { home: join(folder, "ca") });
      assert.equal(log.code, 0, log.stderr);
    })
  ));

Deno.test("an authority that comes later is waited for; a stranger without a code needs a yes", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const { server, peer, codes } = await serving(folder, keep);
      await server.stop();
      const [code = ""] = codes[0]!;
      const pupil = keep(start(["cert", "enroll", peer, "--code", code], {
        home: join(folder, "late"),
      }));
      await pupil.err.match(/trying again/);
      const port = peer.split(":")[1]!;
      const args = ["cert", "serve", "--bind", "127.0.0.1", "--port", port];
      const person = keep(
        startOnTerminal([...args, "--passphrase-file", "pw"], {
          home: join(folder, "ca"),
          cwd: folder,
        }),
      );
      await pupil.err.match(/you are pupil 0 until/);
      assert.equal(await pupil.code(), 0);
      const ask = ["cert", "enroll", peer, "--name", "CN=carol", "--ca", "ca.crt"];
      const carol = keep(start(ask, { home: join(folder, "carol"), cwd: folder }));
      await person.out.match(/issue to CN=carol, whose key is .*\?/);
      await carol.err.match(/waiting for the authority's owner/);
      await person.type("y\r");
      await carol.err.match(/you are carol until/);
      const unknown = keep(start(["cert", "enroll", peer, "--name", "CN=dave"], {
        home: join(folder, "dave"),
      }));
      await person.out.match(/issue to CN=dave/);
      await person.type("n\r");
      assert.equal(await unknown.code(), 3);
      assert.match(unknown.err.text, /the authority's owner said no/);
    })
  ));
