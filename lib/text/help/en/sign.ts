/** English: the help of `p2p sign`. */

export const help = {
  brief: "Sign a file with SM2 and SM3",
  full:
    `Make a detached signature (SM2 with SM3, GB/T 32918.2) in DER, as OpenSSL and GmSSL read it.

The signature goes to FILE.sig; of stdin, to stdout. The ID is part of what is signed: who verifies must use
the same. OpenSSL uses an empty one unless told -sigopt distid:1234567812345678.

--digest-e signs an e that was made elsewhere (p2p sm2 digest prints one): 32 bytes or 64 hex digits in FILE. It is
for devices and tools that hash by themselves. Never sign the e of somebody else: it may stand for any message.

Examples:
  p2p sign report.pdf                    makes report.pdf.sig
  p2p sign -i work.pem -o r.sig report.pdf
  tar c src | p2p sign > src.sig         signs a stream
  p2p sign --format hex -o - report.pdf  for sm-crypto
  p2p sm2 digest -k me.pub.pem a | p2p sign --digest-e -o a.sig`,
  flags: {
    digestE: "FILE holds e itself, not the message: see above",
    format: "How to write it: DER, raw (r and s), raw in hex digits, DER in base64",
    output: "Write the signature to SIG (default FILE.sig; '-' is stdout)",
  },
  args: {
    file: "What to sign (default stdin)",
  },
} as const;
