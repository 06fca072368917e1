/** English: the help of `p2p sm4`. */

export const help = {
  brief: "SM4 in its modes (GCM, CCM, CTR, CBC, ECB, CFB, OFB, XTS) and MACs",
  full:
    `SM4 in its modes of operation, for scripts and other tools. For files to people use 'p2p enc'.

Examples:
  p2p sm4 encrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.enc a.txt
  p2p sm4 decrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.txt a.enc`,
  flags: {
    mode: "Mode of operation; only gcm and ccm notice changes",
    keyFile: "Key: a file of 32 hex digits or 16 bytes; for xts twice that",
    key: "Key: hex digits, which other users of the machine can see",
    iv: "Initial vector: 16 bytes; for gcm and ccm a nonce, 12 bytes; for ecb none",
    aad: "Additional data that gcm and ccm authenticate",
    tagLength: "Bytes of the tag: gcm 12 to 16, ccm 4 to 16, even (default 16)",
    noPadding: "cbc, ecb: no PKCS#7 padding; the data must be whole blocks",
    openssl: "Files of 'openssl enc' (Salted__): key and IV from a passphrase",
    passphrase: "With --openssl: ask for the passphrase",
    digest: "With --openssl: what -md says there (default sm3)",
    iterations: "With --openssl: iterations of PBKDF2 (default 10000)",
    oldKdf: "With --openssl: without -pbkdf2, as OpenSSL does by itself",
    armor: "With --openssl: write base64, as 'openssl enc -a'",
  },
  encrypt: {
    brief: "Encrypt with SM4",
    full:
      `Encrypt a file or stream of any size with SM4 (GB/T 32907). gcm and ccm write the ciphertext, then the tag.
Never use one key and IV for two messages in gcm, ccm or ctr. For files to people use 'p2p enc', which takes care.
ccm reads up to 256 MiB, xts one sector of up to 16 MiB; xts is that of GB/T 17964-2021, xts-ieee that of IEEE 1619.

Examples:
  p2p sm4 encrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.enc a.txt
  p2p sm4 encrypt --mode cbc --key-file k.hex --iv 000102030405060708090a0b0c0d0e0f < a.txt > a.cbc
  p2p sm4 encrypt --openssl -p -o a.enc a.txt   for: openssl enc -d -sm4-cbc -pbkdf2 -md sm3`,
  },
  decrypt: {
    brief: "Decrypt with SM4",
    full:
      `Decrypt what 'p2p sm4 encrypt', OpenSSL or another tool made. With gcm and ccm nothing is written before the tag
of the whole input has been verified; a wrong key or a changed byte ends with 3.

Examples:
  p2p sm4 decrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.txt a.enc
  openssl enc -sm4-ctr -K $K -iv $IV -in a | p2p sm4 decrypt --mode ctr --key-file k.hex --iv $IV
  p2p sm4 decrypt --openssl -p --digest sha256 -o a.txt a.enc   of: openssl enc -sm4-cbc -pbkdf2`,
  },
  mac: {
    brief: "Print a MAC of a message with SM4",
    full:
      `Print the MAC of a file or stream as 32 hex digits: CMAC (SP 800-38B, GB/T 15852.1), or CBC-MAC, which is
secure only where all messages have one length. HMAC-SM3 is 'p2p sm3 --hmac-key-file'.

Examples:
  p2p sm4 mac --key-file k.hex report.pdf
  p2p sm4 mac --mode cbc-mac --key-file k.hex < block.bin`,
    flags: {
      mode: "Which MAC",
    },
  },
} as const;
