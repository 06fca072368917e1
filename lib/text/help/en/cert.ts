/** English: the help of `p2p cert`. */

export const help = {
  brief: "Certificates for SM2 keys, and an authority that issues them",
  full:
    `An authority in one file, and the certificates that it issues: X.509 with SM2 and SM3 (GM/T 0015). Everything is PEM and
can be exchanged with GmSSL, Tongsuo, OpenSSL and Bouncy Castle.

Examples:
  p2p cert ca school                               make an authority
  p2p cert request "CN=alice" -o alice.req         ask for a certificate of your identity
  p2p cert issue alice.req -o alice.crt            issue it
  p2p cert verify alice.crt                        check it against whom you trust`,
  flags: {
    authority: "Which authority, where there are several",
  },
  ca: {
    brief: "Make an authority, or print its certificate",
    full:
      `Make the authority NAME, in $P2P_HOME/ca/NAME.db, and print its certificate, which others are to trust. Its key has a
passphrase. An authority that is there already prints its certificates again. With --rotate it gets a new key, which the old
one certifies: those who trust the old certificate accept what is issued from then on, too.

Examples:
  p2p cert ca school -o school.crt                 an authority for ten years
  p2p cert ca school --subject "C=CN, O=School" --permit dns:school.cn
  p2p cert ca school --rotate -o school.crt        a new key; both certificates are printed`,
    flags: {
      subject: "Name in the certificate, such as C=CN,O=School (default: NAME)",
      years: "Years that it is valid (default 10)",
      rotate: "Make a new key, which the old one certifies",
      permit: "Certify only names such as dns:school.cn, ip:10.0.0.0/8, email:school.cn",
      exclude: "Never certify such names",
      noPassphrase: "Leave the key without a passphrase",
    },
    args: { name: "What to call it" },
  },
  request: {
    brief: "Ask for a certificate of your key",
    full:
      `Print a request for a certificate of your identity for the subject NAME. A dual certificate is two: one of your identity
for signatures, one of a second key for encryption, which is made where there is none.

Examples:
  p2p cert request "C=CN, CN=alice" -o alice.req
  p2p cert request --profile server --alt dns:www.school.cn www.school.cn -o www.req
  p2p cert request --profile dual alice -o alice.req`,
    flags: {
      profile: "What it is for",
      encryptionKey: "Second key of a dual certificate (default $P2P_HOME/encryption.pem)",
      alt: "Another name: dns:HOST, ip:ADDRESS, email:ADDRESS, uri:URI",
    },
    args: { name: "The subject: CN=alice, or C=CN,O=School,CN=alice, or just alice" },
  },
  issue: {
    brief: "Issue what a request asks for",
    full:
      `Issue a certificate for each request in REQ, of p2p, OpenSSL or GmSSL. Its signature is verified; what the certificate
may be used for is decided by the profile, not by the request. The same request gets the same certificate again.

Examples:
  p2p cert issue alice.req -o alice.crt            two years and a season
  p2p cert issue --days 30 --profile server www.req`,
    flags: {
      profile: "What it is for (default: what the request says, or person)",
      subject: "Another subject than the request's",
      alt: "Other names than the request's: dns:HOST, ip:ADDRESS, email:ADDRESS",
      days: "Days that it is valid (default 825)",
    },
    args: { request: "File of one or more requests; - for stdin" },
  },
  renew: {
    brief: "Issue a certificate again, with new dates",
    full:
      `Issue a certificate of the same subject, key and purpose once more. The old one stays valid until its end.

Examples:
  p2p cert renew alice.crt -o alice-2027.crt
  p2p cert renew 4a01ff… --days 90                 by serial number`,
  },
  revoke: {
    brief: "Revoke a certificate",
    full:
      `Revoke a certificate that this authority has issued, by its file or serial number, and write a new revocation list for the
programs of this home: conversations with its holder end. Others need the list: p2p cert crl.

Examples:
  p2p cert revoke alice.crt --reason keyCompromise --all
  p2p cert revoke 4a01ff…                          by serial number`,
    flags: {
      reason: "Why",
      all: "All certificates of its key, which is never certified again",
    },
    args: { certificate: "File of the certificate, or its serial number in hex digits" },
  },
  crl: {
    brief: "Print the revocation list",
    full: `Print a fresh revocation list. After a change of the key there is one for each key.

Examples:
  p2p cert crl -o school.crl                       the next one is due in 30 days
  p2p cert crl --days 7 > school.crl`,
    flags: { days: "Days until the next one is due (default 30)" },
  },
  show: {
    brief: "Show a certificate, request or revocation list",
    full: `Show what is in a file, one label and value a line; nothing is verified but the form.

Examples:
  p2p cert show alice.crt
  p2p cert show --json school.crl`,
    flags: { json: "One JSON object a line" },
    args: { certificate: "File with certificates, requests or lists; - for stdin" },
  },
  verify: {
    brief: "Check a certificate and its path",
    full:
      `Check that the path of the first certificate in CERT leads to an authority that is trusted: signatures, dates, usage,
lengths, names, revocation. Certificates that stand between may follow in CERT or stand in the --ca files. 0 it holds, 3 it
does not.

Examples:
  p2p cert verify alice.crt                        against what 'p2p cert trust' keeps
  p2p cert verify --ca root.crt --crl root.crl --usage server --for dns:www.school.cn www.crt
  p2p cert verify --ca openssl-ca.pem --id '' made-by-openssl.crt`,
    flags: {
      ca: "Trust the authorities in FILE, and no others",
      crl: "Revocation lists in FILE, besides those that are kept",
      usage: "What it is to be used for",
      for: "The name it must be for: dns:HOST, ip:ADDRESS, email:ADDRESS",
      at: "At another time, such as 2027-01-31",
      grace: "Days that an overdue revocation list counts on (default 7)",
      requireCrl: "Refuse what no revocation list covers",
      id: "ID in all signatures (default 1234567812345678)",
    },
    args: { certificate: "File of the certificate, and of others up to the authority" },
  },
  trust: {
    brief: "Trust an authority from now on",
    full:
      `Trust the authorities in FILE, and keep the revocation lists in it. Compare the fingerprint first. Without FILE those who
are trusted are listed.

Examples:
  p2p cert trust school.crt
  p2p cert trust school.crl                        a newer revocation list
  p2p cert trust --block stolen-ca.crt             refuse its key, whoever certifies it`,
    flags: {
      remove: "Trust them no longer",
      block: "Refuse their keys from now on",
    },
    args: { file: "File with certificates of authorities, or revocation lists" },
  },
  code: {
    brief: "Make one-time codes for enrolling",
    full:
      `Print a code for each NAME. Whoever enrolls with it gets a certificate of that name: once, within a week. Codes have 16
letters and digits; O counts as 0, I and L as 1.

Examples:
  p2p cert code alice "C=CN,O=School,CN=bob"
  p2p cert code -f class.txt > codes.txt           one name a line`,
    flags: {
      file: "Names, one a line",
      days: "Days that the codes are good for (default 7)",
    },
    args: { names: "Name in the certificate" },
  },
  serve: {
    brief: "Issue certificates over the network",
    full:
      `Answer those who enroll: with a one-time code at once, else after a yes at this terminal. Who has a certificate that ends
soon gets the next one. Ctrl-C ends it.

Examples:
  p2p cert serve                                   on the usual port, 9999
  p2p cert serve --port 9998 --days 120`,
    flags: {
      port: "UDP port (default 9999, or a free one)",
      bind: "Local address",
    },
  },
  enroll: {
    brief: "Get a certificate from an authority over the network",
    full:
      `Ask the authority at PEER for a certificate of your identity, and keep it with the authority's certificate and revocation
list: conversations use them from then on. With a code nothing needs to be compared. What breaks off goes on where it was.
Without a code and with a certificate it is renewed.

Examples:
  p2p cert enroll 192.168.1.10 --code 7K3M-9QPX-2VTA-HW5D
  p2p cert enroll 192.168.1.10 --name "C=CN,CN=alice"
  p2p cert enroll school.cn --keep                 stay, and renew in time`,
    flags: {
      code: "The one-time code that the authority has made for you",
      codeFile: "Read the code from FILE",
      name: "Name to ask for, where there is no code",
      dual: "Two certificates: one to sign, one of a second key to encrypt",
      keep: "Stay, and renew the certificate in time",
    },
    args: { peer: "Address of the authority, or a contact" },
  },
  list: {
    brief: "List what an authority has issued",
    full: `List the certificates: serial number, subject, profile, state, end.

Examples:
  p2p cert list
  p2p cert list --json`,
    flags: { json: "One JSON object a line" },
  },
  log: {
    brief: "Show and check what an authority has done",
    full:
      `Show the audit log. Each entry is bound to the one before and signed with the authority's key: 3 when one was changed,
taken out or put in.

Examples:
  p2p cert log
  p2p cert log --json --authority school`,
  },
} as const;
