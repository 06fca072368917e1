/** English: hidden messages and the commands of p2p stego. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

export const hidden = {
  "hidden.bad-signature": "reveal: the signature is not good",
  "hidden.different-messages": "reveal: these pictures hold different messages",
  "hidden.different-messages.hint": "reveal them one at a time",
  "hidden.flat": (
    { picture, percent, room }: { picture: string; percent: number; room: number },
  ) =>
    `hide in ${picture}: ${percent} % of it is flat, where a change of one step is seen, and the rest has room for ${
      counted(room, "byte")
    }`,
  "hidden.flat.hint":
    "choose another: a photo hides best; without --level it is hidden in this one all the same, where it is seen",
  "hidden.missing-parts": ({ count }: { count: number }) =>
    `reveal: the message is spread over ${counted(count, "picture")}, and not all are here`,
  "hidden.missing-parts.hint": ({ missing }: { missing: string }) => `missing: number ${missing}`,
  "hidden.no-room": (
    { bytes, room, level, picture }: {
      bytes: number;
      room: number;
      level: string;
      picture: string | undefined;
    },
  ) =>
    `hide message: it needs ${counted(bytes, "byte")}, and there is room for ${room} in ${
      picture ?? "the pictures together"
    } (level ${level})`,
  "hidden.no-room.more-pictures":
    "use a larger picture; 'p2p stego hide --carrier MORE.png' takes several",
  "hidden.no-room.quick": ({ room }: { room: number }) => `--level quick has room for ${room}`,
  "hidden.not-signed": "reveal: the message is not signed",
  "hidden.nothing": "reveal: no hidden message",
  "hidden.nothing.lossy": "only PNG keeps one; JPEG and others lose it",
  "hidden.nothing.wrong-key":
    "a wrong key looks the same: 'p2p stego reveal' takes a passphrase with -p, another identity with -i FILE",
  "hidden.other-signer": "reveal: the message is signed by somebody else",
  "hidden.turned-grey": ({ picture }: { picture: string }) =>
    `hide in ${picture}: its few coloured pixels turned grey`,
  "hidden.turned-grey.hint": "try again, or use another picture",
  "stego.capacity.flat": ({ percent }: { percent: number }) =>
    `  ${percent} % of it is flat, where a change of one step is seen: a message that fits at stealth changes nothing there`,
  "stego.capacity.level": ({ level, bytes }: { level: string; bytes: number }) =>
    `  ${level.padEnd(8)} ${String(bytes).padStart(12)} ${bytes === 1 ? "byte" : "bytes"}`,
  "stego.capacity.picture": (
    { picture, width, height, bits, colour, interlaced }: {
      picture: string;
      width: number;
      height: number;
      bits: number;
      colour: Text;
      interlaced: boolean;
    },
    { text }: Wording,
  ) =>
    `${picture}: ${width}×${height}, ${bits}-bit ${text(colour)}${
      interlaced ? ", interlaced" : ""
    }`,
  "stego.chat.file": (
    { picture, path, size: bytes }: { picture: string; path: string; size: number },
    { size }: Wording,
  ) => `hidden in ${picture}: a file, saved as ${path} (${size(bytes)})`,
  "stego.chat.hidden": (
    { picture, changed, available }: { picture: string; changed: number; available: number },
  ) => `hidden in ${picture}: ${changed} of ${available} samples changed`,
  "stego.no-file-yet": "reveal: no file has come yet",
  "stego.no-file-yet.hint": "name a picture: /reveal IMG",
  "stego.chat.text": ({ picture }: { picture: string }) => `hidden in ${picture}: `,
  "stego.check.difference": (
    { changed, samples, largest }: { changed: number; samples: number; largest: number },
  ) => `  ${changed} of ${samples} samples differ, by ${largest} at most`,
  "stego.check.channel": ({ channel }: { channel: string }) => channel,
  "stego.check.head": "  channel   chi-square          RS   sample pairs",
  "stego.check.picture": ({ picture }: { picture: string }) => `${picture}`,
  "stego.check.psnr": ({ psnr }: { psnr: string }) => `  PSNR to the cover ${psnr}`,
  "stego.check.verdict": (
    { sign, percent, steps }: {
      sign: "replaced" | "steps" | "none" | "unknown";
      percent: number;
      steps: number;
    },
  ) =>
    ({
      replaced: `  verdict: low bits look replaced${
        percent > 0 ? `, in about ${percent} % of the samples` : ""
      }`,
      steps: `  verdict: where the picture is flat, ${
        counted(steps, "sample")
      } lie one step off, as hidden bits do`,
      none: "  verdict: no sign of replaced low bits",
      unknown: "  verdict: these tests can say nothing about this picture",
    })[sign],
  "stego.colour.grey": "grey",
  "stego.colour.grey-alpha": "grey with alpha",
  "stego.colour.palette": "palette",
  "stego.colour.rgb": "RGB",
  "stego.colour.rgba": "RGB with alpha",
  "stego.fell-to-quick": ({ bytes, stealth }: { bytes: number; stealth: number }) =>
    `no room for ${
      counted(bytes, "byte")
    } at stealth, only for ${stealth}: hidden at quick, which is easier to detect`,
  "stego.file-and-message": "hide: give a file or a message, not both",
  "stego.hidden": (
    { picture, level, changed, available, share }: {
      picture: string;
      level: string;
      changed: number;
      available: number;
      share: number;
    },
  ) => `${picture}: level ${level}, ${changed} of ${available} samples changed (${share} %)`,
  "stego.hide.flat": ({ picture, percent }: { picture: string; percent: number }) =>
    `${picture}: ${percent} % of it is flat, and whoever looks at the lowest bits sees the changes there; a photo hides best`,
  "stego.hide.progress": ({ picture }: { picture: string }) => `hide in ${picture}`,
  "stego.hide.prompt": "passphrase that reveals it",
  "stego.many-arguments": "hide: more than a picture and a message",
  "stego.many-arguments.hint":
    "for several pictures: hide -m MSG A.png B.png, or hide A.png MSG --carrier B.png",
  "stego.many-pictures": ({ most }: { most: number }) =>
    `hide: more than ${counted(most, "picture")}`,
  "stego.no-folder": ({ path }: { path: string }) => `write ${path}: no such folder`,
  "stego.no-key": "hide: no key is named, and there is no terminal to ask for a passphrase",
  "stego.no-key.hint": "-r RECIPIENT, or --passphrase-file FILE",
  "stego.output-folder": ({ path }: { path: string }) =>
    `hide: for several pictures -o must be an existing folder, and ${path} is none`,
  "stego.output-png": ({ path }: { path: string }) => `write ${path}: the result is a PNG`,
  "stego.output-png.hint": "name it .png",
  "stego.own-identity": "no key is named: only your own identity can reveal it",
  "stego.pictures-from-stdin": "hide: only one picture can come from stdin",
  "stego.reveal.prompt": "passphrase of the picture",
  "stego.same-name": ({ path }: { path: string }) =>
    `hide: two pictures would get the name ${path}`,
  "stego.signed-by": ({ name, key }: { name: string | undefined; key: string }) =>
    `signed by ${name === undefined ? "" : `${name} `}${key}`,
  "stego.stdin-twice": "hide: picture and message cannot both come from stdin",
  "stego.traces": ({ picture, kind }: { picture: string; kind: string }) =>
    `${picture}: traces of ${kind} make hidden data easier to detect; a true PNG is better`,
  "stego.two-keys": "hide: choose -p or -r",
  "stego.two-keys.hint": "a picture has one message, for a passphrase or for recipients",
} as const;
