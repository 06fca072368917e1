/**
 * What comes in conversations: to whom and to which group it belongs, where it is kept, and that all of it is told
 * before the end of its conversation is.
 */
import { text } from "../text/catalogue.ts";
import type { UnderWay } from "./again.ts";
import type { Archive } from "./archive.ts";
import { problemOf, type Tell } from "./events.ts";
import type { Groups } from "./group/groups.ts";
import type { ReceiveOptions } from "./options.ts";
import type { Partner, Partners } from "./partners.ts";
import { groupPerson } from "./person.ts";
import type { Questions } from "./questions.ts";
import type { Recipients } from "./recipients.ts";
import { serve, type ServeHost } from "./serve.ts";
import type { Telling } from "./telling.ts";
import type { VoiceNotes } from "./voice-notes.ts";

/** What receiving needs of the application. */
export interface ReceivingHost {
  /** What is taken at all; nothing when undefined. */
  readonly receive: ReceiveOptions | undefined;
  readonly archive: Archive;
  readonly groups: Groups;
  readonly partners: Partners;
  readonly recipients: Recipients;
  readonly questions: Questions;
  readonly voices: VoiceNotes | undefined;
  readonly tell: Tell;
  readonly show: Telling["show"];
}

/** See above. */
export class Receiving {
  readonly #host: ReceivingHost;
  /** The latest received file. */
  lastFile: string | undefined;
  /** Transfers of peers that are under way, by sender and id. */
  readonly #underWay = new Map<string, UnderWay>();
  /** What has come and is being told. */
  readonly #telling = new Set<Promise<void>>();

  constructor(host: ReceivingHost) {
    this.#host = host;
  }

  /** Answers for the owner in a conversation, before the first byte of it is read. */
  begin(partner: Partner): void {
    const { receive, tell } = this.#host;
    const { conversation, person: peer } = partner;
    if (receive === undefined) {
      conversation.handlers = { failed: (error) => tell({ type: "error", error, peer }) };
    } else serve(conversation, peer, receive, this.#answersFor(partner, receive));
  }

  #answersFor(partner: Partner, { saveDir }: ReceiveOptions): ServeHost {
    const { person } = partner;
    const { tell, show, questions, archive, groups, recipients, voices } = this.#host;
    return {
      ...{ tell, show, questions, underWay: this.#underWay },
      heard: (group) =>
        group === undefined ? recipients.heard(partner) : recipients.heardIn(groupPerson(group)),
      take: (arrival) => {
        // Now, and not when it is stored: there may be a newer conversation by then, and this one dead.
        this.#host.partners.heard(partner);
        return archive.received(person.key, arrival);
      },
      has: (id, from) => archive.has(from.key, id),
      placeOf: (offer) => groups.arrival(person, offer, saveDir),
      unseen: (id) => archive.unseen(person.key, id),
      arrived: (path) => {
        this.lastFile = path;
        if (!/\.png$/i.test(path)) return;
        tell({ type: "notice", level: "hint", text: text("talk.reveal-hint") });
      },
      voice: (from, group, path, seconds) => {
        const taken = voices!.take(from, path, seconds, group);
        this.inTurn(partner, () => taken);
      },
      inTurn: (work) => this.inTurn(partner, work),
    };
  }

  /** Work that comes before the end of the conversation is told. */
  inTurn(partner: Partner, work: () => Promise<void>): void {
    const done = partner.work.then(work).catch((error) => {
      const problem = problemOf(text("conversation.take-files"), error);
      this.#host.tell({ type: "error", error: problem, peer: partner.person });
    }).finally(() => this.#telling.delete(done));
    this.#telling.add(done);
    partner.work = done;
  }

  /** Resolves when all that has come is told. */
  async over(): Promise<void> {
    while (this.#telling.size > 0) await Promise.all(this.#telling);
  }
}
