/** English: the help of `p2p pair`. */

export const help = {
  brief: "Become verified contacts by a short spoken code",
  full:
    `Become verified contacts of each other: one side shows a code, the other enters it; nothing else has to be compared.
Say the code, do not send it. It is good for one try: after a wrong one it is dead. Without PEER the other side is
looked for on the LAN.

Examples:
  p2p pair                                         shows a code, and waits
  p2p pair --code 123-456-786                      on the other side, on the same network
  p2p pair 192.168.1.5:9999                        the other side's address; asks for the code`,
  flags: {
    code: "The code that the other side shows",
    name: "How to call them; asked for, or what they suggest",
    suggest: "The name that you suggest to them",
    port: "Local UDP port (default: 9999 if it is free)",
    bind: "Use this local address only",
    json: "Print one JSON object a line",
  },
  args: {
    peer: "Where the other side waits: IP[:PORT], host name or contact",
  },
} as const;
