/**
 * What the application of conversations tells: one union of events, whoever looks. A face (terminal, plain lines, JSON,
 * a page) takes them and words or paints them; it decides nothing. Texts of peers in them are as they came.
 */
import { FailureError, InternalError, P2PError, reasonText, systemCode } from "../errors.ts";
import type { Address } from "../net/address.ts";
import type { CloseInfo } from "../net/close.ts";
import type { Text } from "../text/text.ts";
import type { GroupName, Person } from "./person.ts";

/** What is sent or received besides messages. */
export type Cargo = "files" | "voice";

/** A name of the caller's for a command, which comes back on whatever it causes. */
export interface Referable {
  readonly ref?: unknown;
}

/** Something that happened. */
export type TalkEvent =
  /** The socket is bound. */
  | {
    readonly type: "listening";
    readonly address: Address;
    /** IPv6 peers are reached too. */
    readonly dual: boolean;
    /** Where others reach it, as far as this machine knows: the likeliest first. */
    readonly reachedAt: readonly Address[];
    /** Our own. */
    readonly fingerprint: string;
    /** Where the history ends now; undefined where nothing is kept. */
    readonly cursor: string | undefined;
    /** Our own, as p2p1… text. */
    readonly key: string;
  }
  /** A key that was not known answered or called; it is recorded. */
  | {
    readonly type: "first-contact";
    readonly peer: Person;
    readonly where: string;
    /** Its key was met before, at another place. */
    readonly met: boolean;
  }
  /** Another key than the known one answered: it is refused. */
  | {
    readonly type: "key-changed";
    readonly where: string;
    readonly name: string | undefined;
    readonly known: string | undefined;
    readonly presented: string | undefined;
  }
  | {
    readonly type: "connected";
    readonly peer: Person;
    readonly address: string;
    /** Another conversation with the same person is there already. */
    readonly beside: boolean;
  }
  /** A message of a peer's. It is acknowledged when the face has taken this event. */
  | {
    readonly type: "message";
    readonly peer: Person;
    readonly id: string;
    readonly time: number;
    /** A text; of files or a voice note on their way in a group, their name. */
    readonly text: string;
    /** How far the peer's clock is off, where that is worth a word: milliseconds, more than 0 when it is ahead. */
    readonly clockAhead?: number | undefined;
    /** Where it was written to a group. */
    readonly group?: GroupName;
    readonly what?: "message" | Cargo;
    /** Whether it is in the history. */
    readonly stored?: boolean;
  }
  /** Something of ours is on its way. */
  | Sent
  /** The peer's program has a message, files or a voice note of ours. */
  | Delivered
  /** Something of ours cannot be delivered now: it is kept, and goes out as soon as the peer is there. */
  | Undelivered & { readonly type: "waiting" }
  /** Something of ours never will be delivered. */
  | Undelivered & { readonly type: "failed" }
  /** Somebody is in a group now, or no more; `self` where that is us, `mine` where we did it, in any program of ours. */
  | {
    readonly type: "membership";
    readonly group: GroupName;
    readonly change: "added" | "removed" | "left";
    readonly peer: Person;
    readonly by: Person | undefined;
    readonly self: boolean;
    readonly mine: boolean;
  }
  | Question
  /** The question needs no answer any more. */
  | { readonly type: "question-over"; readonly id: string }
  /** A file or folder has come. */
  | {
    readonly type: "received";
    readonly peer: Person;
    /** Where they were sent to a group. */
    readonly group?: GroupName;
    readonly path: string;
    readonly folder: boolean;
    readonly files: number;
    readonly bytes: number;
  }
  /** One file that has come, or (from `sendFiles`) that the peer has; with its SM3, null where it cannot be read. */
  | {
    readonly type: "file";
    readonly peer: Person;
    readonly name: string;
    readonly path: string;
    readonly size: number;
    readonly sm3: string | null;
  }
  | {
    readonly type: "voice";
    readonly peer: Person;
    /** Where it was sent to a group. */
    readonly group?: GroupName;
    readonly path: string;
    readonly seconds: number;
    /** "▁▂▆█▇▃▁", where the sound could be looked into. */
    readonly waveform: string | undefined;
  }
  | ProgressEvent
  | { readonly type: "progress-over"; readonly id: string }
  /** The peer has not answered for some seconds, or it does again. */
  | { readonly type: "silent" | "answering"; readonly peer: Person }
  /** A contact is heard on the LAN at an address that is new; a place to try, not trust. */
  | { readonly type: "present"; readonly peer: Person; readonly address: string }
  /** A contact that was heard is not there any more. */
  | { readonly type: "absent"; readonly peer: Person }
  /** To whom a typed line goes now; undefined for nobody. */
  | { readonly type: "addressee"; readonly peer: Person | undefined }
  /** Something worth a line to a person: advice, what was skipped. */
  | { readonly type: "notice"; readonly text: Text; readonly level: "info" | "hint" | "warning" }
  | {
    readonly type: "disconnected";
    readonly peer: Person;
    readonly info: CloseInfo;
    /** Another conversation with the same person is still there. */
    readonly beside: boolean;
  }
  /** Something went wrong that does not end the program. */
  | {
    readonly type: "error";
    readonly error: P2PError;
    readonly peer?: Person | undefined;
    readonly ref?: unknown;
  };

