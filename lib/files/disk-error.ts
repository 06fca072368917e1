/** What goes wrong on a disk while files come or go, as the codes that the other side is told (it is told no path). */
import { FormatError, reasonText, systemCode } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { TransferCode, VerdictError } from "../transfer/verdict.ts";

const CODES: ReadonlyMap<string | undefined, number> = new Map([
  ["ENOSPC", TransferCode.full],
  ["EDQUOT", TransferCode.full],
  ["EACCES", TransferCode.permission],
  ["EPERM", TransferCode.permission],
  ["EMFILE", TransferCode.openFiles],
  ["ENFILE", TransferCode.openFiles],
  ["EROFS", TransferCode.readOnly],
  ["EIO", TransferCode.device],
  ["EFBIG", TransferCode.fileTooLarge],
  ["ENAMETOOLONG", TransferCode.nameTooLong],
]);

/** Errors of each system that the runtime has no name for, by their numbers there: it gives them as "(os error N)". */
const NUMBERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  linux: { 27: "EFBIG", 122: "EDQUOT" },
  darwin: { 27: "EFBIG", 69: "EDQUOT" },
  windows: { 39: "ENOSPC", 112: "ENOSPC", 223: "EFBIG" },
};

/** The system's name of what went wrong on a disk; undefined where it is no error of the system. */
export function diskCode(error: unknown): string | undefined {
  const known = systemCode(error);
  if (known !== undefined || !(error instanceof Error)) return known;
  const number = /\(os error (\d+)\)/.exec(error.message)?.[1];
  return number === undefined ? undefined : NUMBERS[Deno.build.os]?.[number];
}

/** What went wrong on a disk, for a person. */
export function diskReason(error: unknown): Text {
  switch (diskCode(error)) {
    case "EFBIG":
      return text("system.file-too-large");
    case "EDQUOT":
      return text("system.quota");
    case "ENOSPC":
      return text("system.no-space");
    default:
      return reasonText(error);
  }
}

/** The error for something that went wrong while `path` was received. What is no error of a system or ours stays. */
export function incomingError(path: string, cause: unknown): unknown {
  if (cause instanceof VerdictError || cause instanceof FormatError) return cause;
  if (cause instanceof Deno.errors.NotFound) {
    return new VerdictError(TransferCode.targetGone, "transfer.receive", path, undefined, {
      cause,
    });
  }
  return diskError("transfer.receive", path, cause);
}

/** The error for something that went wrong while `path` was read, to be sent. */
export function outgoingError(path: string, cause: unknown): unknown {
  if (cause instanceof VerdictError) return cause;
  if (cause instanceof Deno.errors.NotFound) {
    return new VerdictError(TransferCode.sourceGone, "transfer.read", path, undefined, { cause });
  }
  return diskError("transfer.read", path, cause);
}

function diskError(
  doing: "transfer.receive" | "transfer.read",
  path: string,
  cause: unknown,
): VerdictError {
  const code = CODES.get(diskCode(cause)) ?? TransferCode.storage;
  return new VerdictError(code, doing, path, diskReason(cause), { cause });
}
