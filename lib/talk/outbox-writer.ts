/** Puts in the outbox what is to go out when its peer appears, to this program or another. */
import type { Bytes } from "../bytes.ts";
import { walkOutgoing } from "../files/outgoing.ts";
import { newMessageId } from "../net/message-stream.ts";
import { basename, resolve } from "../system/path.ts";
import type { Archive } from "./archive.ts";
import { rootNames, type VoiceNote } from "./delivery.ts";
import type { HeldItem } from "./held.ts";
import { type CargoStore, notKept } from "./outgoing-item.ts";

/** What it needs of the application. */
export interface OutboxWriterHost {
  readonly archive: Archive;
  /** How long what waits is kept, in milliseconds. */
  readonly expiryMs: number;
  /** Voice notes that outlive this program. */
  readonly cargo: CargoStore;
}

/** See above. */
export class OutboxWriter {
  readonly #host: OutboxWriterHost;

  constructor(host: OutboxWriterHost) {
    this.#host = host;
  }

  /** Puts a text in the outbox; it goes out when the peer appears, to this program or another. Answers its id. */
  text(key: Bytes, words: string): string {
    return this.#put(
      this.item(key, {
        ...{ id: newMessageId(), kind: "text", text: words, written: Date.now() },
      }),
    );
  }

  /** Puts files in the outbox likewise. */
  async files(key: Bytes, paths: readonly string[], id = newMessageId()): Promise<string> {
    const outgoing = await walkOutgoing(paths);
    return this.#put(
      this.item(key, {
        ...{ id, kind: "file", text: rootNames(outgoing), written: Date.now() },
        paths: paths.map((path) => resolve(path)),
      }),
    );
  }

  /** Puts a voice note in the outbox likewise. */
  async voice(
    key: Bytes,
    { path, seconds, mediaType }: VoiceNote,
    id = newMessageId(),
  ): Promise<string> {
    const { archive, cargo } = this.#host;
    if (!archive.lasts) throw notKept();
    const paths = [await cargo.keep(path, id)];
    return this.#put(
      this.item(key, {
        ...{ id, kind: "voice", text: basename(path), written: Date.now() },
        ...{ seconds, mediaType, paths },
      }),
    );
  }

  /** Notes in the history what was sent past the outbox. */
  sent(key: Bytes, { id, text: words, paths }: Pick<HeldItem, "id" | "text" | "paths">): void {
    const { archive } = this.#host;
    archive.written(this.item(key, { id, kind: "file", text: words, written: Date.now(), paths }));
    archive.advance(id, key, "delivered");
  }

  #put(item: HeldItem): string {
    if (!this.#host.archive.written(item)) throw notKept();
    return item.id;
  }

  /** An item with what the application knows of it. */
  item(
    to: Bytes,
    from: Partial<HeldItem> & Pick<HeldItem, "id" | "kind" | "text" | "written">,
  ): HeldItem {
    const { archive, expiryMs } = this.#host;
    return { paths: [], to, after: archive.links(to), expires: Date.now() + expiryMs, ...from };
  }
}
