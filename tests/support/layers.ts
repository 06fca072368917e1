/** The layer rules of ARCHITECTURE.md as data, and the check that holds them. */
import { type Source, withoutComments } from "./imports.ts";

/** What every file may import: byte strings, errors, and texts before they are words. */
const OPEN_TO_ALL = [
  "lib/bytes.ts",
  "lib/errors.ts",
  "lib/text/catalogue.ts",
  "lib/text/invisible.ts",
  "lib/text/text.ts",
];

/** Folder of lib/ → the other folders of lib/ that it may import, besides what is open to all. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "lib/crypto": [],
  "lib/certificate": ["lib/crypto"],
  "lib/authority": [
    "lib/certificate",
    "lib/crypto",
    "lib/files",
    "lib/state",
    "lib/system",
    "lib/transfer",
  ],
  "lib/container": ["lib/crypto"],
  "lib/stego": [],
  "lib/hidden": ["lib/container", "lib/crypto", "lib/stego"],
  "lib/qr": ["lib/stego"],
  "lib/wire": [],
  "lib/session": ["lib/crypto", "lib/wire"],
  "lib/transport": ["lib/wire"],
  "lib/peer": ["lib/session", "lib/transport", "lib/wire", "lib/crypto"],
  "lib/port": ["lib/peer", "lib/wire"],
  "lib/discovery": ["lib/crypto"],
  "lib/group": ["lib/crypto", "lib/transfer"],
  "lib/transfer": ["lib/crypto"],
  "lib/system": [],
  "lib/voice": ["lib/files", "lib/container", "lib/crypto", "lib/state", "lib/system"],
  "lib/files": ["lib/crypto", "lib/transfer", "lib/system"],
  "lib/state": ["lib/crypto", "lib/session", "lib/files", "lib/system"],
  "lib/net": [
    "lib/port",
    "lib/discovery",
    "lib/peer",
    "lib/transfer",
    "lib/files",
    "lib/state",
    "lib/crypto",
    "lib/session",
    "lib/system",
  ],
  "lib/talk": [
    "lib/authority",
    "lib/certificate",
    "lib/group",
    "lib/net",
    "lib/discovery",
    "lib/files",
    "lib/state",
    "lib/transfer",
    "lib/session",
    "lib/voice",
    "lib/crypto",
    "lib/peer",
    "lib/system",
  ],
  "lib/api": [
    "lib/talk",
    "lib/state",
    "lib/net",
    "lib/session",
    "lib/transfer",
    "lib/voice",
    "lib/crypto",
    "lib/text",
    "lib/files",
    "lib/hidden",
    "lib/stego",
    "lib/system",
  ],
  "lib/doctor": ["lib/crypto", "lib/net", "lib/state", "lib/system", "lib/voice"],
  "lib/page": [],
  "lib/terminal": ["lib/system", "lib/text"],
  "lib/text": [],
};

/** Folders that may do I/O, read the clock, and use `node:` modules that do either. */
const IMPURE = [
  "lib/api",
  "lib/authority",
  "lib/files",
  "lib/net",
  "lib/state",
  "lib/system",
  "lib/talk",
  "lib/terminal",
  "lib/voice",
];

/** `node:` modules without I/O, a clock or randomness: allowed everywhere. */
const PURE_NODE_MODULES = ["node:path", "node:path/posix", "node:zlib"];

