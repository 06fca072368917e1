/** English: invitations, exported contacts, pairing, and who is on the LAN. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

export const people = {
  "invitation.broken": "read invitation: it is none, or a character is wrong or missing",
  "invitation.neither": ({ given }: { given: string }) =>
    `accept invitation "${given}": neither a line that begins with p2p://, nor a file`,
  "invitation.broken.hint": "copy the whole line from p2p:// on, or give a picture of the code",
  "invitation.version": ({ version }: { version: number }) =>
    `read invitation: it is of version ${version}, which this p2p does not know`,
  "invitation.host": ({ host }: { host: string }) => `invite: the host name ${host} is too long`,
  "invitation.many-addresses": ({ most }: { most: number }) =>
    `invite: more than ${counted(most, "address", "addresses")}`,
  "invitation.long-name": ({ most }: { most: number }) =>
    `invite: a suggested name has ${counted(most, "byte")} at most`,
  "invitation.no-code": ({ name }: { name: string }) =>
    `accept invitation: there is no QR code in ${name}`,
  "invitation.no-code.hint": "a sharp picture with a light border around the code is needed",
  "invitation.own": "accept invitation: it is your own",
  "invitation.show":
    "give it to whoever is to know you; it is no secret, and proves nothing by itself",
  "invitation.wrote": ({ path }: { path: string }) => `QR code: ${path}`,
  "invitation.known": ({ name }: { name: string }) => `the key is known already: it is ${name}`,
  "invitation.which-name": ({ fingerprint }: { fingerprint: string }) =>
    `accept invitation: how is ${fingerprint} to be called?`,
  "invitation.which-name.hint": "--name NAME says it",
  "invitation.ask-name": ({ fingerprint, name }: { fingerprint: string; name: string }) =>
    `${fingerprint}: which name?${name === "" ? "" : ` (Enter for ${name})`} `,
  "invitation.accepted": (
    { name, fingerprint, address }: { name: string; fingerprint: string; address: string },
  ) => `${name}: ${fingerprint}${address === "" ? "" : ` at ${address}`}`,
  "invitation.verify": ({ name }: { name: string }) =>
    `compare the safety number when you can: p2p contact verify "${name}"`,
  "pair.mistyped": ({ digits }: { digits: number }) =>
    `pair: that is no code: it has ${counted(digits, "digit")}, and one of them may be mistyped`,
  "pair.frame": "pair: the other side broke the rules of pairing",
  "pair.broken": "pair: the other side broke off",
  "pair.busy": "pair: another program is pairing just now",
  "pair.wrong-guess": "pair: somebody tried a wrong code, and this one is dead now",
  "pair.many-broken": "pair: too many have called without a proof, and the code is dead now",
  "pair.again.hint": "make a new code with 'p2p pair' and say it again",
  "pair.not-pairing": ({ where }: { where: string }) => `pair with ${where}: nobody pairs there`,
  "pair.not-pairing.hint": "'p2p pair' must be running there: give the port that it shows",
  "pair.failed": ({ reason }: { reason: Text }, { text }: Wording) => `pair: ${text(reason)}`,
  "pair.no-code": "pair: the code is missing: --code CODE, or a terminal to ask for it",
  "pair.where": "pair: discovery is switched off: name the address of the other side",
  "pair.nobody": "pair: nobody has called with the code for ten minutes",
  "pair.not-found": "pair: nobody on the LAN has made this code",
  "pair.not-found.hint": "is 'p2p pair' running on the other side? beyond the LAN name its address",
  "pair.several": ({ addresses }: { addresses: readonly string[] }) =>
    `pair: more than one answers to this code: ${addresses.join(", ")}`,
  "pair.several.hint": "name the address that the other side shows",
  "pair.say": ({ where }: { where: string }) =>
    `say this code to the other side, who enters it with 'p2p pair --code'; waiting on ${where}`,
  "pair.looking": "looking for the other side on the LAN",
  "pair.ask-code": "code that the other side shows: ",
  "pair.proven": ({ fingerprint }: { fingerprint: string }) =>
    `the code is the same on both sides; their key is ${fingerprint}`,
  "pair.paired": ({ name }: { name: string }) => `${name} is a contact now, and verified`,
  "pair.nameless": ({ fingerprint }: { fingerprint: string }) =>
    `the key counts as verified; to name it: p2p contact add NAME '${fingerprint}'`,
  "peers.off": "look for contacts: discovery is switched off",
  "peers.off.hint": "P2P_LAN=off does that; without it all networks are used",
  "peers.none": "nobody is heard on the LAN",
  "people.exported": ({ count, path }: { count: number; path: string }) =>
    `exported ${counted(count, "contact")}, signed and encrypted: ${path}`,
  "people.not-export": ({ name }: { name: string }) =>
    `import contacts from ${name}: it holds no contacts of p2p`,
  "people.not-export.hint": "it takes what 'p2p contact export' wrote",
  "people.not-signed": ({ name }: { name: string }) =>
    `import contacts from ${name}: it is not signed`,
  "people.other-signer": ({ name, signer }: { name: string; signer: string }) =>
    `import contacts from ${name}: ${signer} signed it, not you`,
  "people.other-signer.hint":
    "--from NAME takes contacts that somebody else exported, without their marks",
  "people.not-for-you": ({ name }: { name: string }) =>
    `import contacts from ${name}: it is not encrypted to your key`,
  "people.added": ({ name }: { name: string }) => `added ${name}`,
  "people.same": ({ name }: { name: string }) => `${name} is there already`,
  "people.conflict-key": ({ name }: { name: string }) =>
    `left out ${name}: here the name stands for another key`,
  "people.conflict-name": ({ name, other }: { name: string; other: string }) =>
    `left out ${name}: here the key is called ${other}`,
  "people.conflict-alike": ({ name, other }: { name: string; other: string }) =>
    `left out ${name}: it can be taken for ${other}`,
  "people.conflict-bad-name": (
    { name, reason }: { name: string; reason: Text },
    { text }: Wording,
  ) => `left out ${name}: ${text(reason)}`,
  "people.conflicts": ({ count }: { count: number }) =>
    `import contacts: ${count} left out; nothing that was here has changed`,
} as const;
