/** English: the help of `p2p cms`. */

export const help = {
  brief: "Signed and enveloped messages: CMS, GM/T 0010",
  full:
    `Messages with certificates, as other tools exchange them: PKCS#7 of GM/T 0010 with SM2, SM3 and SM4-CBC.

Examples:
  p2p cms sign --cert alice.crt -o report.p7s report.pdf
  p2p cms encrypt -r bob.crt -o report.p7m report.pdf`,
  flags: {
    for: "Whose form: GM/T 0010, RFC 5652 (OpenSSL, Bouncy Castle), or GmSSL's, without Z",
    der: "Write DER, not PEM",
  },
  sign: {
    brief: "Sign a file with a certificate",
    full: `Sign FILE; the message has the certificate in it, and FILE too unless it is detached.

Examples:
  p2p cms sign -o report.p7s report.pdf            with the certificate that enroll got
  p2p cms sign --cert alice.crt --detached --for rfc -o report.p7s report.pdf`,
    flags: {
      cert: "Certificate of the key, and others up to the authority",
      detached: "Leave the content out",
    },
    args: { file: "What to sign; stdin without" },
  },
  verify: {
    brief: "Check a signed message and print its content",
    full:
      `Check every signature in IN, and that each signer's certificate leads to an authority that is trusted. 0 all hold, 3
one does not: then nothing is written.

Examples:
  p2p cms verify --ca school.crt -o report.pdf report.p7s
  p2p cms verify --content report.pdf report.p7s   detached`,
    flags: {
      content: "The content of a detached message",
      cert: "Certificates that are not in the message",
    },
    args: { file: "The message; stdin without" },
  },
  encrypt: {
    brief: "Encrypt to the holders of certificates",
    full:
      `Encrypt FILE to each recipient: of a dual certificate to the one for encryption. Use 'p2p enc' between p2p users: it
shows changes, an envelope alone does not.

Examples:
  p2p cms encrypt -r bob.crt -o report.p7m report.pdf
  p2p cms encrypt -r bob.crt -r carol.crt --for gmssl report.pdf`,
    flags: { recipient: "Certificate of a recipient" },
    args: { file: "What to encrypt; stdin without" },
  },
  decrypt: {
    brief: "Decrypt an enveloped message",
    full: `Decrypt IN with your key, whoever made it: p2p, GmSSL, Bouncy Castle.

Examples:
  p2p cms decrypt -o report.pdf report.p7m
  p2p cms decrypt -i encryption.pem report.p7m`,
    args: { file: "The message; stdin without" },
  },
} as const;
