/** Conversations for programs: one JSON object a line on stdout (the events of `--json`). */
import { hex } from "../../lib/bytes.ts";
import type { P2PError } from "../../lib/errors.ts";
import { join } from "../../lib/system/path.ts";
import { formatAddress } from "../../lib/net/address.ts";
import { type CloseInfo, closePhrase } from "../../lib/net/close.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import type { Node } from "../../lib/net/node.ts";
import { fileSm3 } from "../../lib/files/file-sm3.ts";
import { writeAllSync } from "../../lib/terminal/write.ts";
import type { Message } from "../../lib/transfer/messages.ts";
import type { ReceivedRoot } from "../../lib/transfer/target.ts";
import type { Face, Movement, ShownVoice } from "./face.ts";
import { type Person, personJson } from "./person.ts";

/** Progress of one transfer is told at most this often, in milliseconds. */
const PROGRESS_MS = 200;

/** One event on stdout. Control characters leave JSON.stringify escaped, so a peer cannot forge a line. */
export function emitEvent(type: string, fields: Record<string, unknown>): void {
  writeAllSync(Deno.stdout, `${JSON.stringify({ type, ...fields })}\n`);
}

/** An error as an event. */
export function emitError(error: P2PError): void {
  emitEvent("error", { code: error.kind, message: error.message });
}

/** SM3 in hex; null where the file is gone again. */
async function sm3Of(path: string): Promise<string | null> {
  try {
    return hex(await fileSm3(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Tells programs. */
export class JsonFace implements Face {
  readonly pictures = false;
  readonly #told = new Map<string, { at: number; bytes: number }>();
  /** Events that keep their order although some take a while. */
  #last: Promise<void> = Promise.resolve();

  listening(node: Node): void {
    const { hostname, port } = node.address;
    emitEvent("listening", { address: hostname, port });
  }

  connected(person: Person, conversation: Conversation): void {
    const address = formatAddress(conversation.address);
    emitEvent("connected", { peer: personJson(person), address, verified: person.verified });
  }

  message(person: Person, { id, time, text }: Message): Promise<void> {
    emitEvent("message", { peer: personJson(person), id, time, text });
    return Promise.resolve();
  }

  sent(): void {
    // The program that sent it knows; `delivered` names it.
  }

  delivered(id: string): void {
    emitEvent("delivered", { id });
  }

  /** Told when the SM3 of every file is known: the transfer itself needs none, so it is read again for it. */
  received(person: Person, root: ReceivedRoot): Promise<void> {
    const peer = personJson(person);
    return this.#inTurn(async () => {
      for (const { below, size } of root.files) {
        const path = join(root.path, ...below);
        const name = join(root.path.slice(root.path.search(/[^/\\]*$/)), ...below);
        emitEvent("file", { peer, name, path, size, sm3: await sm3Of(path) });
      }
    });
  }

  voice(person: Person, { path, seconds }: ShownVoice): Promise<void> {
    emitEvent("voice", { peer: personJson(person), path, seconds });
    return Promise.resolve();
  }

  progress({ id, total }: Movement, bytes: number): void {
    const now = performance.now();
    const told = this.#told.get(id);
    if (told?.bytes === bytes || (told && bytes < total && now - told.at < PROGRESS_MS)) return;
    this.#told.set(id, { at: now, bytes });
    emitEvent("progress", { id, bytes, total });
  }

  progressEnd({ id }: Movement): void {
    this.#told.delete(id);
  }

  disconnected(person: Person, info: CloseInfo): void {
    const event = { peer: personJson(person), reason: closePhrase(info) };
    void this.#inTurn(() => Promise.resolve(emitEvent("disconnected", event)));
  }

  async settled(): Promise<void> {
    await this.#last;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work);
    return this.#last;
  }

  say(): void {
    // Programs get events.
  }

  hint(): void {
    // Programs need none.
  }

  problem(error: P2PError): void {
    emitError(error);
  }

  ask(): undefined {
    return undefined;
  }

  close(): void {
    this.#told.clear();
  }
}
