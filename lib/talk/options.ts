/** What an application of conversations is made from. */
import type { Identity } from "../state/identity.ts";
import type { State } from "../state/state.ts";
import type { SharedPort } from "../net/shared-port.ts";
import type { Credentials } from "./credentials.ts";
import type { Show } from "./events.ts";
import type { ShowsOwn } from "./own-copies.ts";
import type { ServeOptions } from "./serve.ts";
import type { VoiceWishes } from "./voice-notes.ts";

/** What receiving needs; without it messages are refused and files declined (`send-file`, `voice`). */
export interface ReceiveOptions extends ServeOptions, Omit<VoiceWishes, "tell" | "show"> {}

/** What the application is made from. */
export interface TalkOptions {
  readonly identity: Identity;
  readonly state: State;
  /** "p2p/0.1.0" */
  readonly program: string;
  readonly show: Show;
  readonly hostname?: string | undefined;
  /** The UDP port; undefined for the usual one if it is free. */
  readonly port: number | undefined;
  /** A port that is bound already and shared with other programs; `hostname` and `port` count for nothing then. */
  readonly shared?: SharedPort | undefined;
  /** Whether peers may call; and whether one that is named but not there is called. */
  readonly calls: boolean;
  /** Unknown keys are refused. */
  readonly strict: boolean;
  /** Trust by certificate. */
  readonly credentials?: Credentials | undefined;
  readonly receive?: ReceiveOptions | undefined;
  /** A name to show to everybody on the LAN. */
  readonly announce?: string | undefined;
  /**
   * Whether what cannot be delivered is kept for the peer's return. Undefined: on the disk alone, since this program
   * will not be there.
   */
  readonly keep?: boolean | undefined;
  /** Which files of ours are shown again: a copy that is sent stays with its message. None when undefined; with it, own notes stay. */
  readonly showsOwn?: ShowsOwn | undefined;
  /** Whether what is said is stored; the usual when undefined. */
  readonly history?: boolean | undefined;
}
