/** English: the help of `p2p group`. */

export const help = {
  brief: "Several people as one: who is in a group",
  full:
    `Make groups and change who is in them. A group has no server: each member's program sends to all the others, and
passes on what was missed. @NAME is the group wherever a peer can be named.

Examples:
  p2p group create friends alice bob               a group of three: you are in it
  p2p chat @friends -m "在吗？"                       goes to each; who is away gets it later`,
  create: {
    brief: "Make a group",
    full:
      `Make a group called NAME, with MEMBERs (contacts, keys) in it and you. The name is what you call it; others may call it
otherwise. Contacts join by themselves; anybody else is asked.

Examples:
  p2p group create friends alice bob               with two contacts
  p2p group create 家人                            empty but for you: invite others later`,
    args: {
      name: "What to call it, then who is in it",
    },
  },
  invite: {
    brief: "Add members",
    full: `Add MEMBERs to a group. They get what is said from then on. Any member may add others.

Examples:
  p2p group invite @friends carol                  a contact
  p2p group invite @friends p2p1…                  by key`,
    args: {
      group: "The group, then whom to add",
    },
  },
  remove: {
    brief: "Remove a member",
    full:
      `Remove MEMBER from a group: nothing of it is sent to them any more by anybody who has heard of it. Any member may remove
others; of two who remove each other the one who came first stays.

Examples:
  p2p group remove @friends mallory                a contact
  p2p group remove @friends p2p1…                  by key`,
    args: {
      group: "The group",
      member: "Whom to remove",
    },
  },
  rename: {
    brief: "Call a group differently here",
    full:
      `Call a group NAME from now on. Names are everybody's own, as those of contacts are: nobody else hears of it, and no
member can make your group look like another.

Examples:
  p2p group rename @friends @climbing              on this machine alone
  p2p group rename "@friends 2" work               two that came with one name, told apart`,
    args: {
      group: "The group",
      name: "What to call it",
    },
  },
  leave: {
    brief: "Leave a group",
    full: `Leave a group. What was said in it stays in the history until it is deleted.

Examples:
  p2p group leave @friends                         and the others are told
  p2p history delete @friends                      forget what was said, too`,
    args: {
      group: "The group",
    },
  },
  list: {
    brief: "List groups",
    full: `List the groups: name, whether you are in it, how many members.

Examples:
  p2p group list                                   a line each
  p2p group list --json                            one JSON object a line`,
    flags: {
      json: "Print one JSON object a line",
    },
  },
  show: {
    brief: "Show a group and its members",
    full: `Show a group's name, id and members, the one who made it first.

Examples:
  p2p group show @friends                          a line for each member
  p2p group show @friends --json                   as one JSON object`,
    flags: {
      json: "Print one JSON object",
    },
    args: {
      group: "The group",
    },
  },
} as const;
