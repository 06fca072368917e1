/** English: the help of `p2p pubkey`. */

export const help = {
  brief: "Print a public key",
  full: `Print the public key of your identity, or of the key in FILE.

FILE may be a private or public key (PEM, DER, hex digits, p2p1… text), a certificate, or a certificate
request; '-' is stdin. A passphrase is asked for only where nothing in the file is readable without it.

Examples:
  p2p pubkey                        your own, to give to others
  p2p pubkey -i alice.crt           the key in a certificate, as p2p1…
  p2p pubkey --pem > me.pub.pem     for OpenSSL and GmSSL
  p2p pubkey -i me.pub.pem --hex    for sm-crypto`,
  flags: {
    identity: "Key file: private or public, of any readable form",
    pem: "Print it as SubjectPublicKeyInfo PEM",
    hex: "Print it as 130 hex digits",
  },
} as const;
