/** Which p2p this is, and what runs it. */
import { kernel } from "../crypto/kernel/kernel.ts";
import { type Runtime, runtime } from "../system/machine.ts";
import { text } from "../text/catalogue.ts";
import { type Judgement, ok } from "./finding.ts";

/** Names the versions. */
export function judgeVersion(version: string, { deno, v8, target }: Runtime, kernel: string) {
  return ok(text("doctor.version", { version, deno, v8, target, kernel }));
}

/** @param version of p2p */
export function checkVersion(version: string): Judgement {
  return judgeVersion(version, runtime(), kernel().name);
}