/** See `TalkEvent`. */
export interface Undelivered extends Referable {
  readonly peer: Person;
  readonly id: string;
  readonly what: "message" | Cargo;
  /** What was to be sent, cut where it is long; the names of files. */
  readonly text: string;
  readonly error: P2PError;
  /** Where it was written to a group: `peer` is the member who does not get it. */
  readonly group?: GroupName;
}

/** See `TalkEvent`. */
export interface Sent extends Referable {
  readonly type: "sent";
  readonly peer: Person;
  readonly id: string;
  readonly what: "message" | Cargo;
  readonly time: number;
  readonly text: string;
}

/** See `TalkEvent`. */
export interface Delivered extends Referable {
  readonly type: "delivered";
  readonly peer: Person;
  readonly id: string;
  readonly what: "message" | Cargo;
  /** Whether the peer keeps it; it was shown in any case. */
  readonly stored: boolean;
  /** Where it was written to a group: `peer` is the member who has it. */
  readonly group?: GroupName;
  /** Of files and voice notes. */
  readonly name?: string;
  readonly bytes?: number;
  /** Bytes that were there from an attempt before. */
  readonly resumed?: number;
}

/** Whether to take what a peer offers; `Talk.answer` answers it. One at a time for each peer. */
export interface Question {
  readonly type: "question";
  readonly id: string;
  readonly peer: Person;
  readonly what: Cargo | "group";
  /** Of the first file or folder; of a group to which the peer invites. */
  readonly name: string;
  /** Whether there is more than that one root. */
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  /** Of a voice note. */
  readonly seconds: number;
}

/** How far a transfer is. */
export interface ProgressEvent {
  readonly type: "progress";
  readonly id: string;
  readonly peer: Person;
  readonly direction: "in" | "out";
  readonly what: Cargo;
  readonly name: string;
  readonly bytes: number;
  readonly total: number;
  readonly resumed: number;
}

/**
 * Shows an event. The promise, where there is one, resolves when it has really been shown or written, and rejects when
 * that cannot be: a message is then not acknowledged.
 */
export type Show = (event: TalkEvent) => Promise<void> | void;

/** Tells an event without waiting until it is shown. That it cannot be ends the application (`Talk.broken`). */
export type Tell = (event: TalkEvent) => void;

/** Anything thrown while `doing` something, as an error that can be told. What nobody foresaw is an internal error. */
export function problemOf(doing: Text, error: unknown): P2PError {
  if (error instanceof P2PError) return error;
  if (systemCode(error) === undefined) return new InternalError(doing, error);
  return new FailureError("talk.problem", { doing, reason: reasonText(error) }, { cause: error });
}
