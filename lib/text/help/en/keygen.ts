/** English: the help of `p2p keygen`. */

export const help = {
  brief: "Make your SM2 identity",
  full: `Make an SM2 key pair and write the private key as PKCS#8 PEM.

The file is $P2P_HOME/identity.pem unless -o names another. On a terminal a passphrase is asked for; Enter
means none. The public key is printed on stdout, its fingerprint and the path on stderr.

Examples:
  p2p keygen                                         make your identity
  p2p keygen -o work.pem --passphrase-file pass.txt  another one, encrypted
  p2p keygen -o srv.pem --no-passphrase              for a machine that starts alone
  p2p keygen -o k.pem --passphrase-fd 3 --prf sha256 3<pass.txt   an encrypted key for OpenSSL`,
  flags: {
    noPassphrase: "Write the key unencrypted, without asking",
    prf: "Hash for the passphrase: GmSSL reads sm3, OpenSSL 3.0 reads sha256",
  },
} as const;
