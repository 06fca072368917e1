/** English: the help of `p2p stego`. */

export const help = {
  brief: "Hide encrypted messages and files in pictures",
  full: `Hides encrypted messages and files in pictures, and reveals them.

Examples:
  p2p stego hide cat.png "meet at nine"      asks for a passphrase, makes cat.stego.png
  p2p stego reveal cat.stego.png             asks for it again, prints the message
  p2p stego hide -r alice -f plan.pdf cat.png
  p2p stego capacity cat.png
  p2p stego check --cover cat.png cat.stego.png`,
  hide: {
    brief: "Hide a message or a file in a picture",
    full:
      `Hides a message, or a file with -f, in a picture and prints the path of the copy that holds it.

PNG keeps what it was: size, depth, palette, transparency and every other chunk; only the lowest bits of some
colour samples change. JPEG, GIF and BMP are decoded and become PNG. The message is encrypted: for a passphrase (-p),
or for keys (-r). With neither you are asked for a passphrase; without a terminal it is for your own identity.
The picture must not be edited, scaled or sent as a "photo" afterwards: that destroys the message.

Each picture has room for so much ('p2p stego capacity'). Without --level it is hidden at stealth where it fits,
at quick otherwise, which is said. Never hide twice in one picture, and do not publish the original.
Where a picture is flat (one colour, a drawing, a screenshot) every change is seen. What does not fit beside that
is hidden all the same, with a warning; --level stealth refuses it.

Examples:
  p2p stego hide cat.png "meet at nine"                 asks for a passphrase, makes cat.stego.png
  p2p stego hide -r alice cat.png "meet at nine"        for alice's key
  p2p stego hide -r alice --sign -f plan.pdf cat.png    a file, and proof of who sent it
  p2p stego hide -p -f big.zip a.png b.png c.png        over several pictures
  echo secret | p2p stego hide -p cat.png -o dog.png    from stdin`,
    flags: {
      message: "Hide this text; all arguments are then pictures",
      file: "Hide this file ('-' is stdin); all arguments are then pictures",
      carrier: "One more picture to spread the message over",
      passphrase: "Who knows the passphrase reveals it",
      recipient: "Who has this key reveals it: p2p1…, a contact, a PEM file",
      level: "stealth: little, and where it is hard to see; quick: more fits",
      output: "Write to OUT.png ('-' is stdout); a folder for several pictures",
    },
    args: {
      img: "The picture, then the message (stdin when absent or '-')",
    },
  },
  reveal: {
    brief: "Reveal what is hidden in a picture",
    full:
      `Reveals what 'p2p stego hide' hid. A message goes to stdout. A file goes to OUT, or without -o to its own name,
made safe, in the current folder (never over an existing file); its path is then printed.

Without -p and -i your identity is tried, then a passphrase is asked for. A clean picture and a wrong key look the
same: "no hidden message", exit code 3.

Examples:
  p2p stego reveal cat.stego.png                        your identity, else it asks for the passphrase
  p2p stego reveal -p cat.stego.png                     with the passphrase
  p2p stego reveal --from alice -o plan.pdf cat.png     only if alice signed it
  p2p stego reveal -p c.png a.png b.png                 what was spread over three pictures`,
    flags: {
      passphrase: "Reveal with a passphrase",
      identity: "Reveal with the private key in FILE, not the identity",
      maxBytes: ({ byDefault }: { byDefault: number }) =>
        `Refuse a hidden file or message of more than N bytes (default ${byDefault})`,
    },
    args: {
      img: "The picture; all of them, in any order, where the message is in several",
    },
  },
  capacity: {
    brief: "Say how much fits into a picture",
    full:
      `Says how many bytes fit into a picture at each level. Messages and files that can be compressed may be longer;
the name of a file and a signature (about 106 bytes) count too. The less you hide, the harder it is to detect:
a tenth of what fits at stealth is a good measure. Where much of a picture is flat, stealth has room only beside
that, which is said.

Examples:
  p2p stego capacity cat.png
  p2p stego capacity --json *.png`,
    flags: {
      json: "Print one JSON object for each picture",
    },
    args: {
      img: "The picture",
    },
  },
  check: {
    brief: "Say what the classical detectors see in a picture",
    full:
      `Prints the classical estimates for each colour channel: the chi-square probability (near 1 when the histogram's
pairs are evened out), and the part of samples with a replaced low bit by RS and by sample pair analysis. Clean
pictures give a few per cent either way; "–" means that an estimator can say nothing about this picture. The last
line is the verdict; it also counts samples one step off a flat surrounding. With --cover also how far the picture is
from the original.

What 'p2p stego hide' makes of a photo passes these tests at any level, because it adds and subtracts one instead of
replacing bits. Modern detectors are trained classifiers; docs/formats.md says what they may still find.

Examples:
  p2p stego check cat.stego.png
  p2p stego check --cover cat.png cat.stego.png
  p2p stego check --json cat.png`,
    flags: {
      cover: "Compare with the picture as it was before",
      json: "Print one JSON object",
    },
    args: {
      img: "The picture",
    },
  },
} as const;
