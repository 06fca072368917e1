/** The names of all top-level commands, in the order of the help. */
export const COMMAND_NAMES = [
  "keygen",
  "pubkey",
  "enc",
  "dec",
  "sign",
  "verify",
  "sm2",
  "sm3",
  "sm4",
  "stego",
  "listen",
  "chat",
  "send-file",
  "voice",
  "contact",
  "doctor",
] as const;