/** What pure code does not touch: the system, the clock, randomness. */
const IMPURE_WORDS =
  /\bDeno\.|\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bMath\.random\b|\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bnew Worker\b|\bcrypto\.(?:getRandomValues|randomUUID|subtle\.generateKey)\b|\bfetch\(|\bconsole\./;

/** Files that are the one exception to a rule, with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "lib/crypto/random.ts": "the one door to the platform's CSPRNG",
  "lib/stego/foreign/apart.ts": "a worker computes what this thread would, and nothing else",
  "lib/container/pool.ts": "workers compute what this thread would, and nothing else",
  "lib/transfer/turn.ts":
    "gives the event loop a turn between two pieces of work; nothing comes of when",
};

function folderOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

function isPure(path: string): boolean {
  return path.startsWith("lib/") && !IMPURE.includes(folderOf(path));
}

/** Folders of commands/ that several commands have: flags, input and output, the faces of a conversation. */
const SHARED_BY_COMMANDS = ["commands/shared", "commands/faces", "commands/conversation"];

/** Files right in commands/ that are no command: the table of them. */
const TABLE = ["commands/names.ts", "commands/table.ts"];

/** What a face may import: events and commands, words for them, the terminal. What decides anything is elsewhere. */
const FACES_MAY_IMPORT = [
  ...OPEN_TO_ALL,
  "commands/faces",
  "commands/shared/log-level.ts",
  "commands/shared/speech.ts",
  "lib/api",
  "lib/net/address.ts",
  "lib/net/close.ts",
  "lib/system/cleanup.ts",
  "lib/talk/events.ts",
  "lib/talk/person.ts",
  "lib/talk/talk.ts",
  "lib/terminal",
  "lib/text",
];

/** The command whose inside `path` is: "stego" for commands/stego.ts and commands/stego/hide.ts. */
function commandOf(path: string): string {
  return path.split("/")[1]!.replace(/\.ts$/, "");
}

/** Commands do not import each other's insides; faces import nothing that could decide. */
function brokenCommandRules({ path, local }: Source): string[] {
  if (!path.startsWith("commands/") || TABLE.includes(path)) return [];
  const isFace = path.startsWith("commands/faces/");
  return local.flatMap((target) => {
    const within = (places: readonly string[]) =>
      places.some((place) => target === place || target.startsWith(`${place}/`));
    if (isFace) {
      return within(FACES_MAY_IMPORT)
        ? []
        : [`${path}: a face decides nothing, and imports no ${target}`];
    }
    if (!target.startsWith("commands/") || TABLE.includes(target)) return [];
    if (within(SHARED_BY_COMMANDS) || commandOf(target) === commandOf(path)) return [];
    return [`${path}: imports ${target}, which is another command's inside`];
  });
}

/** What the page may import besides its own: types of what it is told, and how texts of others are made visible. */
const PAGE_MAY_IMPORT = ["lib/api/event-types.ts", "lib/text/safe.ts"];

/** The one library of the page. */
const PAGE_LIBRARIES = ["preact", "preact/hooks"];

/** The page is a program of its own: it runs in a browser, and reaches the other one by HTTP alone. */
function brokenPageRules({ path, local, foreign, text }: Source): string[] {
  if (!path.startsWith("web/")) {
    return local.filter((target) => target.startsWith("web/"))
      .map((target) => `${path}: imports ${target}, which runs in a browser`);
  }
  const inside = local.filter((target) =>
    !target.startsWith("web/") && !PAGE_MAY_IMPORT.includes(target)
  );
  const libraries = foreign.filter((name) => !PAGE_LIBRARIES.includes(name));
  const word =
    /\bDeno\.|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function|https?:\/\/[\w-]+\./
      .exec(withoutComments(text))?.[0];
  return [
    ...[...inside, ...libraries].map((target) => `${path}: the page must not import ${target}`),
    ...(word === undefined ? [] : [`${path}: the page must not use ${word}`]),
  ];
}

/** Every broken rule in `source`, one line each. */
export function brokenRules(source: Source): string[] {
  const { path } = source;
  const broken: string[] = [...brokenCommandRules(source), ...brokenPageRules(source)];
  const own = folderOf(path);
  for (const target of source.local) {
    if (!path.startsWith("lib/")) continue;
    if (!target.startsWith("lib/")) broken.push(`${path}: imports ${target}, which is above lib/`);
    const layer = folderOf(target);
    if (layer === own || OPEN_TO_ALL.includes(target)) continue;
    if (!(MAY_IMPORT[own] ?? []).includes(layer)) {
      broken.push(`${path}: ${own} must not import ${layer}`);
    }
  }
  if (!isPure(path)) return broken;
  for (const name of source.foreign) {
    if (name.startsWith("node:") && !PURE_NODE_MODULES.includes(name)) {
      broken.push(`${path}: pure code must not import ${name}`);
    }
  }
  const word = IMPURE_WORDS.exec(withoutComments(source.text))?.[0];
  if (word !== undefined && !(path in EXCEPTIONS)) {
    broken.push(`${path}: pure code must not use ${word}`);
  }
  return broken;
}

/** Import cycles among `all`, each as "a → b → a". Type-only edges count: a cycle of ideas is one too. */
export function cycles(all: readonly Source[]): string[] {
  const byPath = new Map(all.map((source) => [source.path, source]));
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      found.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
      return;
    }
    state.set(path, "open");
    for (const next of byPath.get(path)?.local ?? []) visit(next, [...trail, path]);
    state.set(path, "done");
  };
  for (const source of all) visit(source.path, []);
  return found;
}
