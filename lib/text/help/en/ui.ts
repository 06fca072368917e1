/** English: the help of `p2p ui`. */

export const help = {
  brief: "Open the window of p2p in the browser",
  full:
    `Serve the page of p2p to your own browser, on this machine alone, and open it: contacts, conversations, groups, files,
voice, hidden messages. The link that is printed opens it once, in one browser; Enter prints a new one. The first start makes
an identity in the page; a passphrase is asked for there too, unless --passphrase-file or --passphrase-fd gives it.
The page locks itself when nobody uses it. It goes on until Ctrl-C.

Examples:
  p2p ui                                          on a free port, in the usual browser
  p2p ui --no-open --port 8700                    print the link alone
  p2p ui --save-dir ~/p2p --accept all            take everything, save below ~/p2p`,
  flags: {
    port: "TCP port of the page (default: a free one)",
    noOpen: "Start no browser, print the link alone",
    listen: "UDP port for peers (default: 9999 if it is free)",
    bind: "Be there for peers on this local address only",
    lock: "Lock the page after N minutes without use; 0 for never",
    saveDir: "Save received files in DIR (default: ~/Downloads, else below the state folder)",
    accept: "Whose files are taken unasked (default: those of contacts; others are asked about)",
  },
} as const;
