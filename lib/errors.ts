/**
 * The error types of p2p. Every failure that a user, a peer, a file or a picture can cause is one of these;
 * anything else that is thrown is a bug in p2p.
 *
 * Wording: "action: reason", lower case, no full stop ("read key: not a PEM file"). `main.ts` puts "p2p: " in
 * front, prints `hint` on a second line, and ends with `exitCode` (the contract for scripts).
 */

/** Exit codes of the executable; the contract for scripts. */
export const ExitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  authentication: 3,
  unreachable: 4,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = typeof ExitCode[keyof typeof ExitCode];

/** What an error may carry besides its message. */
export interface ErrorDetail {
  /** One line of advice for a person, printed below the error. */
  hint?: string;
  /** The error that led to this one. */
  cause?: unknown;
}

/** Base of all errors that p2p raises on purpose. */
export abstract class P2PError extends Error {
  /** A stable name for programs (`--json`). */
  abstract readonly code: string;
  abstract readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.hint = detail.hint;
  }
}

/** The command line is wrong. */
export class UsageError extends P2PError {
  override readonly code: string = "usage";
  override readonly exitCode = ExitCode.usage;
}

/** The work could not be done: I/O, a missing tool, a peer that refused. */
export class FailureError extends P2PError {
  override readonly code: string = "failure";
  override readonly exitCode: ExitCode = ExitCode.failure;
}

/** Input that is not what its format says: a file, a key, an encoding. */
export class FormatError extends FailureError {
  override readonly code: string = "format";
}

/** A public key, private key or curve point that must not be used (GB/T 32918.1 §6.2.1). */
export class InvalidKeyError extends FailureError {
  override readonly code: string = "invalid-key";
}

/** A size that exceeds a bound of ours. */
export class LimitError extends FailureError {
  override readonly code: string = "limit";
}

/**
 * Authentication failed: wrong key or passphrase, tampered or truncated data, bad signature, changed key, no
 * hidden message. Says no more than that on purpose.
 */
export class AuthenticationError extends P2PError {
  override readonly code: string = "authentication";
  override readonly exitCode = ExitCode.authentication;
}

/** The peer did not answer, or the connection was lost. */
export class UnreachableError extends P2PError {
  override readonly code: string = "unreachable";
  override readonly exitCode = ExitCode.unreachable;
}

/** The user ended the program: SIGINT (130) or SIGTERM (143). */
export class InterruptedError extends P2PError {
  override readonly code: string = "interrupted";
  override readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = ExitCode.interrupted) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A protocol object was used wrongly by our own code. */
export class LocalProtocolError extends FailureError {
  override readonly code: string = "local-protocol";
}

/** The peer broke the protocol. */
export class RemoteProtocolError extends FailureError {
  override readonly code: string = "remote-protocol";
}

/** The text of anything thrown, for a message of ours. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why the runtime keeps a program from a file that is not allowed everything (its NotCapable). */
export const OUT_OF_REACH = "files below /dev, /proc and /sys are out of this program's reach";
