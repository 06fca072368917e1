/** English: groups. */

export const group = {
  "group.entry": "read group entry: not an entry of a group",
  "group.signature": "read group entry: its signature is not its author's",
  "group.other-group": "read group entry: it belongs to another group",
  "group.name": "name group: 1 to 64 bytes of text",
  "group.too-many-entries": ({ most }: { most: number }) =>
    `change group: it has ${most} changes, as many as one may have`,
  "group.message": "read group message: not a message to a group",
  "group.message-signature": "read group message: its signature is not its author's",
  "group.no-author": "read group message: its author was no member",
  "group.record": "read group record: malformed",
  "group.none": ({ name }: { name: string }) => `find group: none is called ${name}`,
  "group.none.hint": "p2p group list shows them",
  "group.confusable": ({ name, other }: { name: string; other: string }) =>
    `name group: ${name} can be taken for the group ${other}`,
} as const;
