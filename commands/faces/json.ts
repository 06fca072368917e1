/** Conversations for programs: one JSON object a line on stdout (the events of `--json`). English, whoever runs it. */
import type { P2PError } from "../../lib/errors.ts";
import { closePhrase } from "../../lib/net/close.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import { type Person, personJson } from "../../lib/talk/person.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { stderrRoom, stderrWritten } from "../../lib/terminal/stderr.ts";
import { QueuedOutput } from "../../lib/terminal/queued-output.ts";
import { speakerOf } from "../../lib/text/speaker.ts";
import type { Text } from "../../lib/text/text.ts";
import type { Face } from "./face.ts";
import { eventLines, keyChangedLines, listeningLines } from "./words.ts";
import { safeJson } from "../../lib/text/safe.ts";

/** Progress of one transfer is told at most this often, in milliseconds. */
const PROGRESS_MS = 200;

/** Progress is left out while more than this waits for a reader, in bytes. */
const BUSY_BYTES = 64 * 1024;

const english = await speakerOf("en");

/** One event on a line. Nothing in it can forge a line or drive a terminal. */
export function jsonLine(type: string, fields: Record<string, unknown>): string {
  return `${safeJson({ type, ...fields })}\n`;
}

/** The fields of an `error` event. */
function errorFields(error: P2PError): Record<string, unknown> {
  return {
    code: error.kind,
    message: english.text(error),
    reason: { code: error.code, params: paramsJson(error.params) },
  };
}

/** Texts within become codes too. */
function paramsJson(params: Text["params"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null && "code" in value
        ? { code: value.code, params: paramsJson(value.params) }
        : value,
    ]),
  );
}

function refFields({ ref }: { readonly ref?: unknown }): Record<string, unknown> {
  return ref === undefined ? {} : { ref };
}

function peerFields(peer: Person | undefined): Record<string, unknown> {
  if (peer === undefined) return {};
  return peer.group === undefined ? { peer: personJson(peer) } : { group: peer.group };
}

/** Shows programs. */
export class JsonFace implements Face {
  readonly #quiet: { quiet: boolean };
  readonly #told = new Map<string, { at: number; bytes: number }>();
  readonly #output = new QueuedOutput(Deno.stdout);
  readonly #errors = new WeakSet<P2PError>();

  constructor(options: { quiet?: boolean | undefined } = {}) {
    this.#quiet = { quiet: options.quiet ?? false };
  }

  /** An error that ends the command; told once, if it has been an event already. */
  fail(error: P2PError): Promise<void> {
    if (this.#errors.has(error)) return this.settled();
    return this.#emit("error", errorFields(error));
  }

  tell(event: TalkEvent): Promise<void> | void {
    switch (event.type) {
      case "listening": {
        notice(listeningLines(event).join("\n"), this.#quiet);
        const { hostname: address, port } = event.address;
        return this.#emit("listening", { address, port });
      }
      case "key-changed":
        return this.#note(keyChangedLines(event), { quiet: false });
      case "connected": {
        const { peer, address } = event;
        return this.#emit("connected", {
          peer: personJson(peer),
          address,
          verified: peer.verified,
        });
      }
      case "sent": {
        const { peer, id, what, time } = event;
        return this.#emit("sent", { ...peerFields(peer), id, what, time, ...refFields(event) });
      }
      case "delivered": {
        const { id, peer, what, stored, group } = event;
        const fields = { id, peer: personJson(peer), what, stored, group };
        return this.#emit("delivered", { ...fields, ...refFields(event) });
      }
      case "waiting": {
        const { id, what, error } = event;
        const reason = { code: error.code, params: paramsJson(error.params) };
        const fields = { id, peer: personJson(event.peer), what, reason };
        return this.#emit("waiting", { ...fields, ...refFields(event) });
      }
      case "failed":
        return this.#failed(event);
      case "error":
        return this.#emit("error", {
          ...errorFields(event.error),
          ...peerFields(event.peer),
          ...refFields(event),
        });
      case "disconnected": {
        const reason = english.text(closePhrase(event.info));
        return this.#emit("disconnected", { peer: personJson(event.peer), reason });
      }
      case "progress":
        return this.#progress(event);
      case "progress-over":
        this.#told.delete(event.id);
        return;
      case "message":
      case "file":
      case "question":
        return this.#plain(event);
      case "voice": {
        const { peer, group, path, seconds } = event;
        return this.#emit("voice", { peer: personJson(peer), group, path, seconds });
      }
      case "membership": {
        const { group, change, peer, by } = event;
        const author = by === undefined ? {} : { by: personJson(by) };
        return this.#emit("group", { group, change, peer: personJson(peer), ...author });
      }
      case "first-contact":
        return this.#note(eventLines(event), this.#quiet);
      case "silent":
      case "answering":
      case "present":
      case "absent":
        return this.#plain(event);
      case "notice":
        // Programs get events; a warning is for whoever runs them.
        return event.level === "warning" ? this.#note(eventLines(event), this.#quiet) : undefined;
      case "question-over":
      case "received":
      case "addressee":
        // For persons, or told in another event.
        return;
    }
  }

  async settled(): Promise<void> {
    await Promise.all([this.#output.settled(), stderrWritten()]);
  }

  close(): void {
    this.#told.clear();
  }

  /** A line for whoever runs the program. */
  #note(lines: readonly string[], loudness: { quiet: boolean }): Promise<void> | void {
    notice(lines.join("\n"), loudness);
    return stderrRoom();
  }

  #emit(type: string, fields: Record<string, unknown>): Promise<void> {
    return this.#output.write(jsonLine(type, fields));
  }

  /** An event as it is, the person in its form for programs. */
  #plain({ type, peer, ...fields }: TalkEvent & { readonly peer: Person }): Promise<void> {
    return this.#emit(type, { peer: personJson(peer), ...fields });
  }

  #failed(event: Extract<TalkEvent, { type: "failed" }>): Promise<void> {
    const { id, error, what, group } = event;
    const peer = personJson(event.peer);
    const known = refFields(event);
    this.#errors.add(error);
    return this.#output.write(
      jsonLine("failed", { peer, id, what, group, ...known }) +
        jsonLine("error", { ...errorFields(error), peer, id, ...known }),
    );
  }

  #progress(
    { id, peer, bytes, total }: Extract<TalkEvent, { type: "progress" }>,
  ): Promise<void> | void {
    const now = performance.now();
    const told = this.#told.get(id);
    if (told?.bytes === bytes || (told && bytes < total && now - told.at < PROGRESS_MS)) return;
    if (this.#output.waitingBytes > BUSY_BYTES) return;
    this.#told.set(id, { at: now, bytes });
    return this.#emit("progress", { id, bytes, total, peer: personJson(peer) });
  }
}
