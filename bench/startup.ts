/** Start-up: commands of each kind that have next to nothing to do, against an empty Deno script. Only the last two need the database. */
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
      const [small, medium] = [join(folder, "small.bin"), join(folder, "medium.bin")];
      await Deno.writeTextFile(empty, "");
      await Deno.writeFile(small, new Uint8Array(1000));
      await Deno.writeFile(medium, new Uint8Array(1 << 20));
      const keygen = await new Deno.Command(EXECUTABLE, {
        args: ["keygen", "--no-passphrase"],
        env: { P2P_HOME: folder },
        stderr: "null",
      }).output();
      const key = new TextDecoder().decode(keygen.stdout).trim();
      const [out, sealed] = [join(folder, "out"), join(folder, "sealed")];
      const [signature, symmetric] = [join(folder, "signature"), join(folder, "symmetric")];
      const into = ["--iv", "0".repeat(32), "-o", out, "--force"];
      await Deno.writeFile(symmetric, new Uint8Array(16).fill(7));
      await milliseconds(EXECUTABLE, ["sign", "-o", signature, small], folder);
      const commands: Record<string, string[]> = {
        "p2p --version": ["--version"],
        "p2p enc of 1 kB": ["enc", "-r", key, "-o", sealed, "--force", small],
        "p2p enc of 1 MiB": ["enc", "-r", key, "-o", join(folder, "medium"), "--force", medium],
        "p2p dec of 1 kB": ["dec", "-o", out, "--force", sealed],
        "p2p sign of 1 kB": ["sign", "-o", out, "--force", small],
        "p2p verify of 1 kB": ["verify", "-k", key, "-s", signature, small],
        "p2p sm3 of 1 kB": ["sm3", small],
        "p2p sm4 of 1 kB": [
          "sm4",
          "encrypt",
          "--mode",
          "ctr",
          "--key-file",
          symmetric,
          ...into,
          small,
        ],
        "p2p sm2 of 1 kB": ["sm2", "encrypt", "-k", key, "-o", out, "--force", small],
        "p2p pubkey": ["pubkey"],
        "p2p chat --help": ["chat", "--help"],
        "p2p history: opens the database": ["history"],
        "p2p contact list: opens the database": ["contact", "list"],
      };
      const [nothing, ...ours] = await inTurn(
        quick ? 5 : 31,
        () => milliseconds(Deno.execPath(), ["run", empty], folder),
        ...Object.values(commands).map((args) => () => milliseconds(EXECUTABLE, args, folder)),
      );
      return Object.keys(commands).map((what, i) =>
        costRow(what, "ms", ours[i]!, "empty Deno script", nothing)
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};
