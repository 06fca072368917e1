// One passphrase typed on two systems: composed (NFC) here, decomposed (NFD) there. The same person gets in.
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";

const COVER = new URL("../../fixtures/stego/cover.png", import.meta.url);

Deno.test("what is locked with a passphrase in one form opens with it in the other", () =>
  withFolder(async (cwd) => {
    const { home } = await makeHome(cwd, "home");
    await Deno.copyFile(COVER, join(cwd, "cover.png"));
    for (const form of ["NFC", "NFD"]) {
      Deno.writeTextFileSync(join(cwd, form), "crème brûlée é\n".normalize(form));
    }
    const run = (args: string[], stdin = "") => p2p(args, { home, cwd, stdin });
    for (const [locked, typed] of [["NFC", "NFD"], ["NFD", "NFC"]] as const) {
      const by = (form: string) => ["--passphrase-file", form];
      await run(["enc", "-p", ...by(locked), "--force", "-o", "m.enc"], "secret");
      assert.equal((await run(["dec", "-p", ...by(typed), "m.enc"])).stdout, "secret");
      await run(["keygen", ...by(locked), "--force", "-o", "k.pem"]);
      const key = await run(["pubkey", "-i", "k.pem", ...by(typed)]);
      assert.match(key.stdout, /^p2p1/, key.stderr);
      const hide = ["stego", "hide", "cover.png", "hidden", "-p", ...by(locked)];
      const hidden = await run([...hide, "--force", "-o", "out.png"]);
      assert.equal(hidden.code, 0, hidden.stderr);
      const found = await run(["stego", "reveal", "out.png", "-p", ...by(typed)]);
      assert.equal(found.stdout.trim(), "hidden", found.stderr);
    }
  }));
