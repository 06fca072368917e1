/** English: the help of `p2p sm2`. */

export const help = {
  brief: "SM2 encryption in the standard encodings",
  full:
    `SM2 public key encryption of short messages, for scripts and other tools. For files use 'p2p enc'.

Examples:
  echo secret | p2p sm2 encrypt -k p2p1… -o c.der
  p2p sm2 decrypt c.der`,
  encrypt: {
    brief: "Encrypt a short message to a public key",
    full:
      `Encrypt with SM2 (GB/T 32918.4), in one of the standard encodings. For files use 'p2p enc'.

Examples:
  echo secret | p2p sm2 encrypt -k p2p1… -o c.der
  p2p sm2 encrypt -k bob.pub.pem --format c1c3c2 -o c.bin key.txt
  p2p sm2 encrypt -k p2p1… --format c1c3c2 --no-04 --encoding hex key.txt   for sm-crypto`,
    flags: {
      key: "Recipient: p2p1…, a contact, a key or certificate file, 130 hex digits",
      format: "How to write it: DER for OpenSSL and GmSSL, raw (with 04) for others",
      encoding: "The bytes themselves, or one line of hex digits or base64",
      no04: "Raw forms without the leading 04, as sm-crypto has them",
    },
  },
  decrypt: {
    brief: "Decrypt an SM2 ciphertext",
    full:
      `Decrypt what 'p2p sm2 encrypt', OpenSSL, GmSSL, sm-crypto or another tool made: DER, or raw in either
order, with or without the leading 04, as bytes or as hex digits.

Examples:
  p2p sm2 decrypt c.der
  p2p sm2 decrypt -i work.pem -o key.txt c.bin
  echo 3079… | p2p sm2 decrypt`,
    flags: {
      format: "How it is written; auto tells by itself",
    },
  },
  digest: {
    brief: "Print Z and e, which a signature is made of",
    full:
      `Print Z, the digest of ID, curve and public key, and e = SM3(Z ‖ M) of the message M, which is what SM2 signs
(GB/T 32918.2): for teaching, and for devices that sign a given e.

Examples:
  p2p sm2 digest -k p2p1… report.pdf
  printf 'message digest' | p2p sm2 digest -k alice.pub.pem --id 1234567812345678`,
    flags: {
      key: "Signer: p2p1…, a contact, a key or certificate file, 130 hex digits",
    },
  },
} as const;
