/** English: the help of `p2p config`. */

export const help = {
  brief: "Show or change settings",
  full: `Settings hold unless the command line says otherwise.

  announce   a name that listen shows to everybody on the LAN: off (default), NAME
  bell       ring the terminal's bell: off (default), mention, all
  expiry     how long what cannot be delivered waits: 30d (default), 12h, 45m, never
  history    whether what is said is kept: on (default), off
  language   of texts for people: auto (default, from P2P_LANG and LANG), en, zh
  mention    words that are a mention: "Alice, 小红"; by default the announced name
  notify     notify the desktop through the terminal: off (default), mention, all
  theme      colours of the page of p2p ui: system (default), light, dark
  times      whether messages at a terminal have their times: on (default), off

Examples:
  p2p config                       all of them
  p2p config set language zh
  p2p config set expiry 7d`,
  list: {
    brief: "List all settings",
    full: `List all settings, and whether they are set.

Examples:
  p2p config
  p2p config list --json`,
    flags: { json: "Print one JSON object a line" },
  },
  get: {
    brief: "Print one setting",
    full: `Print the value that holds.

Examples:
  p2p config get expiry
  p2p config get language`,
    args: { name: "Its name" },
  },
  set: {
    brief: "Change a setting",
    full: `Change a setting.

Examples:
  p2p config set expiry 7d
  p2p config set history off`,
    args: { name: "Its name", value: "What it is to be" },
  },
  unset: {
    brief: "Put a setting back to what holds by default",
    full: `Put a setting back to what holds by default.

Examples:
  p2p config unset expiry
  p2p config unset language`,
    args: { name: "Its name" },
  },
} as const;
