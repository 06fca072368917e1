/**
 * The application of conversations: who is there, whom a line goes to, what is sent and received. It takes calls and
 * commands, and tells events (`events.ts`); whoever shows them decides nothing.
 */
import { type P2PError, UnreachableError, UsageError } from "../errors.ts";
import { hex } from "../bytes.ts";
import { encodePublicKeyText, fingerprint } from "../crypto/keys/text.ts";
import type { Outgoing } from "../files/outgoing.ts";
import type { Address } from "../net/address.ts";
import { Capability } from "../net/capabilities.ts";
import type { CloseInfo } from "../net/close.ts";
import type { Conversation } from "../net/conversation.ts";
import type { Node } from "../net/node.ts";
import { settle } from "../system/settle.ts";
import { reachedAt } from "../net/own-addresses.ts";
import type { Identity } from "../state/identity.ts";
import { GROUP_MARK } from "../state/groups.ts";
import type { State } from "../state/state.ts";
import { text } from "../text/catalogue.ts";
import { Answering } from "./answering.ts";
import { Archive } from "./archive.ts";
import { Callers } from "./callers.ts";
import { ContactCalls } from "./calls.ts";
import { Changeover } from "./changeover.ts";
import { cargoStore } from "./cargo.ts";
import { clockOf } from "./clock.ts";
import { watchCredentials } from "./credentials.ts";
import { deliverFiles, type TransferOptions, type VoiceNote } from "./delivery.ts";
import { Dispatch } from "./dispatch.ts";
import type { SendOptions } from "./dispatch-host.ts";
import { problemOf, type Tell } from "./events.ts";
import type { TalkOptions } from "./options.ts";
import { type Partner, Partners } from "./partners.ts";
import { type Person, personOf } from "./person.ts";
import { Groups } from "./group/groups.ts";
import { Questions } from "./questions.ts";
import { connectTo } from "./connect.ts";
import { type Presence, presenceOf } from "./presence.ts";
import { bindNode, bindPreferred } from "./reach.ts";
import { expiryOf, keepsHistory } from "../state/preferences.ts";
import { Recipients } from "./recipients.ts";
import { Receiving } from "./receiving.ts";
import { pause } from "./pause.ts";
import { Telling } from "./telling.ts";
import { VoiceNotes } from "./voice-notes.ts";

export type { ReceiveOptions, TalkOptions } from "./options.ts";

/** How often is looked for what has waited too long, in milliseconds. */
const EXPIRY_CHECK_MS = 60_000;

/** How long leaving waits for the receipts of what was just shown, in milliseconds. */
const RECEIPTS_MS = 1000;

/** One application on one socket. */
export class Talk {
  readonly questions: Questions;
  readonly voices: VoiceNotes | undefined;
  readonly recipients: Recipients;
  readonly show: Telling["show"];
  readonly tell: Tell;
  /** Rejects when the face can show nothing more. */
  readonly broken: Promise<never>;
  readonly options: TalkOptions;
  readonly #node: Node;
  readonly #presence: Presence | undefined;
  readonly #partners = new Partners();
  readonly archive: Archive;
  /** What goes out. */
  readonly outgoing: Dispatch;
  readonly groups: Groups;
  readonly #receiving: Receiving;
  #expiry: ReturnType<typeof setInterval> | undefined;
  readonly #callers: Callers;
  readonly calls: ContactCalls;
  readonly #changeover: Changeover;
  /** Where peers reach this program, as was told last. */
  #port = 0;
  readonly #answering: Answering;
  readonly #unwatch: () => void;
  #leaving = false;

