/** English: the help of the program itself, and of flags that several commands have. */

export const shared = {
  brief: "Encrypted conversations and tools on SM2, SM3 and SM4, without a server",
  full: `Encrypted conversations and tools on SM2, SM3 and SM4, without a server.

Examples:
  p2p keygen                          make your identity
  p2p listen                          wait for peers (UDP 9999)
  p2p chat 192.168.1.5                talk to one
  p2p enc -r p2p1… -o a.enc a.txt     encrypt a file to someone
  p2p stego hide in.png "msg"         hide a message in a picture

Help on one command: p2p COMMAND --help`,
  front: {
    brief: "encrypted conversations and tools on SM2, SM3 and SM4",
    usage: "Usage: p2p COMMAND [ARGUMENTS]",
    examples: `Examples:
  p2p keygen                          make your identity
  p2p chat 192.168.1.5                talk to whoever runs 'p2p listen' there
  p2p stego hide in.png "msg"         hide a message in a picture`,
    more: "Every command with a line: p2p help. One in detail: p2p help COMMAND",
  },
  groups: {
    identity: "who you are",
    files: "files",
    pictures: "pictures",
    talk: "conversations",
    people: "people",
    kept: "what is kept",
    algorithms: "algorithms",
    program: "this program",
  },
  headings: {
    usage: "USAGE",
    aliases: "ALIASES",
    commands: "COMMANDS",
    flags: "FLAGS",
    arguments: "ARGUMENTS",
  },
  keywords: {
    default: "default =",
    separator: "separator =",
  },
  flags: {
    help: "Print this help",
    helpAll: "Print this help with everything that is hidden",
    version: "Print the version",
    lang: "Speak English (en) or Chinese (zh)",
    escape: "Everything after it is an argument",
    quiet: "Print nothing but errors",
    force: "Replace an existing file",
    output: "Write to FILE ('-' is stdout)",
    identity: "Use the private key in FILE, not the identity",
    signingIdentity: "Sign with the private key in FILE, not the identity",
    sign: "Sign as the sender",
    signerId: "Signer's ID in the signature (default 1234567812345678)",
    passphraseFile: "Read the passphrase from the first line of FILE",
    passphraseFd: "Read the passphrase from file descriptor N",
    slowKdf: "Derive keys from passphrases however long a file says that it takes",
    identityPassphraseFile: "Read the identity's passphrase from the first line of FILE",
    identityPassphraseFd: "Read the identity's passphrase from file descriptor N",
    from: "Refuse it unless it is signed by this key",
    ca: "Trust peers by certificate of the authorities in FILE",
    cert: "Show the certificate in FILE, which is one of your key",
    requireCert: "Refuse peers without a certificate that holds",
    strict: "Refuse a peer whose key is not known yet",
    later: "Keep it until the peer appears, without a call",
    now: "Call now, keep nothing for later",
    noHistory: "Keep nothing of what is said; receipts say so",
    sendPort: "Send from this local UDP port",
    talkJson: "Print events and read commands as JSON, one object a line",
    eventJson: "Print events as JSON, one object a line",
    saveDir: "Save received files in DIR (default: the current folder)",
    accept: "Whose files are taken (default: ask on a terminal, else contacts)",
    noPlay: "Do not play received voice notes",
    keepEncrypted: "Keep received voice notes encrypted (p2p voice --play opens them)",
    maxPixels: ({ byDefault }: { byDefault: number }) =>
      `Refuse pictures with more than N pixels (default ${byDefault})`,
  },
  args: {
    input: "Input (default stdin)",
  },
} as const;
