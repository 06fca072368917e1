/** The way to the program: HTTP for bytes, one WebSocket for events and commands (docs/json.md). */

/** Something that the program tells. */
export interface Told {
  readonly type: string;
  readonly ref?: unknown;
  // deno-lint-ignore no-explicit-any -- each event has fields of its own; who takes it knows them
  readonly [field: string]: any;
}

/** Why something was not done: in the words of the program. */
export class Failure extends Error {
  constructor(words: string, readonly status: number, readonly hint?: string) {
    super(words);
  }
}

const KEY = "p2p-key";
let key = localStorage.getItem(KEY) ?? "";

function failureOf(status: number, body: { words?: string; hint?: string }): Failure {
  return new Failure(body.words ?? "", status, body.hint);
}

/** Asks the program over HTTP. */
export async function request(
  method: "GET" | "POST" | "PUT",
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const bytes = body instanceof Blob;
  const response = await fetch(path, {
    method,
    headers: {
      "x-p2p-key": key,
      ...(method === "POST" ? { "content-type": "application/json" } : {}),
      ...(method === "PUT" ? { "content-type": "application/octet-stream" } : {}),
    },
    ...(body === undefined ? {} : { body: bytes ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.ok) return response;
  const text = await response.text();
  throw failureOf(response.status, text === "" ? {} : JSON.parse(text));
}

/** Posts, and reads the JSON answer. */
export async function post(path: string, body: unknown = {}): Promise<Told> {
  return await (await request("POST", path, body)).json();
}

/** Opens a session with the token of a link; false where it is good no more. */
export async function openSession(token: string): Promise<boolean> {
  try {
    const answer = await post("/session", { token });
    key = answer["key"];
    localStorage.setItem(KEY, key);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

interface Waiting {
  readonly ends: readonly string[];
  readonly resolve: (told: Told) => void;
  readonly reject: (error: Failure) => void;
}

let socket: WebSocket | undefined;
let there = Promise.withResolvers<void>();
/** Every window is told the names of all: none has those of another. */
const names = crypto.randomUUID();
let count = 0;
const asked = new Map<string, Waiting>();

/** Resolves when the program is there, at once where it is. */
export function connected(): Promise<void> {
  return there.promise;
}

/** Whoever wants to know. */
export interface Listener {
  told(event: Told): void;
  /** The connection is there. */
  opened(): void;
  /** It is gone; `over` where the session is. */
  closed(over: boolean): void;
}

/** Connects for as long as the page lives. */
export function connect(listener: Listener, wait = 100): void {
  const opened = new WebSocket(`ws://${location.host}/events`, ["p2p", `key.${key}`]);
  socket = opened;
  let wasThere = false;
  opened.onopen = () => {
    wait = 100;
    wasThere = true;
    there.resolve();
    listener.opened();
  };
  opened.onmessage = ({ data }) => {
    for (const line of String(data).split("\n")) {
      if (line === "") continue;
      const event = JSON.parse(line) as Told;
      settleAsked(event);
      listener.told(event);
    }
  };
  opened.onclose = ({ code }) => {
    if (wasThere) there = Promise.withResolvers();
    for (const { reject } of asked.values()) reject(new Failure("", 0));
    asked.clear();
    listener.closed(code === 4001);
    if (code === 4001) return;
    setTimeout(() => void retry(listener, Math.min(wait * 2, 3000)), wait);
  };
}

/** The program may be gone, or the session over: what it says of itself tells which. */
async function retry(listener: Listener, wait: number): Promise<void> {
  try {
    await request("GET", "/state");
  } catch (error) {
    if (error instanceof Failure && error.status === 401) return listener.closed(true);
  }
  connect(listener, wait);
}

/** What a command is over with; one that sends a text, as soon as the program has it. */
const ENDS = ["result", "delivered", "waiting", "failed"];

export const TEXT_ENDS = [...ENDS, "sent"];

function settleAsked(event: Told): void {
  if (typeof event.ref !== "string") return;
  const waiting = asked.get(event.ref);
  if (waiting === undefined) return;
  if (event.type === "error") {
    const { words, message, hint } = event;
    waiting.reject(failureOf(422, { words: words ?? message, hint }));
  } else if (waiting.ends.includes(event.type)) waiting.resolve(event);
  else return;
  asked.delete(event.ref);
}

/** Gives a command, and waits for its answer: one of `ends`. */
export function command(
  type: string,
  fields: Record<string, unknown> = {},
  ends: readonly string[] = ENDS,
): Promise<Told> {
  const { ref = `${names} ${count++}`, ...rest } = fields;
  return new Promise((resolve, reject) => {
    if (socket?.readyState !== WebSocket.OPEN) return reject(new Failure("", 0));
    asked.set(String(ref), { ends, resolve, reject });
    socket.send(JSON.stringify({ type, ...rest, ref }));
  });
}
