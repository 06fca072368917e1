/** English: the help of `p2p listen`. */

export const help = {
  brief: "Wait for peers; print messages, save files, play voice",
  full:
    `Wait for peers on a UDP port. Messages are printed on stdout, files are saved and voice notes played.
On a terminal a line goes to the person whom the prompt names; /to chooses, /help lists more. Piped lines go to
the peer last heard from. Texts that cannot be delivered wait for the peer's return. It goes on until Ctrl-C.

Received files never replace anything: a free name is found. --accept says whose files are taken.

Examples:
  p2p listen                                      on UDP 9999, saving into the current folder
  p2p listen --accept all --save-dir in           take everything, save below in/
  p2p listen --log-level warning                  as a service says it (docs/service.md)
  p2p listen --port 0 --bind 127.0.0.1 --once     one conversation on a free local port

A program answers through --json (docs/json.md), for instance every message with its own text, each once however often
it is stopped (bash and jq):
  coproc BOT { p2p listen --json --cursor-file cursor; }
  while read -r event <&"\${BOT[0]}"; do
    jq -c 'select(.type == "message") | {type, to: .peer.key, text, once: .id, ack: .cursor}' \\
      <<<"$event" >&"\${BOT[1]}"
  done`,
  flags: {
    port: "UDP port, shared with your other p2p programs; 0 takes a free one",
    bind: "Listen on this local address only",
    since: "With --json: first tell what was stored after this cursor, and go on from there",
    cursorFile: "With --json: begin behind the cursor in FILE, which acknowledged events move",
    once: "End after the first conversation",
    announce: "Show this name to everybody on the LAN",
    logLevel: "What to say on stderr: warning leaves out who comes and goes; error, all but faults",
    strict: "Refuse peers whose key is not known yet",
  },
} as const;
