/** English: the texts of the page. The other language has the same (`SamePageTexts`). */

export const en = {
  title: "p2p",
  // The first minute
  welcome: "Talk to people, with nobody in between",
  welcomeLead:
    "Your identity is a key that is made on this machine and stays here. There is no account and no server.",
  yourName: "Your name",
  yourNameHint: "Friends see it in your invitation. You may leave it empty.",
  protect: "Protect it with a passphrase",
  passphrase: "Passphrase",
  passphraseHint: "It is asked for at every start. Nobody can restore it.",
  passphraseAgain: "The same again",
  notTheSame: "The two are not the same.",
  make: "Create",
  making: "Creating…",
  unlockTitle: "Unlock your identity",
  unlockLead: "The private key on this machine is protected by a passphrase.",
  unlock: "Open",
  opening: "Opening…",
  lockedTitle: "Locked",
  lockedLead: "Your passphrase opens it again. Messages go on arriving.",
  lockedOutside: "The terminal where p2p ui runs shows a new link. Messages go on arriving.",
  outsideTitle: "This window has no session",
  outsideLead:
    "The terminal where p2p ui runs shows a link. It opens the page once, in one browser.",
  link: "Link from the terminal",
  linkHint: "The whole link, or what stands behind the #.",
  linkUsed:
    "The link is not valid any more. The terminal shows a new one when you press Enter there.",
  // People
  people: "People and groups",
  addPerson: "Add a person",
  newGroup: "New group",
  settings: "Settings",
  nobodyYet: "Nobody here yet.",
  reachSomebody: "Show your invitation to a friend, or enter theirs.",
  chooseSomebody: "Choose a conversation.",
  outbox: "Outbox",
  outboxCount: (count: number) => `Outbox: ${count}`,
  outboxEmpty: "Nothing waits for anybody.",
  offline: "p2p does not answer",
  nothingYet: "No messages yet",
  byMe: (text: string) => `You: ${text}`,
  verified: "Verified",
  connected: "Connected",
  nearby: "On this network",
  away: "Not connected",
  silent: "Not answering for the moment",
  unread: " unread",
  skip: "To the message field",
  // A conversation
  back: "Back to the list",
  connect: "Connect",
  connecting: "Connecting…",
  members: (count: number) => count === 1 ? "1 member" : `${count} members`,
  searchIn: "Search this conversation",
  endSearch: "End the search",
  messagesWith: (name: string) => `Messages with ${name}`,
  older: "Show older messages",
  nothingSaid:
    "Nothing was said here yet. What you write goes out encrypted, straight to the other person.",
  nothingFound: "Nothing found.",
  today: "Today",
  yesterday: "Yesterday",
  write: "Message",
  writeTo: (name: string) => `Message to ${name}`,
  send: "Send",
  attach: "Send files",
  dropHere: (name: string) => `Drop files for ${name}`,
  recordVoice: "Record a voice note",
  stopAndSend: "Send",
  drop: "Discard",
  level: "Loudness",
  noMicrophone: "The microphone cannot be used.",
  youWrote: "You wrote: ",
  voiceNote: "Voice note",
  play: "Play",
  pause: "Pause",
  save: "Save",
  pictureOf: (name: string) => `Picture ${name}`,
  reveal: "Look for a hidden message",
  hiddenHere: "Hidden in the picture",
  revealedFile: (path: string) => `A file was hidden in it; it was saved as ${path}`,
  stateWaiting: "Waiting for the other person",
  stateSent: "Sent",
  stateSome: (count: number) => `Delivered to ${count}`,
  stateDelivered: "Delivered",
  stateFailed: "Not delivered",
  sendAgain: "Send again",
  discard: "Discard",
  stateCancelled: "Cancelled",
  cancel: "Cancel",
  cancelled: "Taken back.",
  receiving: (name: string) => `Receiving ${name}`,
  sending: (name: string) => `Sending ${name}`,
  reading: (name: string) => `Reading ${name}`,
  ofSize: (done: string, total: string) => `${done} of ${total}`,
  left: (time: string) => `${time} left`,
  uploadUnreadable: (name: string) =>
    `${name} cannot be read: it is a folder, or was moved or changed. For a folder, use p2p send-file in a terminal.`,
  uploadFailed: (name: string) =>
    `${name} did not get through. Send it again, and it goes on where it stopped.`,
  unfinished: (name: string, done: string, total: string) =>
    `${name} stopped at ${done} of ${total}. Drop or choose the same file again, and it goes on from there.`,
  askFiles: (who: string, name: string, files: number, size: string) =>
    files > 1
      ? `${who} wants to send you ${name} (${files} files, ${size}).`
      : `${who} wants to send you ${name} (${size}).`,
  askVoice: (who: string, length: string, size: string) =>
    `${who} wants to send you a voice note (${length}, ${size}).`,
  askGroup: (who: string, name: string) => `${who} invites you to the group ${name}.`,
  accept: "Accept",
  decline: "Decline",
  keyChanged: (who: string) =>
    `Somebody answered in the place of ${who} with another key, and was refused. Ask them by another way before you trust a new one.`,
  firstContact: (who: string) => `First contact with ${who}. Compare the safety number to be sure.`,
  // Windows
  close: "Close",
  invite: "Your invitation",
  inviteHint:
    "A friend scans the code or opens the line. It holds your key and where you are, nothing secret.",
  invitationLine: "Invitation",
  qrCode: "Your invitation as a QR code",
  copy: "Copy",
  copied: "Copied.",
  theirInvitation: "A friend's invitation",
  nameHere: "What you call them",
  nameHereHint: "Empty: the name in the invitation.",
  byAddress: "By address",
  address: "Address",
  pair: "Pair by a spoken code",
  pairHint:
    "One of you makes a code and says it to the other, by telephone say. Both end up verified.",
  makeCode: "Make a code",
  codeAt: (port: number) =>
    `Not on the same network? Tell them your address, too, with the port ${port}.`,
  theirCode: "The code you were told",
  addressIfKnown: "Their address, if known",
  enterCode: "Pair",
  nowInList: (name: string) => `${name} is in your list now.`,
  paired: (name: string) => `Paired with ${name}.`,
  safetyNumber: "Safety number",
  safetyHint: (name: string) =>
    `Compare it with ${name} by another way. If both of you see the same digits, nobody stands between you.`,
  numberCompared: "We compared it, and it is the same",
  name: "Name",
  keep: "Save",
  saved: "Saved.",
  block: "Block",
  blocked: "Blocked",
  unblock: "Unblock",
  blockSure: (name: string) => `Take nothing of ${name} any more?`,
  groupName: "Name of the group",
  membersTitle: "Members",
  you: "You",
  remove: "Remove",
  addToGroup: "Add",
  leave: "Leave the group",
  leaveSure: (name: string) => `Leave @${name}?`,
  hideInPicture: "Hide a message in a picture",
  hideHint: (name: string) =>
    `The picture looks as before. Only ${name} can find the message in it.`,
  picture: "Picture (PNG or BMP)",
  hiddenText: "Message",
  hideAndSend: "Hide and send",
  language: "Language",
  theme: "Colours",
  themeSystem: "As the system",
  themeLight: "Light",
  themeDark: "Dark",
  history: "History",
  historyOn: "Kept, encrypted",
  historyOff: "Not kept",
  expiry: "What waits is given up after",
  days: (value: string) => value.endsWith("d") ? `${value.slice(0, -1)} days` : value,
  never: "Never",
  announce: "Name shown to everybody on this network",
  announceHint: "Empty: only your contacts notice you. Takes effect at the next start.",
  yourKey: "Your key",
  lockNow: "Lock now",
  lockAfter: (minutes: number) =>
    minutes === 0
      ? "The page does not lock by itself."
      : `The page locks itself after ${
        minutes === 1 ? "a minute" : `${minutes} minutes`
      } without use.`,
} as const;

/** English is the table of which texts there are. */
export type PageTexts = typeof en;
/** What another language says: words for words, functions of the same parameters. */
export type SamePageTexts = {
  readonly [K in keyof PageTexts]: PageTexts[K] extends (...params: infer P) => string
    ? (...params: P) => string
    : string;
};
