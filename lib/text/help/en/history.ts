/** English: the help of `p2p history`. */

export const help = {
  brief: "Show, search, export and delete what was said",
  full: `What was said with others, kept encrypted to your identity.

Examples:
  p2p history alice                                the latest messages with her
  p2p history --search 你好 --since 3d             what was said of it in three days
  p2p history delete alice --before 2026-01-01     forget the older ones for good`,
  show: {
    brief: "Show messages, the latest last",
    full:
      `Show what was said with PEER (a contact, a key, an address met before), or with everybody, in the order of
the conversation. TIME is a day, a day and a time, or how long ago (30m, 12h, 3d, 2w).

Examples:
  p2p history alice --limit 20                     the latest twenty
  p2p history --search "see you" --json            JSON, an object a line
  p2p history alice --export alice.jsonl           all of it into a file, not encrypted`,
    flags: {
      since: "Only what was stored at or after TIME",
      until: "Only what was stored at or before TIME",
      search: "Only messages that hold TEXT, whatever the case",
      limit: "The latest N (default: 50; all of them for --export)",
      json: "Print one JSON object a line",
      export: "Write them to FILE as JSON, an object a line",
    },
    args: {
      peer: "With whom; everybody when left out",
    },
  },
  delete: {
    brief: "Delete what was said with somebody for good",
    full:
      `Delete the messages with PEER from the database, its search index and its log. Received files stay.

Examples:
  p2p history delete alice                         all of it, after a question
  p2p history delete alice --before 52w --yes      what is older than a year`,
    flags: {
      before: "Only what was stored before TIME",
      yes: "Do not ask",
    },
    args: {
      peer: "With whom or @GROUP",
    },
  },
} as const;
