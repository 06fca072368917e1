/** What the page knows, as types; and which screens and windows there are. */
import type { ApiEvent, PeerJson } from "../lib/api/event-types.ts";

/** The screens: nothing is known yet, there is no session, locked, no identity, its passphrase is asked, the page. */
export const STAGES = ["start", "outside", "idle", "none", "locked", "open"] as const;

/** Which screen there is. */
export type Stage = (typeof STAGES)[number];

/** The windows over the page that are about nobody, and those about one person or group. */
export const GENERAL_WINDOWS = ["add", "group", "outbox", "settings"] as const;
export const WINDOWS_OF_ONE = ["person", "members", "hide"] as const;

/** The window that is open. */
export type Dialog =
  | { readonly kind: (typeof GENERAL_WINDOWS)[number] }
  | { readonly kind: (typeof WINDOWS_OF_ONE)[number]; readonly of: string };

/** A message as the page shows it. */
export interface Message {
  readonly id: string;
  /** The id that its command gave it, where it has another by now. */
  readonly given?: string | undefined;
  /** "me", or the author's key. */
  readonly from: string;
  readonly kind: "text" | "file" | "voice";
  readonly text: string;
  readonly bytes?: number | undefined;
  readonly seconds?: number | undefined;
  /** Milliseconds since 1970. */
  readonly time: number;
  state: string;
  /** Members who have it, of a group. */
  delivered?: number;
  readonly cursor?: string | undefined;
  /** Whether its bytes are on the disk of the program. */
  readonly stored: boolean;
}

/** A conversation in the list. */
export interface Talk {
  /** p2p1… text, or "@" and a group's id: what commands call it, whatever its name is now. */
  readonly id: string;
  readonly peer?: PeerJson | undefined;
  /** What a group is called. */
  group?: string | undefined;
  latest: number;
  last?: Message | undefined;
  unread: number;
}

/** The messages of a conversation that are loaded. */
export interface Loaded {
  messages: Message[];
  /** Whether the latest page of the history is among them; single ones may have been told before. */
  begun: boolean;
  before?: string | undefined;
  loading: boolean;
  /** Whether there may be news since what is being loaded was asked for. */
  stale: boolean;
}

/** A transfer that is under way. */
export interface Transfer {
  readonly id: string;
  readonly talk: string;
  readonly direction: "in" | "out";
  readonly what: "files" | "voice";
  readonly name: string;
  readonly began: number;
  readonly from: number;
  bytes: number;
  total: number;
}

/** A question of the program's, as it was told. */
export type Asked = Omit<Extract<ApiEvent, { type: "question" }>, "type">;

/** A line at the edge of the page. */
export interface Notice {
  readonly id: number;
  readonly level: "info" | "warning" | "error";
  readonly words: string;
}

/** A file on its way to the program. */
export interface Upload {
  /** No other has it; names may be the same. */
  readonly number: number;
  readonly to: string;
  readonly name: string;
  readonly size: number;
  done: number;
  /** What was there when it began, and when that was. */
  from: number;
  began: number;
  state: "waiting" | "running" | "failed";
  readonly stop: AbortController;
  id?: string;
}
