/** What `p2p ui` does: the server from the start, the conversations as soon as the identity is open. */
import { FailureError, reasonText, systemCode } from "../../lib/errors.ts";
import { checkSaveFolder, clearOldPartials } from "../../lib/files/save-folder.ts";
import { lookAt } from "../../lib/files/look.ts";
import { Access } from "../../lib/page/access.ts";
import { Uploads } from "../../lib/files/uploads.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { ensureHome } from "../../lib/state/home.ts";
import type { Identity } from "../../lib/state/identity.ts";
import type { State } from "../../lib/state/state.ts";
import { onInterrupt } from "../../lib/system/cleanup.ts";
import { resolve } from "../../lib/system/path.ts";
import type { AcceptPolicy } from "../../lib/talk/accept.ts";
import type { ReceiveOptions, Talk } from "../../lib/talk/talk.ts";
import { settle } from "../../lib/system/settle.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { text } from "../../lib/text/catalogue.ts";
import { speakerOf } from "../../lib/text/speaker.ts";
import { stdinLines } from "../conversation/lines.ts";
import { type Session, withTalk } from "../conversation/session.ts";
import { PageFace } from "../faces/page.ts";
import type { CommandContext } from "../shared/context.ts";
import { runLanguage } from "../shared/language.ts";
import { say, speaker } from "../shared/speech.ts";
import { type AnswerHost, answerPage } from "./answers.ts";
import { forgetBrowser, openBrowser } from "./browser.ts";
import { isShown, messagePlace } from "./files.ts";
import { type PageRequest, PageServer } from "./server.ts";
import { IdentityStage, type StageFlags } from "./stage.ts";
import { openWindow } from "./windows.ts";

/** What the command line says. */
export interface UiFlags extends StageFlags {
  readonly port?: number;
  readonly noOpen?: boolean;
  readonly listen?: number;
  readonly bind?: string;
  readonly lock: number;
  readonly saveDir?: string;
  readonly accept?: AcceptPolicy;
  readonly strict?: boolean;
  readonly quiet?: boolean;
}

/** How often is looked whether nobody is there, in milliseconds. */
const LOOK_MS = 5000;

/** How often is looked whether another program changed something, in milliseconds. */
const WATCH_MS = 500;

/** Runs the command. */
export async function ui(this: CommandContext, flags: UiFlags): Promise<void> {
  const saveDir = await saveFolder(flags);
  const stage = await IdentityStage.begin(flags);
  const page = new Page(flags, stage);
  const forget = onInterrupt(() => page.close());
  try {
    await page.begin();
    // Before there is an identity, the page can end with the server alone.
    const identity = await stage.identity;
    const receive = (): ReceiveOptions => ({
      accept: flags.accept ?? "contacts-or-ask",
      ...{ saveDir, play: false, look: true, digests: false },
    });
    const wishes = {
      ...{ hostname: flags.bind, calls: true, keep: true, withoutState: "anything" as const },
      showsOwn: isShown,
      ...{
        receive,
        face: page.face,
        ownIdentity: (): Promise<Identity> => Promise.resolve(identity),
      },
    };
    await withTalk(
      { ...flags, port: flags.listen },
      wishes,
      undefined,
      (session) => page.talk(session),
    );
  } finally {
    forget();
    await page.close();
  }
}

/** Where received files go. */
async function saveFolder({ saveDir }: UiFlags): Promise<string> {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
  const downloads = home === undefined ? undefined : `${home}/Downloads`;
  const usual = downloads !== undefined && lookAt(downloads)?.isDirectory ? downloads : undefined;
  const folder = resolve(saveDir ?? usual ?? ensureHome("received"));
  await checkSaveFolder(folder);
  await clearOldPartials(folder, Date.now());
  return folder;
}

