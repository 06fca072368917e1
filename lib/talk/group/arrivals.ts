/**
 * What comes as files of a message to a group: from its author, into the folder at once; from another member, into a
 * folder beside, until it is found to be what the author announced.
 */
import { fromHex, hex } from "../../bytes.ts";
import { FailureError } from "../../errors.ts";
import { takeFreeName } from "../../files/free-name.ts";
import { exists } from "../../files/look.ts";
import { walkOutgoing } from "../../files/outgoing.ts";
import type { Group } from "../../group/group.ts";
import { ContentKind, type GroupMessage } from "../../group/message.ts";
import type { StoredRoot } from "../../state/message-rows.ts";
import { join, resolve } from "../../system/path.ts";
import { safeTopName } from "../../transfer/names.ts";
import { type Offer, OfferKind } from "../../transfer/offers.ts";
import type { ReceivedRoot } from "../../transfer/target.ts";
import { TransferCode, type Verdict, verdict } from "../../transfer/verdict.ts";
import { groupMediaType } from "./media.ts";
import { type GroupPassing, isAnnounced, type PassingHost } from "./passing.ts";
import { type GroupName, type Person, personOf } from "../person.ts";

/** Digits of a message's id in the name of the folder beside. */
const ID_DIGITS = 16;

/** Files that came before the message that announces them, and how many such are remembered. */
const MAX_EARLY = 64;

/** A transfer of a group's, from its offer on. */
export interface GroupArrival {
  readonly group: GroupName;
  /** Who wrote the message: whose files they are, whoever sends them. */
  readonly author: Person;
  /** Where they grow, where that is not the folder for what is received. */
  readonly folder: string | undefined;
  /** It is taken. */
  begin(): Promise<void>;
  /** Its owner does not want it. */
  declined(): void;
  /** All of it has come; answers it at its final place, or undefined where it is not what was announced. */
  whole(roots: readonly ReceivedRoot[]): Promise<readonly ReceivedRoot[] | undefined>;
  /** It broke off. */
  broken(): void;
}

/** The transfers that come for the groups of one application. */
export class GroupArrivals {
  readonly #host: PassingHost;
  readonly #passing: GroupPassing;
  readonly #early = new Map<string, readonly StoredRoot[]>();

  constructor(host: PassingHost, passing: GroupPassing) {
    this.#host = host;
    this.#passing = passing;
  }

  /** What an offer belongs to; a verdict where it is not taken, undefined where it is of no group. */
  of(sender: Person, offer: Offer, saveDir: string): GroupArrival | Verdict | undefined {
    const { member, state, self } = this.#host;
    const found = groupMediaType(offer.mediaType);
    const group = found && member.groups.get(found.group);
    const from = hex(sender.key);
    if (found === undefined || group === undefined || !group.isMember(from)) return undefined;
    const message = group.message(found.message);
    const name = { id: group.id, name: state.groups.byId(group.id)!.name };
    if (message === undefined || message.author === from) {
      return this.#direct(name, group, found.message, { sender, saveDir });
    }
    if (message.author === self) return verdict(TransferCode.already);
    if (!this.#passing.expects(message.id, from) || !fits(message, offer)) {
      return verdict(TransferCode.takesNone);
    }
    return this.#passed(name, group, message, { sender, saveDir });
  }

  /** From the author, whose session speaks for what comes. */
  #direct(
    name: GroupName,
    group: Group,
    id: string,
    { sender: author, saveDir }: Destination,
  ): GroupArrival {
    return {
      group: name,
      author,
      folder: undefined,
      begin: () => {
        this.#passing.coming(id, true);
        return Promise.resolve();
      },
      declined: () => this.#declined(group, id),
      whole: async (roots) => {
        this.#came(group, id, author, roots);
        // What others had begun to send is not needed.
        await removeWhole(folderBeside(saveDir, id));
        return roots;
      },
      broken: () => this.#passing.coming(id, false),
    };
  }

  #passed(
    name: GroupName,
    group: Group,
    message: GroupMessage,
    { sender, saveDir }: Destination,
  ): GroupArrival {
    const { state, tell } = this.#host;
    const { id } = message;
    const author = personOf(state, fromHex(message.author));
    const folder = folderBeside(saveDir, id);
    return {
      group: name,
      author,
      folder,
      begin: async () => {
        this.#passing.coming(id, true);
        await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      },
      declined: () => this.#declined(group, id),
      whole: async (roots) => {
        const outgoing = await walkOutgoing(roots.map(({ path }) => path));
        if (!await isAnnounced(message.content, outgoing)) {
          for (const { path } of roots) await removeWhole(path);
          removeEmpty(folder);
          this.#passing.coming(id, false, true);
          const params = { label: sender.label, author: author.label, name: name.name };
          tell({
            type: "error",
            error: new FailureError("group.files-differ", params),
            peer: sender,
          });
          this.#passing.look();
          return undefined;
        }
        const placed = roots.map((root) => ({
          ...root,
          path: takeFreeName(root.path, saveDir, safeTopName(root.name)),
        }));
        removeEmpty(folder);
        this.#came(group, id, author, placed);
        return placed;
      },
      broken: () => this.#passing.coming(id, false),
    };
  }

  #declined(group: Group, id: string): void {
    const message = group.message(id);
    if (message !== undefined) this.#host.store.filesOver(group.id, message, undefined);
    this.#passing.over(id);
  }

  #came(group: Group, id: string, author: Person, roots: readonly ReceivedRoot[]): void {
    const stored = roots.map(({ name, path }) => ({ name, path: resolve(path) }));
    const key = hex(author.key);
    this.#host.store.filesOver(group.id, { id, author: key }, stored);
    this.#passing.over(id);
    if (group.message(id) !== undefined) return;
    this.#early.set(`${key} ${id}`, stored);
    if (this.#early.size > MAX_EARLY) this.#early.delete(this.#early.keys().next().value!);
  }

  /** A message has come whose files may have come before it. */
  announced(group: Group, message: GroupMessage): void {
    const key = `${message.author} ${message.id}`;
    const early = this.#early.get(key);
    if (early === undefined) return;
    this.#early.delete(key);
    this.#host.store.filesOver(group.id, message, early);
  }
}

/** Who sends, and where what is received goes. */
interface Destination {
  readonly sender: Person;
  readonly saveDir: string;
}

function folderBeside(saveDir: string, id: string): string {
  return join(saveDir, `.group-${id.slice(0, ID_DIGITS)}.p2p-part`);
}

async function removeWhole(path: string): Promise<void> {
  if (exists(path)) await Deno.remove(path, { recursive: true });
}

/** Whether an offer may be of what a message announces. */
function fits({ content }: GroupMessage, { kind, bytes }: Offer): boolean {
  if (content.kind === ContentKind.text || content.bytes !== bytes) return false;
  return (content.kind === ContentKind.voice) === (kind === OfferKind.voice);
}

/** Takes the folder beside away, unless another transfer has something in it. */
function removeEmpty(folder: string): void {
  try {
    if (exists(folder)) Deno.removeSync(folder);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
