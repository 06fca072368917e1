/** Start-up: `p2p --version` and a small `enc` against an empty Deno script. */
import { join } from "node:path";
import { type Bench, costRow, inTurn, type Row, runProgram } from "./harness.ts";

const EXECUTABLE = new URL("../dist/p2p", import.meta.url).pathname;

async function milliseconds(program: string, args: string[], home: string): Promise<number> {
  return 1000 * (await runProgram(program, args, { env: { P2P_HOME: home } })).wallSeconds;
}

export const bench: Bench = {
  name: "start-up",
  async run({ quick }): Promise<Row[]> {
    const folder = await Deno.makeTempDir({ prefix: "p2p-bench-" });
    try {
      const empty = join(folder, "empty.js");
      const small = join(folder, "small.bin");
      await Deno.writeTextFile(empty, "");
      await Deno.writeFile(small, new Uint8Array(1000));
      const keygen = await new Deno.Command(EXECUTABLE, {
        args: ["keygen", "--no-passphrase"],
        env: { P2P_HOME: folder },
        stderr: "null",
      }).output();
      const key = new TextDecoder().decode(keygen.stdout).trim();
      const encrypt = ["enc", "-r", key, "-o", join(folder, "out"), "--force", small];
      const [version, nothing, enc] = await inTurn(
        quick ? 5 : 15,
        () => milliseconds(EXECUTABLE, ["--version"], folder),
        () => milliseconds(Deno.execPath(), ["run", empty], folder),
        () => milliseconds(EXECUTABLE, encrypt, folder),
      );
      const peer = "empty Deno script";
      return [
        costRow("p2p --version", "ms", version!, peer, nothing),
        costRow("p2p enc of 1 kB", "ms", enc!, peer, nothing),
      ];
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};
