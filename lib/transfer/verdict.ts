/**
 * What a side says of an offer, an entry or a root of it: a number on the wire, a text of the catalogue for people
 * (docs/protocol.md, "Transfer streams"). Programs of version 0.1 wrote words beside the number; theirs are shown as theirs.
 */
import { type ErrorDetail, FailureError, FormatError, P2PError } from "../errors.ts";
import { type Code, text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";

/** The codes of answer, abandon, result and root result. */
export const TransferCode = {
  ok: 0,
  /** The person (or `--accept`) said no. */
  declined: 1,
  /** The name is unsafe. */
  name: 2,
  /** It could not be written, or read at the source. */
  storage: 3,
  /** The source changed while it was sent. */
  changed: 4,
  /** More than this side takes. */
  limit: 5,
  /** No space is left; nothing more of this transfer can arrive. */
  full: 6,
  /** Files are taken from contacts only. */
  contactsOnly: 7,
  /** Nobody is there to be asked. */
  nobodyToAsk: 8,
  /** This program takes no files. */
  takesNone: 9,
  /** No permission, at the source or in the target folder. */
  permission: 10,
  /** The target folder is gone. */
  targetGone: 11,
  /** Nothing is there at the source any more. */
  sourceGone: 12,
  /** Something else was put in the place of a file or folder. */
  replaced: 13,
  /** Another transfer or program has it, and goes on. */
  busy: 14,
  /** This side would have to remember more than it gives to one peer. */
  memory: 15,
  /** It is no file or folder any more. */
  special: 16,
  /** Too many files are open. */
  openFiles: 17,
  /** The file system is read-only. */
  readOnly: 18,
  /** The device reports an error. */
  device: 19,
  /** The file system takes no file that large. */
  fileTooLarge: 20,
  /** The file system takes no name that long. */
  nameTooLong: 21,
  /** No file of the root came. */
  nothingCame: 22,
  /** All of it is there already, from an attempt before. */
  already: 23,
  /** Its author took it back while it was sent. */
  cancelled: 24,
} as const;

/** A code, and the words that a program of version 0.1 wrote with it (else none). */
export interface Verdict {
  readonly code: number;
  readonly reason: string;
}

/** The verdict of `code` as this program says it: without words. */
export function verdict(code: number): Verdict {
  return { code, reason: "" };
}

const TEXTS: ReadonlyMap<number, Code> = new Map([
  [TransferCode.declined, "transfer.declined"],
  [TransferCode.name, "transfer.unsafe-name"],
  [TransferCode.storage, "transfer.storage"],
  [TransferCode.changed, "transfer.changed"],
  [TransferCode.limit, "transfer.limit"],
  [TransferCode.full, "system.no-space"],
  [TransferCode.contactsOnly, "transfer.contacts-only"],
  [TransferCode.nobodyToAsk, "transfer.nobody-to-ask"],
  [TransferCode.takesNone, "transfer.takes-none"],
  [TransferCode.permission, "system.permission"],
  [TransferCode.targetGone, "transfer.target-gone"],
  [TransferCode.sourceGone, "system.not-found"],
  [TransferCode.replaced, "transfer.replaced"],
  [TransferCode.busy, "transfer.busy"],
  [TransferCode.memory, "transfer.memory"],
  [TransferCode.special, "transfer.special"],
  [TransferCode.openFiles, "system.open-files"],
  [TransferCode.readOnly, "system.read-only"],
  [TransferCode.device, "system.io"],
  [TransferCode.fileTooLarge, "system.file-too-large"],
  [TransferCode.nameTooLong, "system.name-too-long"],
  [TransferCode.nothingCame, "transfer.nothing-came"],
  [TransferCode.already, "transfer.already"],
  [TransferCode.cancelled, "transfer.cancelled"],
]);

/** What the other side's verdict says to a person. */
export function verdictText({ code, reason }: Verdict): Text {
  if (reason !== "") return text("transfer.peer-words", { words: reason });
  const known = TEXTS.get(code);
  return known === undefined
    ? text("transfer.unknown-code", { number: code })
    : { code: known, params: {} };
}

/** The codes that say what was being done to a file or folder that failed. */
type TransferDoing = "transfer.receive" | "transfer.read";

/** Something about one file or folder that the other side is told the code of. */
export class VerdictError extends FailureError<TransferDoing> {
  override readonly kind: string;
  readonly verdict: number;

  /**
   * @param reason what a person here reads; the usual text of `verdict` where it is left out
   */
  constructor(
    verdict: number,
    doing: TransferDoing,
    path: string,
    reason: Text = verdictText({ code: verdict, reason: "" }),
    detail: ErrorDetail = {},
  ) {
    super(doing, { path, reason }, detail);
    this.verdict = verdict;
    this.kind = verdict === TransferCode.full ? "no-space" : "failure";
  }
}

/** The code for something thrown by a target or a source; throws what is none of our errors. */
export function codeOf(error: unknown): number {
  if (!(error instanceof P2PError)) throw error;
  if (error instanceof VerdictError) return error.verdict;
  return error instanceof FormatError ? TransferCode.name : TransferCode.storage;
}

/** What an error says went wrong, without what was being done: whoever reports it knows that. */
export function bareText(error: Text): Text {
  const { reason } = error.params;
  return typeof reason === "object" && "code" in reason ? reason : error;
}

/** How something went wrong, for the one side as for the other. */
export interface Failure {
  readonly path: string;
  readonly code: number;
  readonly reason: Text;
}

/** Most failures of one transfer that are told one by one; the others are counted. */
const MOST_TOLD = 100;

/** What went wrong in one transfer: the first in full, and how many in all. A peer cannot fill the memory with them. */
export class Failures {
  readonly list: Failure[] = [];
  count = 0;

  add(failure: Failure): void {
    this.count++;
    if (this.list.length < MOST_TOLD) this.list.push(failure);
  }
}
