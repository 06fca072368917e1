/** English: the help of `p2p enc`. */

export const help = {
  brief: "Encrypt a file or a stream to somebody, or with a passphrase",
  full: `Encrypts a file or a stream to SM2 recipients and/or a passphrase (SM4-GCM, any size).

Whoever has one of the keys, or the passphrase, opens it with 'p2p dec'. With --sign they also learn who
encrypted it, and that it was meant for them. Without -o it goes to stdout.

Examples:
  p2p enc -r p2p1… -o report.enc report.pdf          to one person
  p2p enc -r alice -r bob.pem --sign -o a.enc a.txt  to two, signed
  p2p enc -p -o notes.enc notes.txt                  with a passphrase, asked on the terminal
  tar c folder | p2p enc -r alice > folder.tar.enc   a stream
  echo hello | p2p enc -a -r alice                   text to paste into a mail`,
  flags: {
    recipient: "Encrypt to this key: p2p1…, a contact, a PEM file, hex digits",
    recipientsFile: "Encrypt to every key in FILE, one a line",
    passphrase: "Encrypt to a passphrase (also)",
    armor: "Write text (base64) that survives e-mail and chat",
  },
  args: {
    in: "What to encrypt; stdin when absent or '-'",
  },
} as const;
