/** English: the help of `p2p contact`. */

export const help = {
  brief: "Name keys, compare safety numbers, accept changed keys",
  full: `Contacts are names for keys. They can be named wherever a peer or a recipient goes.

Examples:
  p2p contact add alice p2p1q… --address 192.168.1.5
  p2p contact verify alice
  p2p contact invite                               a line and a QR code, for others to know you
  p2p contact accept-key alice                     she has a new key, and confirmed it`,
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
  show: {
    brief: "Show what is known of a contact",
    full: `Show what is known of a contact, a line for each: a label, a tab, the value.

Examples:
  p2p contact show alice
  p2p contact show alice --json`,
    flags: {
      json: "Print one JSON object",
    },
    args: {
      name: "The contact",
    },
  },
  add: {
    brief: "Add a contact, or change the address of one",
    full: `Give a key a name. A contact can be named wherever a peer or a recipient goes.

Examples:
  p2p contact add alice p2p1q… --address 192.168.1.5
  p2p contact add bob --address 10.0.0.7:9998      the key that answered there before
  p2p contact add carol                            choose among the keys met lately
  p2p contact add carol 'd94a 2fcb 88a6'           the one whose fingerprint begins so`,
    flags: {
      address: "Where to reach them",
    },
    args: {
      name: "How to call them",
      key:
        "Their key, or the fingerprint of one met lately; the one met at --address when left out",
    },
  },
  rename: {
    brief: "Call a contact by another name",
    full: `Call a contact by another name. The key, the address and whether it is verified stay.

Examples:
  p2p contact rename alice "Alice Li"
  p2p contact rename bob 鲍勃`,
    args: {
      from: "The name until now",
      to: "The name from now on",
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
  acceptKey: {
    brief: "Take a changed key as somebody's from now on",
    full:
      `Take another key for a contact or an address, after both are shown. It is the one that answered lately
and was refused, or KEY. A verified mark belongs to the old key: compare the safety number again.

Examples:
  p2p contact accept-key alice                     the key that was refused lately
  p2p contact accept-key alice p2p1q… --yes        one that she gave by another way`,
    flags: {
      yes: "They have confirmed it by another way",
    },
    args: {
      name: "Contact or address",
      key: "The new key; the one refused lately when left out",
    },
  },
  block: {
    brief: "Refuse somebody's calls and messages",
    full: `Refuse whatever comes from a contact, or from the key that answered at an address.

Examples:
  p2p contact block mallory
  p2p contact block 192.168.1.66`,
    args: {
      name: "Contact or address",
    },
  },
  unblock: {
    brief: "Take calls and messages of somebody again",
    full: `Take what comes from a blocked contact or address again.

Examples:
  p2p contact unblock mallory
  p2p contact unblock 192.168.1.66`,
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
  invite: {
    brief: "Print a line and a QR code by which others know you",
    full:
      `Print an invitation: your key, where you can be reached, and a name to call you by. It is no secret.

Examples:
  p2p contact invite
  p2p contact invite --name alice --address 192.168.1.5 --png me.png`,
    flags: {
      name: "The name that you suggest",
      address: "Where you can be reached; this machine's addresses when left out",
      noAddress: "Give no address",
      png: "Write the QR code as a picture",
    },
  },
  accept: {
    brief: "Make a contact of an invitation",
    full:
      `Make a contact of an invitation: the line, or a picture of its QR code. "-" reads the line from stdin.

Examples:
  p2p contact accept p2p://ab… --name alice
  p2p contact accept photo.jpg`,
    flags: {
      name: "How to call them; the name they suggest when left out",
    },
    args: {
      invitation: "The line p2p://…, or a picture",
    },
  },
  export: {
    brief: "Write the contacts to a file",
    full: `Write all contacts to a file, signed by you and encrypted to you (and to whom -r names).

Examples:
  p2p contact export contacts.p2p
  p2p contact export -r bob for-bob.p2p            bob may import them, without your marks`,
    flags: {
      recipient: "Somebody else who may read it",
    },
    args: {
      file: "The file; stdout when left out",
    },
  },
  import: {
    brief: "Take contacts from a file",
    full:
      `Take contacts from a file of 'p2p contact export'. Whatever stands against what is here is named and left out.

Examples:
  p2p contact import contacts.p2p
  p2p contact import --from alice for-bob.p2p      what alice exported for you`,
    flags: {
      from: "Who must have signed it, other than you",
    },
    args: {
      file: "The file",
    },
  },
} as const;
