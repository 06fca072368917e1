/** English: the help of `p2p dec`. */

export const help = {
  brief: "Decrypt what 'p2p enc' wrote",
  full: `Decrypts what 'p2p enc' wrote, armoured or not.

A file that was changed, cut or mixed is refused with exit code 3, and no output file appears. Who signed it, if
anybody, is said on stderr; --from refuses everybody else. Without -o the plaintext goes to stdout, of which only
authentic parts are ever written; look at the exit code before you trust that it is complete.

Examples:
  p2p dec -o report.pdf report.enc                   with your identity
  p2p dec --from alice -o a.txt a.enc                only if alice wrote it
  p2p dec -p -o notes.txt notes.enc                  with a passphrase, asked on the terminal
  p2p dec < folder.tar.enc | tar x                   a stream`,
  flags: {
    identity: "Open with the private key in FILE, not the identity",
    passphrase: "Open with a passphrase",
  },
  args: {
    in: "What to decrypt; stdin when absent or '-'",
  },
} as const;
