/** Drives the system's openssl in a folder of its own. */
import { join } from "node:path";

/** One openssl at work in `folder`. */
export class OpenSsl {
  private constructor(readonly folder: string) {}

  /** Runs `use` with a fresh folder, removed afterwards. */
  static async with(use: (openssl: OpenSsl) => Promise<void>): Promise<void> {
    const folder = await Deno.makeTempDir({ prefix: "p2p-openssl-" });
    try {
      await use(new OpenSsl(folder));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }

  /** Runs `openssl ARGS` in the folder; its stdout. Throws with stderr where it fails. */
  async run(...args: string[]): Promise<Uint8Array> {
    const { success, stdout, stderr } = await this.#output(args);
    if (!success) throw new Error(`openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    return stdout;
  }

  /** Whether `openssl ARGS` succeeds. */
  async succeeds(...args: string[]): Promise<boolean> {
    return (await this.#output(args)).success;
  }

  #output(args: string[]): Promise<Deno.CommandOutput> {
    return new Deno.Command("openssl", {
      args,
      cwd: this.folder,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  }

  write(name: string, content: Uint8Array | string): void {
    const path = join(this.folder, name);
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
  }

  read(name: string): Uint8Array<ArrayBuffer> {
    return Deno.readFileSync(join(this.folder, name));
  }
}
