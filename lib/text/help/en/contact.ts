/** English: the help of `p2p contact`. */

export const help = {
  brief: "Name keys, compare safety numbers, forget changed keys",
  full: `Contacts are names for keys. They can be named wherever a peer or a recipient goes.

Examples:
  p2p contact add alice p2p1q… --address 192.168.1.5
  p2p contact verify alice
  p2p contact forget 10.0.0.7:9998                a peer there has a new key, and confirmed it`,
  list: {
    brief: "List the contacts",
    full: `List the contacts: name, key, address, whether verified; tabs between them.

Examples:
  p2p contact list
  p2p contact list --json`,
    flags: {
      json: "Print one JSON object a line",
    },
  },
  add: {
    brief: "Add a contact, or change the address of one",
    full: `Give a key a name. A contact can be named wherever a peer or a recipient goes.

Examples:
  p2p contact add alice p2p1q… --address 192.168.1.5
  p2p contact add bob --address 10.0.0.7:9998      the key that answered there before`,
    flags: {
      address: "Where to reach them",
    },
    args: {
      name: "How to call them",
      key: "Their key; the one met at --address when left out",
    },
  },
  remove: {
    brief: "Forget a contact",
    full: `Forget a contact; the key may be met anew after that.

Examples:
  p2p contact remove alice
  p2p contact remove "Li Lei"`,
    args: {
      name: "The contact",
    },
  },
  verify: {
    brief: "Compare the safety number with somebody",
    full:
      `Print the safety number: 60 digits that are the same on both sides when nobody stands between.

Examples:
  p2p contact verify alice
  p2p contact verify 192.168.1.5 --yes`,
    flags: {
      yes: "They have been compared and are the same",
    },
    args: {
      name: "Contact or address",
    },
  },
  forget: {
    brief: "Forget which key answered at an address",
    full:
      `Forget the key that is pinned to an address, after its owner has confirmed that it changed.

Examples:
  p2p contact forget 192.168.1.5
  p2p contact forget '[2001:db8::7]:9998'`,
    args: {
      ip: "Where the key was met",
    },
  },
} as const;
