/**
 * `p2p chat PEER` at a terminal: the peer is called until they answer, and one who leaves does not take the screen away.
 * Whoever is away is called again by Enter, or by a line for them, which is kept meanwhile.
 */
import { UnreachableError } from "../../lib/errors.ts";
import { closeError, type CloseInfo, hasLeft, isToBeCalled } from "../../lib/net/close.ts";
import type { Partner } from "../../lib/talk/partners.ts";
import { type Person, personOf } from "../../lib/talk/person.ts";
import { intendedPeer } from "../../lib/talk/reach.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { TerminalFace } from "../faces/terminal.ts";
import { say, speaker } from "../shared/speech.ts";
import { readKeyboard } from "./keyboard.ts";
import type { Session } from "./session.ts";

/** How long leaving waits for messages that are still on their way, in milliseconds. */
const SETTLE_MS = 3000;

/** Pauses between two calls: each twice as long as the one before, in milliseconds. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** Who hands over again within this, in milliseconds, is called again when the person asks for it: nothing goes in circles. */
const HAND_OVER_MS = 5000;

/** Talks to `peer` until the person leaves; rejects where the peer, or this side, wants no conversation. */
export async function chatAtTerminal(session: Session, peer: string): Promise<void> {
  const { talk, takeScreen, keepCommand } = session;
  const face = takeScreen();
  const { key } = intendedPeer(talk.state, peer);
  if (key !== undefined) talk.recipients.choose(personOf(talk.state, key));
  const caller = new Caller(talk, peer, face);
  caller.call();
  const typed = readKeyboard(face, talk, {
    endLeaves: true,
    entered: () => caller.call(),
    command: keepCommand,
  });
  try {
    await Promise.race([typed, caller.refused]);
  } finally {
    caller.stop();
  }
  await caller.partner?.conversation.settle(SETTLE_MS);
}

/** Calls one peer, and again. */
class Caller {
  readonly #talk: Talk;
  readonly #peer: string;
  readonly #face: TerminalFace;
  readonly #refused = Promise.withResolvers<never>();
  readonly #stopped = new AbortController();
  #calling = false;
  /** Whether the person was told why nobody answers, since the last call that somebody asked for. */
  #explained = false;
  /** When one of the peer's programs handed over to another. */
  #handedOver = -Infinity;
  /** The peer, since they answered first. */
  #person: Person | undefined;
  partner: Partner | undefined;

  constructor(talk: Talk, peer: string, face: TerminalFace) {
    this.#talk = talk;
    this.#peer = peer;
    this.#face = face;
    this.#refused.promise.catch(() => undefined);
  }

  /** Rejects when calling on is no use. */
  get refused(): Promise<never> {
    return this.#refused.promise;
  }

  /** Calls until somebody answers; nothing where they are there, or are being called. */
  call(): void {
    if (this.#calling || this.#isThere() || this.#stopped.signal.aborted) return;
    this.#calling = true;
    this.#explained = false;
    this.#face.say(say("screen.calling", { peer: this.#label }));
    this.#run().catch((error) => this.#refused.reject(error)).finally(() => this.#calling = false);
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** How the peer is called on the screen. */
  get #label(): string {
    return this.#person?.label ?? this.#peer;
  }

  /** Whether the peer is there, by whoever's call. */
  #isThere(): boolean {
    const { keyText } = this.#person ?? {};
    return this.#talk.recipients.present.some((each) => each.keyText === keyText);
  }

  async #run(): Promise<void> {
    for (let pause = FIRST_PAUSE_MS;; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        this.#reached(await this.#talk.reach(this.#peer));
        return;
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
        this.#explain(error);
      }
      await this.#pause(pause);
      if (this.#stopped.signal.aborted) return;
    }
  }

  #explain(error: UnreachableError): void {
    if (this.#explained) return;
    this.#explained = true;
    const reason = speaker.text(error);
    this.#face.say(say("screen.still-calling", { reason, peer: this.#label }));
  }

  #reached(partner: Partner): void {
    if (this.#person === undefined) this.#face.say(say("talk.how"));
    this.partner = partner;
    this.#person = partner.person;
    partner.conversation.closed.then((info) => this.#left(partner, info)).catch((error) => {
      this.#refused.reject(error);
    });
  }

  async #left(partner: Partner, info: CloseInfo): Promise<void> {
    await this.#talk.settled(partner);
    if (this.#stopped.signal.aborted) return;
    this.partner = undefined;
    // This side sent them away, and has said why: the person goes on as they like.
    if (info.by === "local") return;
    if (isToBeCalled(info) && this.#mayCall(info)) this.call();
    else if (hasLeft(info)) {
      this.#face.say(say("screen.call-again", { label: partner.person.label }));
    } else throw closeError(text("conversation.talk"), info);
  }

  /** Whether the peer may be called at once. */
  #mayCall({ by }: CloseInfo): boolean {
    if (by !== "peer") return true;
    const before = this.#handedOver;
    this.#handedOver = performance.now();
    return this.#handedOver - before > HAND_OVER_MS;
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#stopped;
      const over = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", over);
        resolve();
      };
      const timer = setTimeout(over, milliseconds);
      signal.addEventListener("abort", over);
    });
  }
}
