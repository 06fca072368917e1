/** English: wire, session, transport, peer. */

export const protocol = {
  "pair.second-message": "pair: the peer sent a second message",
  "pair.no-message": "pair: nothing has come from the peer yet",
  "pair.invalid-share": "pair: the peer sent no valid point",
  "pair.other-code": "pair: the codes are not the same, or somebody is in between",
} as const;
