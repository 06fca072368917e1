/**
 * The error types of p2p. Every failure that a user, a peer, a file or a picture can cause is one of these;
 * anything else that is thrown is a bug in p2p.
 *
 * Wording: "action: reason", lower case, no full stop ("read key: not a PEM file"), in the catalogue. The
 * edge (`commands/shared/run.ts`) puts "p2p: " in front and `hint` below, and ends with `exitCode`.
 */

import { type Code, type ParamsOf, text } from "./text/catalogue.ts";
import type { Text } from "./text/text.ts";

/** Exit codes of the executable; the contract for scripts. */
export const ExitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  authentication: 3,
  unreachable: 4,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = typeof ExitCode[keyof typeof ExitCode];

/** What an error may carry besides its code. */
export interface ErrorDetail {
  /** Advice for a person, printed below the error. */
  hint?: Text | undefined;
  /** The error that led to this one. */
  cause?: unknown;
}

/**
 * Base of all errors that p2p raises on purpose. It is a text of the catalogue (`lib/text/`): its code and
 * parameters say which; `kind` is the coarser name that programs are told, and `exitCode` what the program ends with.
 */
export abstract class P2PError<C extends Code = Code> extends Error implements Text {
  /** A stable name of the kind of error, for programs (`--json`). */
  abstract readonly kind: string;
  abstract readonly exitCode: ExitCode;
  readonly code: string;
  readonly params: Text["params"];
  readonly hint: Text | undefined;

  constructor(code: C, params: ParamsOf<C>, detail: ErrorDetail = {}) {
    super(
      `${code} ${JSON.stringify(params)}`,
      detail.cause === undefined ? undefined : { cause: detail.cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.params = params as Text["params"];
    this.hint = detail.hint;
  }
}

/** The command line is wrong. */
export class UsageError<C extends Code = Code> extends P2PError<C> {
  override readonly kind: string = "usage";
  override readonly exitCode = ExitCode.usage;
}

/** The work could not be done: I/O, a missing tool, a peer that refused. */
export class FailureError<C extends Code = Code> extends P2PError<C> {
  override readonly kind: string = "failure";
  override readonly exitCode: ExitCode = ExitCode.failure;
}

/** Input that is not what its format says: a file, a key, an encoding. */
export class FormatError<C extends Code = Code> extends FailureError<C> {
  override readonly kind: string = "format";
}

/** A public key, private key or curve point that must not be used (GB/T 32918.1 §6.2.1). */
export class InvalidKeyError<C extends Code = Code> extends FailureError<C> {
  override readonly kind: string = "invalid-key";
}

/** A size that exceeds a bound of ours. */
export class LimitError<C extends Code = Code> extends FailureError<C> {
  override readonly kind: string = "limit";
}

/**
 * Authentication failed: wrong key or passphrase, tampered or truncated data, bad signature, changed key, no
 * hidden message. Says no more than that on purpose.
 */
export class AuthenticationError<C extends Code = Code> extends P2PError<C> {
  override readonly kind: string = "authentication";
  override readonly exitCode = ExitCode.authentication;
}

/** The peer did not answer, or the connection was lost. */
export class UnreachableError<C extends Code = Code> extends P2PError<C> {
  override readonly kind: string = "unreachable";
  override readonly exitCode = ExitCode.unreachable;
}

/** The user ended what was being done: Ctrl-C, or an answer that means no. */
export class InterruptedError<C extends Code = Code> extends P2PError<C> {
  override readonly kind: string = "interrupted";
  override readonly exitCode = ExitCode.interrupted;
}

/** A protocol object was used wrongly by our own code. */
export class LocalProtocolError<C extends Code = Code> extends FailureError<C> {
  override readonly kind: string = "local-protocol";
}

/** The peer broke the protocol. */
export class RemoteProtocolError<C extends Code = Code> extends FailureError<C> {
  override readonly kind: string = "remote-protocol";
}

/** Something happened that nobody foresaw: a bug. It ends what was being done, and says what that was. */
export class InternalError extends FailureError<"internal"> {
  override readonly kind = "internal";

  constructor(doing: Text, cause: unknown) {
    super("internal", { doing, reason: reasonText(cause) }, { cause });
  }
}

/** What the system calls an error of its own → what we call it. */
const SYSTEM_ERRORS = {
  EACCES: "system.permission",
  EBADF: "system.no-access",
  EPERM: "system.permission",
  EADDRINUSE: "system.address-in-use",
  EADDRNOTAVAIL: "system.address-not-here",
  ECONNREFUSED: "system.refused",
  EDQUOT: "system.quota",
  EEXIST: "system.exists",
  EFBIG: "system.file-too-large",
  EHOSTUNREACH: "system.host-unreachable",
  EIO: "system.io",
  EISDIR: "system.is-folder",
  ELOOP: "system.links",
  EMFILE: "system.open-files",
  ENFILE: "system.open-files",
  EMSGSIZE: "system.message-size",
  ENAMETOOLONG: "system.name-too-long",
  ENETUNREACH: "system.network-unreachable",
  ENOENT: "system.not-found",
  ENOSPC: "system.no-space",
  ENOTDIR: "system.not-folder",
  ENOTEMPTY: "system.not-empty",
  EPIPE: "system.pipe",
  EROFS: "system.read-only",
} as const satisfies Record<string, Code>;

/** The system's name of an error ("ENOENT"); undefined where it is none of the system's. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/**
 * The reason that anything thrown gives, as a text for a parameter called `reason`: of our errors themselves, of the
 * system's their plain meaning, of anything else what it says of itself.
 */
export function reasonText(error: unknown): Text {
  if (error instanceof P2PError) return error;
  const system = systemCode(error);
  if (system !== undefined && Object.hasOwn(SYSTEM_ERRORS, system)) {
    return text(SYSTEM_ERRORS[system as keyof typeof SYSTEM_ERRORS]);
  }
  if (error instanceof Error && error.name === "NotCapable") return text("system.out-of-reach");
  return text("system.other", { message: reasonOf(error) });
}

/** Like `reasonText`, of what was to be read as a file: what is not there is no file then, whatever else it might be. */
export function readingReason(error: unknown): Text {
  return systemCode(error) === "ENOENT" ? text("input.no-file") : reasonText(error);
}

/** The text of anything thrown, for a message of ours. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
