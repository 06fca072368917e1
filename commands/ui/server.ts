/** The page's server: on 127.0.0.1 alone, for one user's browser. What it answers is decided in lib/page/. */
import type { Bytes } from "../../lib/bytes.ts";
import { FailureError, FormatError, P2PError } from "../../lib/errors.ts";
import { cookieOf } from "../../lib/page/access.ts";
import type { Access } from "../../lib/page/access.ts";
import { isUpgrade, refusalOf } from "../../lib/page/guard.ts";
import { pageHeaders, pagePolicy } from "../../lib/page/headers.ts";
import { text } from "../../lib/text/catalogue.ts";
import { safeJson } from "../../lib/text/safe.ts";
import type { Text } from "../../lib/text/text.ts";
import { problemOf } from "../../lib/talk/events.ts";
import { BUILT_PAGE } from "../../lib/page/built/page.ts";

/** The largest JSON body, in bytes: a text of a message fits. */
const MAX_JSON_BYTES = 256 * 1024;
/** WebSockets at once. */
const MAX_SOCKETS = 16;

/** What an answer may be: a value for JSON, or a response. */
export type PageAnswer = Response | Record<string, unknown> | undefined;

/** A request that is let in. */
export interface PageRequest {
  readonly method: string;
  /** "uploads", "3f…". */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | null;
  readonly body: ReadableStream<Bytes> | null;
  /** The JSON body; an object, or an error. */
  readonly json: () => Promise<Record<string, unknown>>;
}

/** What the server is made from. */
export interface PageServerOptions {
  readonly access: Access;
  readonly port: number;
  /** Answers what a session asks. */
  readonly answer: (request: PageRequest) => Promise<PageAnswer>;
  /** Whether a request without a session may be answered: a file for which a pass was given. */
  readonly passes: (request: PageRequest) => boolean;
  /** Takes a WebSocket of a session. */
  readonly connected: (socket: WebSocket) => void;
  /** A session was opened. */
  readonly opened: () => void;
  /** The words of an error, for the page. */
  readonly words: (text: Text) => string;
}

/** See above. */
export class PageServer {
  readonly #options: PageServerOptions;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #sockets = new Set<WebSocket>();
  readonly #host: string;

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: options.port,
      onListen: () => undefined,
      onError: () => this.#plain(500),
    }, (request) => this.#handle(request));
    this.#host = `127.0.0.1:${this.#server.addr.port}`;
  }

  /** Where it is: "http://127.0.0.1:PORT/". */
  get url(): string {
    return `http://${this.#host}/`;
  }

  get #cookieName(): string {
    return `p2p-${this.#server.addr.port}`;
  }

  /** Ends every WebSocket: their session is over. */
  disconnectAll(): void {
    for (const socket of this.#sockets) socket.close(4001);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.close(1001);
    await this.#server.shutdown();
  }

  async #handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const header = (name: string) => request.headers.get(name);
    const path = rawPath(request.url);
    const refusal = refusalOf({ method: request.method, path, header }, this.#host);
    if (refusal !== undefined) return this.#plain(refusal.status);
    // A target in absolute form names a host, too.
    if (url.host !== this.#host) return this.#plain(421);
    if (path === "/" && !isUpgrade(header)) return this.#page(request.method, header);
    const asked: PageRequest = {
      method: request.method,
      path: path.slice(1).split("/"),
      query: url.searchParams,
      header,
      body: request.body as ReadableStream<Bytes> | null,
      json: () => readJson(request),
    };
    try {
      if (path === "/session" && request.method === "POST") return await this.#open(asked);
      const cookie = cookieOf(header("cookie"), this.#cookieName);
      const key = isUpgrade(header) ? protocolKey(header) : header("x-p2p-key");
      const { access } = this.#options;
      if (!access.allows(cookie, key)) {
        const passed = cookie !== undefined && request.method === "GET" &&
          this.#options.passes(asked);
        if (!passed) return this.#plain(401);
      }
      // A locked session may ask how it stands, and unlock.
      if (access.locked && path !== "/state" && path !== "/unlock") return this.#plain(401);
      if (isUpgrade(header)) return this.#upgrade(request, path);
      const answer = await this.#options.answer(asked);
      if (answer instanceof Response) return answer;
      return answer === undefined ? this.#plain(404) : this.#json(200, answer);
    } catch (cause) {
      return this.#problem(cause);
    } finally {
      // What is left of a body is not read: the connection ends.
      if (!request.bodyUsed && request.body !== null) {
        await request.body.cancel().catch(() => undefined);
      }
    }
  }

  #page(method: string, header: PageRequest["header"]): Response {
    if (method !== "GET") return this.#plain(405);
    if (!/\bgzip\b/.test(header("accept-encoding") ?? "")) return this.#plain(406);
    const headers = pageHeaders({
      "content-type": "text/html; charset=utf-8",
      "content-encoding": "gzip",
      "content-security-policy": pagePolicy(BUILT_PAGE),
    });
    return new Response(BUILT_PAGE.gzip(), { headers });
  }

  async #open({ json }: PageRequest): Promise<Response> {
    const { token } = await json();
    const session = typeof token === "string" ? this.#options.access.open(token) : undefined;
    if (session === undefined) return this.#plain(401);
    this.#options.opened();
    const cookie = `${this.#cookieName}=${session.cookie}; HttpOnly; SameSite=Strict; Path=/`;
    return this.#json(200, { key: session.key }, { "set-cookie": cookie });
  }

  #upgrade(request: Request, path: string): Response {
    if (path !== "/events" || this.#sockets.size >= MAX_SOCKETS) return this.#plain(404);
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "p2p" });
    this.#sockets.add(socket);
    socket.addEventListener("close", () => this.#sockets.delete(socket));
    socket.addEventListener("open", () => this.#options.connected(socket));
    return response;
  }

  #problem(cause: unknown): Response {
    const error = problemOf(text("page.answer"), cause);
    const { words } = this.#options;
    const hint = error.hint === undefined ? {} : { hint: words(error.hint) };
    return this.#json(error instanceof P2PError && error.exitCode === 3 ? 403 : 422, {
      ...{ code: error.kind, reason: { code: error.code }, words: words(error), ...hint },
    });
  }

  #json(
    status: number,
    value: Record<string, unknown>,
    more: Readonly<Record<string, string>> = {},
  ): Response {
    const headers = pageHeaders({ "content-type": "application/json", ...more });
    return new Response(safeJson(value), { status, headers });
  }

  #plain(status: number): Response {
    return new Response(null, { status, headers: pageHeaders({}) });
  }
}

/** The path as it was sent, without what URL parsing makes of dots. */
function rawPath(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]*/, "").replace(/[?#].*$/s, "");
}

/** The session's key among the protocols that a WebSocket offers: "p2p, key.…". */
function protocolKey(header: PageRequest["header"]): string | null {
  const offered = (header("sec-websocket-protocol") ?? "").split(",").map((each) => each.trim());
  return offered.find((each) => each.startsWith("key."))?.slice(4) ?? null;
}

async function readJson(request: Request): Promise<Record<string, unknown>> {
  const pieces: string[] = [];
  let bytes = 0;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const piece of request.body ?? []) {
      bytes += piece.length;
      if (bytes > MAX_JSON_BYTES) throw new FailureError("page.long-request", {});
      pieces.push(decoder.decode(piece, { stream: true }));
    }
    const value: unknown = JSON.parse(pieces.join("") + decoder.decode());
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch (error) {
    if (error instanceof P2PError) throw error;
    throw new FormatError("page.bad-request", {}, { cause: error });
  }
  throw new FormatError("page.bad-request", {});
}
