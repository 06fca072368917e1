/** A page without a browser: one session of `p2p ui`, its HTTP requests and its WebSocket, for tests. */
import assert from "node:assert/strict";
import type { Served } from "./support.ts";

type Json = Record<string, unknown>;

/** One session. */
export class PageClient {
  readonly #base: string;
  readonly #headers: Record<string, string>;
  #socket: WebSocket | undefined;
  #refs = 0;
  readonly events: Json[] = [];
  #wake = Promise.withResolvers<void>();

  private constructor(base: string, headers: Record<string, string>) {
    this.#base = base;
    this.#headers = headers;
  }

  /** Opens a session with the link that the terminal showed, and its WebSocket. */
  static async open({ port, token }: Served, name?: string): Promise<PageClient> {
    const base = `http://127.0.0.1:${port}`;
    const headers: Record<string, string> = {
      ...{ Origin: base, "Sec-Fetch-Site": "same-origin" },
      "Content-Type": "application/json",
    };
    const body = JSON.stringify({ token });
    const answer = await fetch(`${base}/session`, { method: "POST", headers, body });
    headers["Cookie"] = answer.headers.get("set-cookie")!.split(";")[0]!;
    headers["X-P2P-Key"] = (await answer.json()).key;
    const client = new PageClient(base, headers);
    if (name !== undefined) await client.post("/identity", { name, passphrase: "" });
    await client.connect();
    return client;
  }

  /** Begins the WebSocket anew. */
  async connect(): Promise<void> {
    const { "X-P2P-Key": key, Cookie, Origin } = this.#headers;
    const options = { protocols: ["p2p", `key.${key}`], headers: { Cookie, Origin } };
    const socket = new WebSocket(
      `${this.#base.replace("http", "ws")}/events`,
      options as unknown as string[],
    );
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      this.events.push(...String(data).split("\n").map((line) => JSON.parse(line)));
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    };
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error("no socket"));
    });
    await this.event(() => socket.readyState === WebSocket.OPEN, true);
    await this.command("identity");
  }

  /** A request of the page. */
  async ask(method: string, path: string, body?: BodyInit, more: Json = {}): Promise<Response> {
    const headers = { ...this.#headers, ...more } as Record<string, string>;
    if (method === "PUT") headers["Content-Type"] = "application/octet-stream";
    return await fetch(`${this.#base}${path}`, { method, headers, ...(body && { body }) });
  }

  /** A POST with JSON; its answer, whatever its status says. */
  async post(path: string, fields: Json = {}): Promise<Json> {
    const answer = await this.ask("POST", path, JSON.stringify(fields));
    const text = await answer.text();
    return { status: answer.status, ...(text === "" ? {} : JSON.parse(text)) };
  }

  /** Waits for an event; with `now`, until `found` holds. */
  async event(found: (event: Json) => boolean, now = false): Promise<Json> {
    if (now && found({})) return {};
    for (;;) {
      const event = this.events.find(found);
      if (event !== undefined) return event;
      await this.#wake.promise;
    }
  }

  /** Gives a command, without waiting for what becomes of it; answers its `ref`. */
  tell(type: string, fields: Json = {}): number {
    const ref = ++this.#refs;
    this.#socket!.send(JSON.stringify({ type, ...fields, ref }));
    return ref;
  }

  /** Gives a command that is answered by a result. */
  async command(type: string, fields: Json = {}): Promise<Json> {
    const ref = this.tell(type, fields);
    return await this.event((event) =>
      event["ref"] === ref && (event["type"] === "result" || event["type"] === "error")
    );
  }

  /** Uploads a file whole; answers its id. */
  async upload(name: string, bytes: Uint8Array<ArrayBuffer>, modified = 1): Promise<string> {
    const { id, offset } = await this.post("/uploads", { name, size: bytes.length, modified });
    if (bytes.length > 0) {
      const put = await this.ask("PUT", `/uploads/${id}?offset=${offset}`, bytes);
      assert.equal((await put.json()).offset, bytes.length);
    }
    return id as string;
  }

  close(): void {
    this.#socket?.close();
  }
}
