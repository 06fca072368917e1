/** English: the help of `p2p outbox`. */

export const help = {
  brief: "Show, cancel or send what waits for others",
  full:
    `What could not be delivered yet. It goes out when either side appears: listen and chat send it too.

Examples:
  p2p outbox                                       what waits, and what failed lately
  p2p outbox cancel 3f2a91c0                       take one back
  p2p outbox flush                                 call whoever something waits for`,
  list: {
    brief: "List what waits, and what failed or was cancelled lately",
    full: `List what waits: id, state, time, recipient, text.

Examples:
  p2p outbox
  p2p outbox list --json`,
    flags: {
      json: "Print one JSON object a line",
    },
  },
  cancel: {
    brief: "Take back what waits",
    full: `Take back what waits, by its id or the beginning of it.

Examples:
  p2p outbox cancel 3f2a91c0
  p2p outbox cancel 3f2a91c04d5e6f708192a3b4c5d6e7f8`,
    args: {
      id: "The id, or its first digits",
    },
  },
  flush: {
    brief: "Call everybody something waits for, and send it",
    full:
      `Call the contacts for whom something waits, and send it. The exit code is 4 when something still waits.

Examples:
  p2p outbox flush
  p2p outbox flush --json`,
    flags: {
      json: "Print events as JSON, one object a line",
    },
  },
} as const;
