/** Permissions of open files, set on the file itself: what stands at its path by then may be something else. */
import { setModeOf } from "../system/files.ts";
import { TransferCode, VerdictError } from "../transfer/verdict.ts";
import { isAt } from "./look.ts";

/** Gives the open `file`, which was opened at `path`, the permissions `mode`. */
export function setMode(file: Deno.FsFile, path: string, mode: number): void {
  if (Deno.build.os === "windows") return;
  const info = file.statSync();
  if (((info.mode ?? 0) & 0o777) === mode || setModeOf(path, info, mode)) return;
  if (!isAt(file, path)) throw new VerdictError(TransferCode.replaced, "transfer.receive", path);
  Deno.chmodSync(path, mode);
}
