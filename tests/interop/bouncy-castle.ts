/** Drives Bouncy Castle (Debian libbcprov-java, libbcpkix-java) through small programs of ours in `peers/`. */
import assert from "node:assert/strict";
import { type Bytes, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { hasProgram } from "../support/requires.ts";

const JARS = ["bcprov", "bcpkix", "bcutil"].map((name) => `/usr/share/java/${name}.jar`);

/** A JVM that answers questions. All are written first and the answers read when it ends. */
export class BouncyCastle {
  readonly #peer: string;
  readonly #questions: string[] = [];
  #answers: string[] = [];

  /** @param program the file in `peers/` */
  constructor(program: string) {
    this.#peer = new URL(`peers/${program}.java`, import.meta.url).pathname;
  }

  /** Notes a question; the function gives the answer once `run` is done. */
  ask(operation: string, option: string, ...values: Uint8Array[]): () => Bytes {
    const words = values.map((value) => value.length === 0 ? "-" : hex(value));
    const index = this.#questions.push([operation, option, ...words].join(" ")) - 1;
    return () => {
      const [verdict, digits = ""] = this.#answers[index]!.split(" ");
      if (verdict !== "ok") throw new Error(`${operation}: ${this.#answers[index]}`);
      return fromHex(digits);
    };
  }

  async run(): Promise<void> {
    const classes = JARS.join(":");
    const child = new Deno.Command("java", {
      args: ["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", classes, this.#peer],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(utf8(this.#questions.join("\n") + "\n"));
    await writer.close();
    const { success, stdout, stderr } = await child.output();
    if (!success) throw new Error(`java: ${new TextDecoder().decode(stderr)}`);
    this.#answers = new TextDecoder().decode(stdout).trim().split("\n");
    assert.equal(this.#answers.length, this.#questions.length);
  }
}

/** Whether it can be had on this machine. */
export function hasBouncyCastle(): boolean {
  try {
    return hasProgram("java") && JARS.every((jar) => Deno.statSync(jar).isFile);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
