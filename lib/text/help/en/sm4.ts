/** English: the help of `p2p sm4`. */

export const help = {
  brief: "SM4 in its modes: GCM, CTR, CBC, ECB, CFB, OFB",
  full:
    `SM4 in its modes of operation, for scripts and other tools. For files to people use 'p2p enc'.

Examples:
  p2p sm4 encrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.enc a.txt
  p2p sm4 decrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.txt a.enc`,
  flags: {
    mode: "Mode of operation; only gcm notices changes",
    keyFile: "Key: a file of 32 hex digits or 16 bytes",
    key: "Key: 32 hex digits, which other users of the machine can see",
    iv: "Initial vector: 16 bytes; for gcm the nonce, 12 bytes; for ecb none",
    aad: "Additional data that gcm authenticates",
    noPadding: "cbc, ecb: no PKCS#7 padding; the data must be whole blocks",
  },
  encrypt: {
    brief: "Encrypt with SM4",
    full:
      `Encrypt a file or stream of any size with SM4 (GB/T 32907). gcm writes the ciphertext, then the 16-byte tag.
Never use one key and IV for two messages in gcm or ctr. For files to people use 'p2p enc', which takes care.

Examples:
  p2p sm4 encrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.enc a.txt
  p2p sm4 encrypt --mode cbc --key-file k.hex --iv 000102030405060708090a0b0c0d0e0f < a.txt > a.cbc`,
  },
  decrypt: {
    brief: "Decrypt with SM4",
    full:
      `Decrypt what 'p2p sm4 encrypt', OpenSSL or another tool made. With gcm nothing is written before the tag of the
whole input has been verified; a wrong key or a changed byte ends with 3.

Examples:
  p2p sm4 decrypt --mode gcm --key-file k.hex --iv 00112233445566778899aabb -o a.txt a.enc
  openssl enc -sm4-ctr -K $K -iv $IV -in a | p2p sm4 decrypt --mode ctr --key-file k.hex --iv $IV`,
  },
} as const;