  constructor(options: TalkOptions) {
    this.options = options;
    const telling = new Telling(options.show);
    ({ show: this.show, tell: this.tell, broken: this.broken } = telling);
    this.questions = new Questions(this.tell);
    this.#answering = new Answering(options, this.tell);
    const { state, identity, strict, credentials, receive, shared } = options;
    const { overfull } = telling;
    this.#callers = new Callers({ strict, state, tell: this.tell, credentials, overfull });
    const { history = keepsHistory(state), showsOwn } = options;
    this.archive = new Archive(state, this.tell, history, showsOwn);
    state.copies.sweep();
    this.recipients = new Recipients(this.#partners, this.tell);
    const cargo = cargoStore(identity, state.copies, showsOwn !== undefined);
    this.outgoing = new Dispatch({
      partners: this.#partners,
      archive: this.archive,
      tell: this.tell,
      keep: options.keep,
      missed: (peer) => this.calls.missed(peer),
      reached: (peer) => this.calls.reached(peer),
      expiryMs: expiryOf(state),
      cargo,
    });
    this.#unwatch = watchCredentials(credentials, this.#partners, this.tell);
    this.calls = new ContactCalls({
      ...{ state, partners: this.#partners, calls: options.calls, pause },
      ...{ concerns: (key) => this.groups.concerns(key), reach: (peer) => this.reach(peer) },
      waitsFor: (key) => this.outgoing.waitsFor(key),
      failed: (error) =>
        this.tell({ type: "error", error: problemOf(text("conversation.use"), error) }),
    });
    this.#changeover = new Changeover({
      ...{ state, archive: this.archive, partners: this.#partners },
      ...{ outgoing: this.outgoing, calls: this.calls },
      flush: (person) => {
        this.outgoing.flush(person);
        this.groups.flush(person.key);
      },
    });
    this.voices = receive && new VoiceNotes({ ...receive, tell: this.tell, show: this.show });
    this.#node = shared === undefined
      ? bindPreferred(options.port, (port) => this.#bind(port))
      : this.#bind(shared.address.port);
    this.#presence = presenceOf(
      options,
      this.#announced(),
      this.tell,
      (key) => this.calls.wanted(key),
    );
    if (shared !== undefined) shared.changed = () => this.#portChanged();
    this.groups = new Groups({
      ...{ identity, state, tell: this.tell, show: this.show, questions: this.questions },
      ...{ calls: options.calls, history: this.archive.lasts, expiryMs: expiryOf(state) },
      ...{ cargo, accept: receive?.accept, showsOwn },
      call: (key) => this.calls.to(encodePublicKeyText(key)),
      heard: (group) => this.recipients.heardIn(group),
      conversationWith: (key) => this.#partners.anyOf(encodePublicKeyText(key))?.conversation,
    });
    this.#receiving = new Receiving({
      ...{ receive, archive: this.archive, groups: this.groups, voices: this.voices },
      ...{ partners: this.#partners, recipients: this.recipients, questions: this.questions },
      ...{ tell: this.tell, show: this.show },
    });
    const expire = () =>
      this.outgoing.expire(({ to, talk }) => {
        const group = state.groups.byId(hex(talk));
        const peer = personOf(state, to);
        return group === undefined ? { peer } : { peer, group: { id: group.id, name: group.name } };
      });
    this.#expiry = setInterval(expire, EXPIRY_CHECK_MS);
    Deno.unrefTimer(this.#expiry);
    expire();
    this.calls.waiting();
    if (options.calls) this.#changeover.watch();
  }

  /** The port that contacts are told; 0 where another program of the same port tells them, or nobody can be reached. */
  #announced(): number {
    const { shared, receive } = this.options;
    const tells = receive !== undefined && (shared === undefined || shared.speaks);
    return tells ? this.#node.address.port : 0;
  }

  /** Another program has come to the port or left it; where it could not be kept, there is another port. */
  #portChanged(): void {
    this.#presence?.moveTo(this.#announced());
    const { port } = this.#node.address;
    if (port === this.#port) return this.#answering.look();
    this.#port = port;
    if (this.options.calls) this.tellListening();
  }

