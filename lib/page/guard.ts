/**
 * Which requests the page's server answers at all. Loopback is shared by everybody on the machine and by every site that
 * a browser shows: what a request says of where it comes from is compared exactly, before anything else is read of it. Pure.
 */

/** What is looked at of a request. */
export interface RequestFacts {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly header: (name: string) => string | null;
}

/** Why a request is refused: the status, and a word for the log. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 405 | 421;
  readonly why: "host" | "method" | "path" | "origin" | "site" | "form";
}

const METHODS = ["GET", "POST", "PUT"];

/** Characters of a path that any of ours has: no dots, no percent signs, nothing to decode. */
const PATH = /^\/[a-z0-9/-]{0,200}$/;

/**
 * The refusal of a request to the server at `host` ("127.0.0.1:PORT"); undefined where it may be looked at further.
 *
 * A name that an attacker's server gives for 127.0.0.1 stands in Host (DNS rebinding), and Origin is then equal to it:
 * so both are compared with what we are, never with each other.
 */
export function refusalOf(
  { method, path, header }: RequestFacts,
  host: string,
): Refusal | undefined {
  if (header("host") !== host) return { status: 421, why: "host" };
  if (!METHODS.includes(method)) return { status: 405, why: "method" };
  if (!PATH.test(path)) return { status: 404, why: "path" };
  const origin = header("origin");
  const own = `http://${host}`;
  const socket = isUpgrade(header);
  if (origin === null ? method !== "GET" || socket : origin !== own) {
    return { status: 403, why: "origin" };
  }
  if (!isFromHere({ method, path, header }, socket)) return { status: 403, why: "site" };
  if (method === "POST" && header("content-type") !== "application/json") {
    return { status: 400, why: "form" };
  }
  if (method === "PUT" && header("content-type") !== "application/octet-stream") {
    return { status: 400, why: "form" };
  }
  return undefined;
}

/** Whether a request asks for a WebSocket. */
export function isUpgrade(header: RequestFacts["header"]): boolean {
  return header("upgrade")?.toLowerCase() === "websocket";
}

/**
 * Whether the browser says that our own page makes the request. The page itself, which holds no secret, may be opened
 * from anywhere, as a document of its own. Not every browser says it of a WebSocket, which has an Origin always.
 */
function isFromHere({ method, path, header }: RequestFacts, socket: boolean): boolean {
  const site = header("sec-fetch-site");
  if (site === "same-origin") return true;
  if (path === "/" && method === "GET") {
    const [mode, dest] = [header("sec-fetch-mode"), header("sec-fetch-dest")];
    return site === null ? false : mode === "navigate" && dest === "document";
  }
  return socket && site === null;
}
