/** English: the help of `p2p chat`. */

export const help = {
  brief: "Talk to a peer",
  full: `Hold an encrypted conversation with a peer that runs 'p2p listen' or 'p2p chat'.

PEER is IP, IP:PORT, [IPv6]:PORT, a host name or a contact's name; the port is 9999 unless given. Two people
who both run 'p2p chat OTHER' meet. With piped input each line is one message, and the exit code is 0 only
when the peer's program has acknowledged every one. A text that was sent and not acknowledged stays in the outbox.

When nobody answers the exit code is 4. With --later nobody is called: the message is kept until the peer appears, and
the exit code is 0. With --now nothing is kept. Without either, a person at a terminal gets it kept as well, and a script
does not: whoever tries again sends nothing twice.

Examples:
  p2p chat 192.168.1.5                           talk; /help lists what else one can do
  p2p chat alice -m "dinner at eight?"           one message
  p2p chat alice -m "call me" --later            kept until alice appears
  journalctl -f | p2p chat '[2001:db8::7]:9998'  every line a message`,
  flags: {
    message: "Send this one message and end",
    port:
      "Local UDP port, shared with your other p2p programs (default: 9999 when nobody else has it)",
  },
  args: {
    peer: "Whom to talk to or @GROUP",
  },
} as const;
