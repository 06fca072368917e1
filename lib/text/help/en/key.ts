/** English: the help of `p2p key`. */

export const help = {
  brief: "Key files for this tool and for others",
  full: `Convert key files between tools, and change or remove their passphrases.

Examples:
  p2p key convert --for openssl -o k.pem             your identity, for OpenSSL 3.0
  p2p key convert -i k.pem --new-passphrase -o k2.pem   under another passphrase`,
  convert: {
    brief: "Write a key in another form, under another passphrase",
    full:
      `Read a key in any form that p2p reads and write it in the form that another tool reads. Without a word about
passphrases the old one stays; without -o it goes to stdout. Two keys of one file and certificates beside them go
along into pem and p12. A public key or certificate gives a public key.

  --for p2p | gmssl  PEM, SM4-CBC, PBKDF2 with HMAC-SM3
  --for openssl      PEM, SM4-CBC, PBKDF2 with HMAC-SHA-256
  --for java         PEM, AES-256-CBC, PBKDF2 with HMAC-SHA-256 (Bouncy Castle)
  --for web          hex digits, for sm-crypto and its like

Examples:
  p2p key convert -i k.pem --for gmssl --new-passphrase-file pass.txt -o k.gmssl.pem
  p2p key convert -i k.pem --no-passphrase -o plain.pem
  p2p key convert -i k.pem --form p12 --for java --new-passphrase -o k.p12
  p2p key convert -i alice.p12 --for web --no-passphrase
  p2p key convert -i enc.key --unwrap-with sign.pem -o enc.pem   an SM2EnvelopedKey of a CA`,
    flags: {
      identity: "The key to convert (default: the identity)",
      for: "The tool that is to read it",
      form: "How to write it (default: what the tool likes best)",
      public: "Write the public key only",
      newPassphrase: "Ask for a new passphrase",
      newPassphraseFile: "Read the new passphrase from the first line of FILE",
      newPassphraseFd: "Read the new passphrase from file descriptor N",
      noPassphrase: "Write the key unencrypted",
      prf: "Hash for the passphrase, against what --for chooses",
      cipher: "Cipher for the key, against what --for chooses",
      iterations: "Iterations of PBKDF2 (default 262144)",
      name: "What a p12 calls the key (friendlyName, alias)",
      unwrapWith: "Signing key that an SM2EnvelopedKey was wrapped for",
      recipient: "Signing key that --form envelope is for",
    },
  },
} as const;