  #bind(port: number): Node {
    const { identity, state, program, hostname, calls, receive, credentials } = this.options;
    return bindNode(identity, state, {
      program,
      hostname,
      port,
      socket: this.options.shared,
      capabilities: Capability.longIds | Capability.groups | Capability.handOver |
        (receive === undefined ? Capability.takesNoMessages : 0) | (credentials?.capabilities ?? 0),
      config: calls ? {} : { accept: false },
      failed: (error) => this.tell({ type: "error", error }),
      admit: (conversation) => this.#callers.admit(conversation),
      incoming: (conversation) =>
        void this.#take(conversation, this.#callers.personOf(conversation), false),
    });
  }

  /** Where the socket is bound. */
  get address(): Address {
    return this.#node.address;
  }

  get identity(): Identity {
    return this.options.identity;
  }

  /** What is remembered. */
  get state(): State {
    return this.options.state;
  }

  /** The latest received file. */
  get lastFile(): string | undefined {
    return this.#receiving.lastFile;
  }

  /** Where received files go. */
  get saveDir(): string {
    return this.options.receive?.saveDir ?? ".";
  }

  /** Tells that the socket is bound. */
  tellListening(): void {
    const { address, dual } = this.#node;
    this.#port = address.port;
    const { publicKey } = this.options.identity;
    const cursor = this.archive.lasts ? String(this.state.history.latest()) : undefined;
    const own = { fingerprint: fingerprint(publicKey), key: encodePublicKeyText(publicKey) };
    this.tell({ type: "listening", address, dual, reachedAt: reachedAt(address), cursor, ...own });
    this.#answering.look();
  }

  // ---------------------------------------------------------------- who is there

  /**
   * Reaches a peer: an address, a host name, a contact's name.
   *
   * @param answered called when the peer has proved who it is, before anything of it is told
   */
  async reach(peer: string, answered?: () => void): Promise<Partner> {
    const { strict, state, credentials } = this.options;
    let partner: Partner | undefined;
    await connectTo(
      this.#node,
      peer,
      { strict, state, tell: this.tell, credentials },
      (conversation, person) => {
        answered?.();
        partner = this.#take(conversation, person, true);
      },
      this.#presence && ((key, found) => this.#presence!.follow(key, found)),
    );
    return partner!;
  }

  /** Takes a conversation in, before the first byte of it is read. */
  #take(conversation: Conversation, peer: Person, called: boolean): Partner {
    const beside = this.#partners.anyOf(peer.keyText) !== undefined;
    const partner = this.#partners.add(conversation, peer);
    this.#receiving.begin(partner);
    conversation.handlers.silence = (silent) => this.#silence(partner, silent);
    this.groups.joined(partner);
    this.tell({ type: "connected", peer, address: partner.address, beside });
    const { clockAhead } = clockOf(conversation);
    if (clockAhead !== undefined) {
      const clock = text("talk.clock-off", { label: peer.label, seconds: clockAhead / 1000 });
      this.tell({ type: "notice", level: "warning", text: clock });
    }
    this.recipients.joined(partner, called);
    this.#changeover.came(partner);
    settle(conversation.closed.then((info) => this.#left(partner, info)), (error) => {
      this.tell({ type: "error", error: problemOf(text("conversation.use"), error), peer });
    });
    return partner;
  }

  #silence(partner: Partner, silent: boolean): void {
    this.tell({ type: silent ? "silent" : "answering", peer: partner.person });
    this.#changeover.silence(partner, silent);
  }

  #left(partner: Partner, info: CloseInfo): void {
    this.#changeover.left(partner, info);
    const { person: peer } = partner;
    const beside = this.#partners.anyOf(peer.keyText) !== undefined;
    this.#receiving.inTurn(partner, () => this.show({ type: "disconnected", peer, info, beside }));
  }

  /** Resolves when everything of conversations that are over has been told. */
  async settled(partner: Partner): Promise<void> {
    await partner.work;
  }

  /** The person that `to` names: a contact's name, p2p1… text, a fingerprint, or an address; undefined: not there. */
  find(to: string): Person | undefined {
    if (to.startsWith(GROUP_MARK)) return this.groups.find(to);
    return this.#partners.find(to)?.person;
  }

  /** The person that `to` names; called where that is nobody who is there. */
  async person(to: string): Promise<Person> {
    const there = this.find(to);
    if (there !== undefined) return there;
    if (to.startsWith(GROUP_MARK)) return this.groups.needed(to);
    if (!this.options.calls) throw new UsageError("talk.not-connected", { label: to });
    return (await this.calls.to(to)).person;
  }

  /** Chooses the addressee (`/to`). */
  async choose(to: string): Promise<void> {
    this.recipients.choose(await this.person(to));
  }

  /** A typed line: to the addressee. */
  async type(words: string): Promise<P2PError | undefined> {
    const to = this.recipients.needAddressee();
    this.recipients.spoken();
    return await this.sendText(to, words);
  }

  // ---------------------------------------------------------------- sending

  /** Sends a text and tells what becomes of it. Answers why it was not delivered; undefined when it was. */
  async sendText(
    peer: Person,
    words: string,
    options: SendOptions = {},
  ): Promise<P2PError | undefined> {
    if (peer.group !== undefined) return this.groups.send(peer, words, options);
    return await this.outgoing.sendText(peer, words, options);
  }

  /** Sends files and folders likewise. */
  async sendFiles(
    peer: Person,
    paths: readonly string[],
    options: SendOptions = {},
  ): Promise<P2PError | undefined> {
    if (peer.group !== undefined) return void await this.groups.postFiles(peer, paths, options);
    return await this.outgoing.sendFiles(peer, paths, options);
  }

  /** Sends a voice note likewise; the file may be gone afterwards. */
  async sendVoice(
    peer: Person,
    note: VoiceNote,
    options: SendOptions = {},
  ): Promise<P2PError | undefined> {
    if (peer.group !== undefined) return void await this.groups.postVoice(peer, note, options);
    return await this.outgoing.sendVoice(peer, note, options);
  }

  /** Sends what `walkOutgoing` found, past the outbox; throws when any of it did not arrive. */
  async sendWalked(
    peer: Person,
    outgoing: Outgoing,
    options: Omit<TransferOptions, "tell"> = {},
  ): Promise<void> {
    const { conversation } = this.#needPartner(peer);
    await deliverFiles(conversation, peer, outgoing, { ...options, tell: this.tell });
  }

  #needPartner(peer: Person): Partner {
    const partner = this.#partners.route(peer.keyText) ?? this.#partners.anyOf(peer.keyText);
    if (partner === undefined) {
      throw new UnreachableError("talk.not-connected", { label: peer.label });
    }
    return partner;
  }

  /** Runs work in the background; what goes wrong is told. Never rejects. */
  async background(peer: Person, work: () => Promise<unknown>, ref?: unknown): Promise<void> {
    try {
      await work();
    } catch (cause) {
      // Whoever leaves knows that what was on its way is cut short.
      if (this.#leaving) return;
      const error = problemOf(text("conversation.send-files"), cause);
      this.tell({ type: "error", error, peer, ...(ref === undefined ? {} : { ref }) });
    }
  }

  // ---------------------------------------------------------------- the end

  /** Says goodbye to all and lets go of the socket; receipts of what was shown go out first, and all that came is told. */
  async close(): Promise<void> {
    this.#leaving = true;
    this.#changeover.leave();
    this.outgoing.leave();
    this.questions.close();
    await this.#presence?.close();
    const { conversations } = this.#node;
    await Promise.all(conversations.map((each) => each.acknowledged(RECEIPTS_MS)));
    await this.groups.close();
    await this.#node.close();
    await Promise.all([this.groups.over(), this.outgoing.over()]);
    clearInterval(this.#expiry);
    this.#unwatch();
    this.archive.settle();
    await this.#receiving.over();
  }
}
