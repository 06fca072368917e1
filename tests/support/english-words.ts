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

/** Names in Chinese texts: of algorithms, formats, standards, programs and keys, and what examples call things. */
const NAMES = new Set(
  `SM2 SM3 SM4 ZUC AES MD5 HMAC SHA HKDF PBKDF2 MAC CMAC IV Z e M C3 nonce distid ECB CBC CTR CFB OFB XTS CCM GCM
   COUNT BEARER DIRECTION EEA3 EIA3 GPP Salted base64 GB T GM RFC SP IEEE PKCS X BSD CA CMS DER PEM JSON UTF NUL NULL FF
   INTEGER BEGIN END SM2EnvelopedKey SubjectPublicKeyInfo friendlyName MiB GiB TiB SIMD relaxed
   PNG JPEG GIF BMP WAV Ogg FLAC MP3 M4A AAC AIFF AMR Opus CMYK RGB PSNR RS IHDR IDAT IEND PLTE tRNS zlib
   UDP TCP IP IPv6 LANG TERM SIGHUP SIGINT SIGTERM OK FAILED Ctrl C D R Alt Tab Enter
   p2p p2p1 OpenSSL GmSSL Bouncy Castle OpenPGP PuTTY SSH Java JavaScript PowerShell Windows Audio Deno V8 Web Key
   age minisign signify openssl sm crypto shell ssh compinit jq xxd ufw firewalld nftables iptables chrony ntpd
   sox ffmpeg ffprobe audio root COMMAND HOST ADDRESS URI SIGNER SIGNATURE SIGNING KEY dns email uri ip
   CN O I L A B School Alice Bob alice bob`.split(/\s+/),
);

/** Values of settings and flags, fields, and letters of answers: typed alike in any language. */
const VALUES = new Set(
  `en zh auto on off all mention never ask contacts quick stealth system light dark dumb true false yes ok y n p a r s k
   d h m w`.split(/\s+/),
);

/** Lines for the reader's shell, up to what is Chinese again. */
const FOR_THE_SHELL =
  /(?<![\w-])(?:sudo|openssl|iconv|systemctl|pulseaudio|killall|pactl|fuser|Set-Content) [ -~]*/g;

/** What is typed or read by programs as it stands: the words of completion, a shell's syntax, a field. */
const SYNTAX = /:(?:file|folder)\b|<\(command\)|fpath\+=|“to”/g;

/**
 * The words of Latin letters in a Chinese `text` that no list has: names, values, variables of the environment, and
 * `known`, what commands and placeholders are called. Indented, what stands before two blanks is a label or an example's
 * line, which both languages have (`tests/text/help_test.ts`).
 */
export function latinWords(text: string, known: ReadonlySet<string>): string[] {
  const words = text
    .replace(/^ {2,}\S.*?(?: {2,}|$)/gm, "")
    .replace(/\b[A-Z][A-Z0-9]*_[A-Z_]+\b/g, "")
    .replace(FOR_THE_SHELL, "")
    .replace(SYNTAX, "")
    .replace(/(?:[~$\w.-]*\/)+[\w.~*-]*|(?<!\w)\.[a-z]\w*|\b[\w-]+\.[a-z]\w*(?:\.\w+)*/g, "") // files
    .replace(/(?<![\w-])--?[a-zA-Z][\w-]*/g, "") // flags
    .replace(/(?<![\w-])\d[\dT:-]*[dhmwZ]?\b|\b(?:\w{4}-){3}\w{4}\b/g, ""); // times, codes
  return [...words.matchAll(/[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*/g)].map(([word]) => word)
    .filter((word) =>
      !known.has(word) && !VALUES.has(word) &&
      !word.split("-").every((part) => NAMES.has(part) || /^\d+$/.test(part))
    );
}
