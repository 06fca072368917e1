/** English: the help of `p2p sm3`. */

export const help = {
  brief: "SM3 digests, HMAC-SM3, and checking lists of them",
  full: `Print the SM3 digest (GB/T 32905) of each file: hex digits, two spaces, name.

--check reads such a list (and the forms of 'openssl dgst' and BSD) and prints OK or FAILED for each file. It
ends with 3 when a digest differs and with 1 when a file could not be read.

Examples:
  p2p sm3 *.iso > SM3SUMS
  p2p sm3 --check SM3SUMS
  tar c src | p2p sm3
  p2p sm3 --hmac-key-file mac.key report.pdf`,
  flags: {
    hmacKeyFile: "Make HMAC-SM3 with the key in FILE: hex digits, or the bytes",
    check: "Verify the files that the list in FILE names ('-' is stdin)",
  },
  args: {
    file: "What to hash (default stdin)",
  },
} as const;
