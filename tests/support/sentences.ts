/** Finds sentences for people in code: their place is the catalogue (`lib/text/`), in every language. */
import type { Source } from "./imports.ts";
import { literals } from "./literals.ts";

/** Three words in a row, the later ones in lower case: no name, no label, no list of one word. */
const SENTENCE = /(?:^|[^\p{L}])\p{L}[\p{Ll}'’]* \p{Ll}{2,}(?:[ ,;:]+\p{Ll}{2,}| ….*\p{Ll}{2,})/u;

/** Literals that look like sentences and are none, each with the reason. */
const OTHER: Readonly<Record<string, string>> = {
  "p2p datagram check": "a label that a key is derived with (docs/protocol.md)",
  "p2p safety number 1": "a label that a digest begins with (docs/protocol.md)",
  "FAILED open or read": "the verdict of sha256sum and its kind, that scripts know",
  "grey with alpha": "a value of --json, the same in every language",
  "what do ya want for nothing?": "a message of RFC 4231",
};

/** A command for the reader's shell, that installs something: the same in every language. */
const INSTALL = /^(?:(?:sudo |doas )?(?:apt|dnf|zypper|pacman|apk|brew|port|winget) [\w .-]+)$/;

/** One that looks into the system or changes it: the cures of `p2p doctor`. */
const SYSTEM = /^(?:sudo (?:ip|nft|timedatectl|ufw)|netsh) [\w .…/='{}-]+$/;

/** What a caller's mistake is told with: a bug, which is reported to those who write the program. */
const MISTAKE = /\bnew (?:Range|Type)Error\(\s*$/;

/** A message pattern of Noise: "e, es, s, ss" (Noise §7.2). */
const NOISE_PATTERN = /^(?:e|s|ee|es|se|ss|psk)(?: (?:e|s|ee|es|se|ss|psk))*$/;

/** Files whose literals are code of another language. */
const CODE = ["commands/completion/scripts.ts"];

/** Every sentence in `source`, as "path:line: text". */
export function sentences({ path, text }: Source): string[] {
  if (CODE.includes(path)) return [];
  return literals(text)
    .filter((literal) =>
      SENTENCE.test(literal.text) && !Object.hasOwn(OTHER, literal.text) &&
      !NOISE_PATTERN.test(literal.text) && !MISTAKE.test(literal.before) &&
      !SYSTEM.test(literal.text) &&
      !literal.text.split(", ").every((command) => INSTALL.test(command))
    )
    .map((literal) => `${path}:${literal.line}: ${literal.text.split("\n")[0]}`);
}
