/**
 * The events that programs and the page are told, as JSON objects (docs/json.md; docs/json.schema.json says the same to a
 * validator). Types alone: a page may import them. Texts of peers in them are as they came.
 */

/** Somebody. */
export interface PeerJson {
  /** p2p1… text. */
  readonly key: string;
  readonly fingerprint: string;
  /** The contact's name, where there is one. */
  readonly name?: string;
}

/** A group by its name here, without the mark. */
export interface GroupJson {
  /** 64 hex digits. */
  readonly id: string;
  readonly name?: string | undefined;
}

/** Why: a code of the catalogue, and what is put into its words. */
export interface ReasonJson {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What was sent. */
export type WhatJson = "message" | "files" | "voice";

/** The caller's name for the command that caused the event. */
export interface CausedJson {
  readonly ref?: unknown;
}

/** Where something was said: to a person, or to a group. */
export interface PlaceJson {
  readonly peer?: PeerJson;
  readonly group?: GroupJson;
}

/** What can be wrong. `code` is the kind of error, `reason` says which; `message` is English. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly reason: ReasonJson;
}

/** An event on one line. */
export type ApiEvent =
  | {
    readonly type: "listening";
    readonly address: string;
    readonly port: number;
    /** Where the history ends now; absent where nothing is kept. */
    readonly cursor?: string;
  }
  | {
    readonly type: "connected";
    readonly peer: PeerJson;
    readonly address: string;
    readonly verified: boolean;
  }
  | { readonly type: "disconnected"; readonly peer: PeerJson; readonly reason: string }
  | {
    readonly type: "first-contact";
    readonly peer: PeerJson;
    readonly where: string;
    readonly met: boolean;
  }
  | {
    readonly type: "key-changed";
    readonly where: string;
    readonly name?: string;
    /** Fingerprints. */
    readonly known?: string;
    readonly presented?: string;
  }
  | {
    readonly type: "message";
    readonly peer: PeerJson;
    readonly id: string;
    /** When its author says it was written: milliseconds since 1970. */
    readonly time: number;
    readonly text: string;
    readonly group?: GroupJson;
    readonly what?: WhatJson;
    readonly clockAhead?: number;
    /** Of a group's files that are here by now; only after `resume`. `paths`: of all, where several came together. */
    readonly path?: string;
    readonly paths?: readonly string[];
    /** Where the history is with it; only after `resume`. */
    readonly cursor?: string;
    /** Ours, written by whichever program; only after a `resume` that asks for them. */
    readonly own?: true;
    /** Of ours to a group: the `id` that its command gave, or what was made of its `once`. */
    readonly given?: string;
  }
  /** Files, a folder or a voice note that is here whole. */
  | {
    readonly type: "received";
    readonly peer: PeerJson;
    readonly group?: GroupJson;
    readonly what: "files" | "voice";
    readonly name: string;
    readonly path?: string;
    readonly bytes?: number;
    readonly seconds?: number;
    /** With a cursor alone. `paths`: of all, where several came together. */
    readonly paths?: readonly string[];
    readonly id?: string;
    readonly time?: number;
    readonly cursor?: string;
  }
  | {
    readonly type: "file";
    readonly peer: PeerJson;
    readonly name: string;
    readonly path: string;
    readonly size: number;
    readonly sm3: string | null;
  }
  | {
    readonly type: "voice";
    readonly peer: PeerJson;
    readonly group?: GroupJson;
    readonly path: string;
    readonly seconds: number;
  }
  | PlaceJson & CausedJson & {
    readonly type: "sent";
    readonly id: string;
    readonly what: WhatJson;
    readonly time: number;
    readonly text: string;
  }
  | CausedJson & {
    readonly type: "delivered";
    readonly id: string;
    readonly peer: PeerJson;
    readonly group?: GroupJson;
    readonly what: WhatJson;
    readonly stored: boolean;
  }
  | CausedJson & {
    readonly type: "waiting";
    readonly id: string;
    readonly peer: PeerJson;
    readonly group?: GroupJson;
    readonly what: WhatJson;
    readonly reason: ReasonJson;
  }
  | CausedJson & {
    readonly type: "failed";
    readonly id: string;
    readonly peer: PeerJson;
    readonly group?: GroupJson;
    readonly what: WhatJson;
  }
  | PlaceJson & CausedJson & ErrorJson & { readonly type: "error"; readonly id?: string }
  | {
    readonly type: "progress";
    readonly id: string;
    readonly peer: PeerJson;
    readonly direction: "in" | "out";
    readonly what: "files" | "voice";
    readonly name: string;
    readonly bytes: number;
    readonly total: number;
  }
  | { readonly type: "progress-over"; readonly id: string }
  | {
    readonly type: "question";
    readonly id: string;
    readonly peer: PeerJson;
    readonly what: "files" | "voice" | "group";
    readonly name: string;
    readonly files: number;
    readonly folders: number;
    readonly bytes: number;
    readonly seconds: number;
  }
  | { readonly type: "question-over"; readonly id: string }
  | {
    readonly type: "group";
    readonly group: GroupJson;
    readonly change: "added" | "removed" | "left";
    readonly peer: PeerJson;
    readonly by?: PeerJson;
  }
  | { readonly type: "silent" | "answering" | "absent"; readonly peer: PeerJson }
  | { readonly type: "present"; readonly peer: PeerJson; readonly address: string }
  /** What is remembered is another now: a command of another window changed it, or another program of the identity. */
  | { readonly type: "changed" }
  /** Something worth a line to a person; `message` is English. */
  | {
    readonly type: "notice";
    readonly level: "info" | "warning";
    readonly message: string;
    readonly reason: ReasonJson;
  }
  /** A pairing that a command began waits for whoever is told the code. */
  | CausedJson & {
    readonly type: "code";
    readonly code: string;
    readonly address: string;
    readonly port: number;
  }
  /** What a command answers; its further fields are those of `Results`. */
  | CausedJson & ResultJson;

/** A contact. */
export interface ContactJson extends PeerJson {
  readonly name: string;
  readonly address?: string;
  /** When the safety number was compared, and when the contact was made (ISO 8601). */
  readonly verified?: string;
  readonly added: string;
  readonly blocked?: boolean;
}

/** A message of the history. */
export interface HistoryJson extends PlaceJson {
  readonly id: string;
  /** Of what we wrote to a group: the `id` that its command gave, or what was made of its `once`. */
  readonly given?: string;
  /** "me", or the author's key. */
  readonly from: string;
  readonly kind: "text" | "file" | "voice";
  readonly text: string;
  readonly path?: string;
  readonly bytes?: number;
  readonly seconds?: number;
  readonly written: string;
  readonly stored: string;
  readonly after: readonly string[];
  readonly state: string;
  readonly cursor: string;
}

/** Something in the outbox. */
export interface OutboxJson extends PlaceJson {
  readonly id: string;
  readonly peer: PeerJson;
  readonly kind: "text" | "file" | "voice";
  readonly text: string;
  readonly state: string;
  readonly written: string;
  readonly expires: string;
}

/** A group and who is in it. */
export interface GroupDetailJson extends GroupJson {
  readonly name: string;
  readonly state: "member" | "left" | "declined";
  readonly added: string;
  readonly members: readonly PeerJson[];
}

/** A conversation of the history. */
export interface ConversationJson extends PlaceJson {
  readonly messages: number;
  /** When the latest was stored (ISO 8601). */
  readonly latest: string;
  readonly last?: HistoryJson;
}

/** A setting. */
export interface SettingJson {
  readonly name: string;
  readonly value: string;
  /** Whether it was set, or is the default. */
  readonly set: boolean;
}

/** What each command answers besides `type`, `command` and `ref`. */
export interface Results {
  /** Only where the same was sent before (`id` or `once`). */
  readonly message: RepeatedJson;
  readonly file: RepeatedJson;
  readonly voice: RepeatedJson;
  readonly hide: RepeatedJson;
  /** The text that was hidden, or where a hidden file was saved. */
  readonly reveal: { readonly text: string } | { readonly path: string };
  readonly answer: { readonly id: string };
  /** Nothing; of a text to a group, whose events name no `ref`, what it is. */
  readonly resend: PlaceJson & { readonly id: string };
  readonly cancel: { readonly items: readonly OutboxJson[] };
  readonly ack: { readonly cursor: string };
  /** Everything up to here has been told. */
  readonly resume: { readonly cursor: string };
  readonly call: { readonly peer: PeerJson };
  readonly identity: PeerJson & {
    readonly program: string;
    readonly address: string;
    readonly port: number;
    readonly cursor?: string;
  };
  readonly who: { readonly peers: ReadonlyArray<PeerJson & { readonly verified: boolean }> };
  readonly contacts: { readonly contacts: readonly ContactJson[] };
  readonly contact: { readonly contact: ContactJson };
  readonly rename: { readonly contact: ContactJson };
  readonly forget: { readonly name: string };
  readonly verify: {
    readonly peer: PeerJson;
    /** Sixty digits in groups of five. */
    readonly safetyNumber: string;
    readonly verified: boolean;
  };
  readonly block: { readonly peer: PeerJson; readonly blocked: boolean };
  readonly invite: { readonly line: string };
  readonly "accept-invitation": { readonly contact: ContactJson };
  readonly pair: { readonly peer: PeerJson; readonly verified: boolean };
  readonly conversations: { readonly conversations: readonly ConversationJson[] };
  readonly history: {
    readonly messages: readonly HistoryJson[];
    /** For the page before this one; absent where there is none. */
    readonly before?: string;
  };
  readonly "delete-history": { readonly deleted: number };
  readonly outbox: { readonly items: readonly OutboxJson[] };
  readonly groups: { readonly groups: readonly GroupDetailJson[] };
  readonly "group-create": { readonly group: GroupDetailJson };
  readonly "group-invite": { readonly group: GroupDetailJson };
  readonly "group-remove": { readonly group: GroupDetailJson };
  readonly "group-leave": { readonly group: GroupDetailJson };
  readonly "group-rename": { readonly group: GroupDetailJson };
  readonly config: { readonly settings: readonly SettingJson[] };
  readonly set: { readonly setting: SettingJson };
}

/** What became of the same when it was sent before. */
export interface RepeatedJson extends PlaceJson {
  readonly repeated: true;
  readonly id?: string;
  readonly state?: string;
}

/** A result, with the fields of its command. */
export type ResultJson = {
  [C in keyof Results]: { readonly type: "result"; readonly command: C } & Results[C];
}[keyof Results];
