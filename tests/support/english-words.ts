/** English words in what is told in Chinese. */
import { COMMAND_NAMES } from "../../commands/names.ts";

/** Words that are the same in every language: names of algorithms, formats and programs, and values of flags. */
const TECHNICAL = new Set(
  `p2p scrypt base bit ogg ipv ffmpeg sox alsa pulse apt install dnf free pacman apk add brew zypper sudo doas relaxed
   stealth quick auto ask contacts all gcm ccm ctr cbc ecb cfb ofb xts xts-ieee en zh der raw hex pem png jpeg key tab any
   never gmssl openssl java web alt ctrl-c ctrl-r yes kib mib gib tib`
    .split(/\s+/),
);

/** Subcommands, which errors and hints name. */
const SUBCOMMANDS = new Set(
  `encrypt decrypt digest hide reveal capacity check list show add rename remove verify accept-key forget block unblock
   invite accept export import delete cancel flush create enroll`.split(/\s+/),
);

/** The English words in `output`, apart from what was given and what is the same in every language. */
export function englishWords(output: string, given: readonly string[]): string[] {
  const known = new Set(given.flatMap((each) => each.split(/[^A-Za-z-]+/)));
  const text = output
    .replace(/\bp2p1[0-9a-z…]+|(?:p2p|https?):\/\/\S+/g, "") // keys, invitations, the page
    .replace(/(?:[\w.~-]*\/)+[\w.~-]+|\b[\w-]+\.[a-z]\w*(?:\.\w+)*\b/g, "") // paths and names of files
    .replace(/\b[0-9a-f]{4}(?:[0-9a-f]{4})?\b/g, "") // fingerprints, short ids
    .replace(/--[a-z-]+/g, ""); // flags
  return [...text.matchAll(/[A-Za-z][A-Za-z-]*[a-z][A-Za-z-]*/g)].map(([word]) =>
    word.replace(/-+$/, "")
  )
    .filter((word) =>
      word.length > 2 && !known.has(word) && !TECHNICAL.has(word.toLowerCase()) &&
      !SUBCOMMANDS.has(word) && !COMMAND_NAMES.some((name) => name === word)
    );
}
