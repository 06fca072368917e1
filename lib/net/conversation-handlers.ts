/** What a program does about what a peer begins in a conversation, and what a conversation needs of its node. */
import type { P2PError } from "../errors.ts";
import type { Budget } from "../transfer/budget.ts";
import type { Message } from "../transfer/messages.ts";
import type { Offer } from "../transfer/offers.ts";
import type { StreamKind } from "../transfer/preface.ts";
import type { ByteStream } from "../transfer/stream.ts";
import type { IncomingTarget, ReceivedRoot, ReceiveReport } from "../transfer/target.ts";
import type { Verdict } from "../transfer/verdict.ts";

/** A transfer that a peer has begun. */
export interface IncomingTransfer {
  /** Names it in progress reports. */
  readonly id: string;
  /** The same for every attempt of the peer's at it; undefined from programs of version 0.1. */
  readonly lasting: string | undefined;
  readonly offer: Offer;
  /** Gives it up. */
  readonly cancel: (code?: number) => void;
}

/**
 * What a program does about what a peer begins. All optional: without a handler messages are refused, files declined.
 * A handler that throws ends the stream it was called for, never the program.
 */
export interface ConversationHandlers {
  /**
   * The message is acknowledged when this is done, and not where it throws. Answers false where it was shown but is stored
   * nowhere.
   */
  message?(message: Message): Promise<boolean | void> | boolean | void;
  /** A stream of another kind, to its end. */
  stream?(kind: StreamKind, stream: ByteStream): Promise<void>;
  offer?(transfer: IncomingTransfer): Promise<IncomingTarget | Verdict>;
  progress?(transfer: IncomingTransfer, bytes: number, resumed: number): void;
  /** A root has come; its sender hears of it when this is done. */
  received?(transfer: IncomingTransfer, root: ReceivedRoot): Promise<void> | void;
  /** A stream of the peer's came to an end that is our fault: a bug, told as an internal error. */
  failed?(error: P2PError): void;
  /** Whether the SM3 of each received file is wanted. */
  readonly digests?: boolean;
  /** The peer has not answered for some seconds; or it does again. */
  silence?(silent: boolean): void;
  /** A transfer is over: how it went, or why it broke off. */
  ended?(transfer: IncomingTransfer, outcome: ReceiveReport | P2PError): void;
}

/** What a conversation needs of its node. */
export interface ConversationHost {
  wake(): void;
  time(): number;
  newId(): string;
  /** What all transfers may keep in memory. */
  readonly memory: Budget;
}
