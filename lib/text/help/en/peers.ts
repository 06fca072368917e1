/** English: the help of `p2p peers`. */

export const help = {
  brief: "Show which contacts are on the LAN",
  full:
    `Show which contacts are on the LAN, and who shows a name to everybody: name, address, whether verified; tabs between.
Others learn nothing from it, contacts only that you look. An address is a place to try: the key is proven when you connect.

Examples:
  p2p peers
  p2p peers --watch --json                         a line whenever somebody comes or goes`,
  flags: {
    watch: "Go on, and tell who comes and goes",
    json: "Print one JSON object a line",
  },
} as const;