/** One run's page: its server, its sessions, its lock. */
class Page {
  readonly face: PageFace;
  readonly #flags: UiFlags;
  readonly #stage: IdentityStage;
  readonly #access = new Access(randomBytes);
  readonly #server: PageServer;
  readonly #host: AnswerHost;
  #uploads: Uploads | undefined;
  #talk: Talk | undefined;
  /** Windows that came before there was anything to talk with. */
  readonly #early = new Set<WebSocket>();
  #active = performance.now();
  #timer: ReturnType<typeof setInterval> | undefined;
  #watching: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  constructor(flags: UiFlags, stage: IdentityStage) {
    this.#flags = flags;
    this.#stage = stage;
    this.face = new PageFace(speaker, flags.quiet);
    this.#host = {
      ...{ stage, access: this.#access, idleMinutes: flags.lock, language: runLanguage() },
      uploads: () => this.#talk && this.#uploadsOf(this.#talk),
      talk: () => this.#talk,
      spoken: async (wanted) => {
        this.face.speaker = await speakerOf(wanted);
        await this.face.changed();
      },
      active: () => this.#isActive(),
      lock: () => this.#lock(),
    };
    this.#server = this.#serve(flags);
  }

  #serve({ port = 0 }: UiFlags): PageServer {
    try {
      return new PageServer({
        ...{ access: this.#access, port },
        answer: (request) => answerPage(request, this.#host),
        passes: (request) => this.#passes(request),
        connected: (socket) => this.#connected(socket),
        opened: () => {
          this.#isActive();
          notice(say("page.session"), this.#flags);
        },
        words: (words) => this.face.speaker.text(words),
      });
    } catch (cause) {
      if (systemCode(cause) === undefined) throw cause;
      throw new FailureError("page.port", { port, reason: reasonText(cause) }, {
        ...{ cause, hint: text("page.port.hint") },
      });
    }
  }

  /** Shows the link, and opens it. */
  async begin(): Promise<void> {
    const link = this.#newLink();
    const { noOpen, lock } = this.#flags;
    const opened = noOpen ? undefined : await openBrowser(link);
    if (opened === false) notice(say("page.no-browser"), this.#flags);
    notice(say(opened ? "page.opened" : "page.open-it"), this.#flags);
    if (lock > 0) {
      this.#timer = setInterval(() => {
        const idle = performance.now() - this.#active;
        if (this.#access.inUse && idle > lock * 60_000) this.#lock();
      }, LOOK_MS);
      Deno.unrefTimer(this.#timer);
    }
    // Enter at the terminal: a new link, for another browser.
    if (Deno.stdin.isTerminal()) settle(this.#readEnter(), () => undefined);
  }

  async #readEnter(): Promise<void> {
    for await (const _ of stdinLines()) this.#newLink();
  }

  /** A link that is good once; whoever started the program sees it, and nobody else. */
  #newLink(): string {
    const url = `${this.#server.url}#${this.#access.newToken()}`;
    // It is what was asked for: said whatever --quiet says.
    notice(say("page.url", { url }));
    return url;
  }

  #isActive(): void {
    this.#active = performance.now();
  }

  #lock(): void {
    if (!this.#access.inUse) return;
    this.#access.lock();
    this.#server.disconnectAll();
    // What comes at this moment is of a session that is good for nothing now.
    if (this.#uploads !== undefined) settle(this.#uploads.halt(), () => undefined);
    notice(say("page.locked", { minutes: this.#flags.lock }), this.#flags);
    this.#newLink();
  }

  #passes({ path, query }: PageRequest): boolean {
    if (messagePlace(path) === undefined) return false;
    return this.#access.takePass(query.get("pass") ?? "", `/${path.join("/")}`, Date.now());
  }

  #uploadsOf({ state: { copies } }: Talk): Uploads {
    const fresh = () => copies.newFolder();
    return this.#uploads ??= new Uploads(copies.partsFolder(), fresh, Date.now());
  }

  #connected(socket: WebSocket): void {
    const talk = this.#talk;
    if (talk === undefined) {
      this.#early.add(socket);
      socket.addEventListener("close", () => this.#early.delete(socket));
      return;
    }
    openWindow(socket, { talk, face: this.face, uploads: this.#uploadsOf(talk) });
  }

  /** The conversations are there: windows talk from now on. */
  async talk({ talk }: Session): Promise<void> {
    this.#talk = talk;
    if (this.#stage.suggested !== "") talk.state.settings.set("name", this.#stage.suggested);
    talk.tellListening();
    for (const socket of this.#early) this.#connected(socket);
    this.#early.clear();
    this.#watch(talk.state);
    await new Promise<never>(() => undefined);
  }

  /** Looks for what other programs of the identity change. */
  #watch(state: State): void {
    let known = state.foreignChanges;
    const look = async () => {
      const now = state.foreignChanges;
      if (now === known) return;
      known = now;
      await this.face.changed();
    };
    // A database that cannot be read just now, or a window that closes: the next look or its next start tells the same.
    this.#watching = setInterval(() => settle(look(), () => undefined), WATCH_MS);
    Deno.unrefTimer(this.#watching);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    clearInterval(this.#watching);
    if (!this.#flags.noOpen) forgetBrowser();
    await this.#server.close();
  }
}
