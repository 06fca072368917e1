/** English: the help of `p2p verify`. */

export const help = {
  brief: "Check a signature",
  full: `Check a detached signature made by 'p2p sign', OpenSSL, GmSSL or another tool.

Ends with 0 when the signature is good and 3 when it is not. A key of a certificate is taken as it is; the
certificate itself is not verified. --digest-e checks the signature of an e (32 bytes or 64 hex digits in FILE);
that proves nothing about a message unless you have made e of it yourself.

Examples:
  p2p verify -k p2p1… -s report.pdf.sig report.pdf
  p2p verify -k alice.pub.pem -s src.sig < src.tar
  p2p verify -k alice.crt -s r.sig --id "" report.pdf     OpenSSL without distid`,
  flags: {
    key: "Signer: p2p1…, a contact, a key or certificate file, 130 hex digits",
    digestE: "FILE holds e itself, not the message: see above",
    signature: "The signature: DER, raw r‖s, or either as hex digits",
  },
  args: {
    file: "What was signed (default stdin)",
  },
} as const;
