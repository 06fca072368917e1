/** English: what the whole program reads of its environment, ends with, and keeps where. */

export const program = {
  headings: {
    environment: "environment",
    exitCodes: "exit status",
    files: "files",
    seeAlso: "see also",
  },
  environment: {
    P2P_HOME:
      "Where everything of yours is kept (default: p2p in $XDG_CONFIG_HOME, or in ~/.config)",
    P2P_LANG: "en or zh; else LC_ALL, LC_MESSAGES and LANG decide",
    P2P_LAN: "off: no discovery on the LAN; else the interfaces for it, with commas",
    P2P_DATAGRAM: "The largest datagram that the network carries, in bytes",
    P2P_CACHE: "Where the executable unpacks itself once (default: $XDG_CACHE_HOME, or ~/.cache)",
    P2P_DEBUG: "1: say where in the program an error comes from",
    NO_COLOR: "Anything: no colours",
    TERM: "dumb: lines alone, without colours and without a prompt that stays",
  },
  exitCodes: {
    0: "All of it succeeded",
    1: "It failed",
    2: "The command line is wrong",
    3: "Authentication failed: wrong key or passphrase, tampered data, bad signature, changed key, no hidden message",
    4: "The peer did not answer, or the connection was lost",
    129: "Interrupted: SIGHUP",
    130: "Interrupted: SIGINT, Ctrl-C",
    143: "Interrupted: SIGTERM",
  },
  files: {
    "$P2P_HOME/identity.pem": "Your private key, under a passphrase where you gave it one",
    "$P2P_HOME/p2p.db": "Contacts, history, outbox, settings, encrypted to your key",
    "$P2P_HOME/ca": "Authorities that you run",
    "$P2P_HOME/certificates": "Authorities that you trust, and your certificates",
  },
} as const;
