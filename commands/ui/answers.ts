/** What the page asks over HTTP: how it stands, the identity, uploads, files, the lock. Commands come by the WebSocket. */
import { FailureError, UsageError } from "../../lib/errors.ts";
import type { Access } from "../../lib/page/access.ts";
import type { Uploads } from "../../lib/files/uploads.ts";
import { encodePublicKeyText, fingerprint } from "../../lib/crypto/keys/text.ts";
import { qrCode } from "../../lib/qr/code.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { type Language, parseLanguage } from "../../lib/text/language.ts";
import { configureLanguage } from "../shared/language-setting.ts";
import { fileOf, fileResponse, messagePlace } from "./files.ts";
import type { PageAnswer, PageRequest } from "./server.ts";
import type { IdentityStage } from "./stage.ts";

/** The longest text of a QR code. */
const MOST_QR = 1000;

/** What answers need. */
export interface AnswerHost {
  readonly stage: IdentityStage;
  readonly access: Access;
  /** Both are there once the identity is open. */
  readonly uploads: () => Uploads | undefined;
  readonly idleMinutes: number;
  readonly talk: () => Talk | undefined;
  language: Language;
  /** The page speaks another language from now on. */
  readonly spoken: (language: Language) => Promise<void>;
  /** Somebody is there. */
  readonly active: () => void;
  readonly lock: () => void;
}

/** Answers a request of a session. */
export async function answerPage(request: PageRequest, host: AnswerHost): Promise<PageAnswer> {
  const { method, path: [first = "", ...rest] } = request;
  if (method === "GET" && first === "state" && rest.length === 0) return standing(host);
  // What a page does by itself, as looking at what came, does not count as somebody's presence.
  if (method !== "GET") host.active();
  if (first === "uploads") return await answerUploads(request, rest, host.uploads());
  if (first === "files" && method === "GET") return await answerFile(request, host);
  if (method !== "POST" || rest.length > 0) return undefined;
  switch (first) {
    case "active":
      return {};
    case "lock":
      host.lock();
      return {};
    case "unlock":
      await host.stage.unlock(textOf(await request.json(), "passphrase"));
      host.access.unlock();
      return {};
    case "identity": {
      const fields = await request.json();
      await host.stage.make(textOf(fields, "passphrase"), textOf(fields, "name"));
      return {};
    }
    case "language": {
      const language = parseLanguage(textOf(await request.json(), "language"));
      if (language === undefined) return undefined;
      await configureLanguage(language);
      host.language = language;
      await host.spoken(language);
      return {};
    }
    case "passes": {
      const path = textOf(await request.json(), "path");
      const place = messagePlace(path.slice(1).split("/"));
      const talk = host.talk();
      if (talk !== undefined && place !== undefined && fileOf(talk, place) === undefined) {
        throw new FailureError("page.file-gone", {});
      }
      return { pass: host.access.pass(path, Date.now()) };
    }
    case "qr": {
      const text = textOf(await request.json(), "text");
      if (text.length > MOST_QR) return undefined;
      const code = qrCode(text);
      const rows = Array.from(
        { length: code.size },
        (_, y) => Array.from({ length: code.size }, (_, x) => code.dark(y, x) ? "1" : "0").join(""),
      );
      return { rows };
    }
    default:
      return undefined;
  }
}

/** How it stands; the page shows the screen for it. */
function standing({ stage, access, idleMinutes, language }: AnswerHost): PageAnswer {
  const key = stage.publicKey;
  return {
    ...{ stage: access.locked ? "idle" : stage.name, passphrase: stage.protected },
    ...{ idleMinutes, language },
    ...(key === undefined || access.locked
      ? {}
      : { self: { key: encodePublicKeyText(key), fingerprint: fingerprint(key) } }),
  };
}

async function answerUploads(
  { method, query, body, json }: PageRequest,
  rest: readonly string[],
  uploads: Uploads | undefined,
): Promise<PageAnswer> {
  if (uploads === undefined) return undefined;
  const [id = "", verb, more] = rest;
  if (rest.length === 0 && method === "GET") return { uploads: uploads.list() };
  if (rest.length === 0 && method === "POST") {
    const fields = await json();
    const file = {
      name: textOf(fields, "name"),
      size: numberOf(fields, "size"),
      modified: numberOf(fields, "modified"),
    };
    return { ...uploads.begin(file) };
  }
  if (more !== undefined) return undefined;
  if (method === "PUT" && verb === undefined) {
    const offset = query.get("offset") ?? "";
    if (!/^\d{1,15}$/.test(offset)) return undefined;
    return { offset: await uploads.write(id, Number(offset), body) };
  }
  if (method === "POST" && verb === "drop") {
    uploads.drop(id);
    return {};
  }
  return undefined;
}

async function answerFile({ path, header }: PageRequest, host: AnswerHost): Promise<PageAnswer> {
  const place = messagePlace(path);
  const talk = host.talk();
  if (place === undefined || talk === undefined) return undefined;
  const file = fileOf(talk, place);
  if (file === undefined) return undefined;
  const { path: open, over } = await file.open();
  return await fileResponse(open, header("range"), over);
}

function textOf(fields: Record<string, unknown>, name: string): string {
  const field = fields[name];
  if (typeof field !== "string") throw new UsageError("api.no-text", { name });
  return field;
}

function numberOf(fields: Record<string, unknown>, name: string): number {
  const field = fields[name];
  if (!Number.isSafeInteger(field) || Number(field) < 0) {
    throw new UsageError("api.no-number", { name });
  }
  return Number(field);
}
