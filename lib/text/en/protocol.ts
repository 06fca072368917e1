/** English: wire, session, transport, peer. */

export const protocol = {
  "pair.second-message": "pair: the peer sent a second message",
  "pair.no-message": "pair: nothing has come from the peer yet",
  "pair.invalid-share": "pair: the peer sent no valid point",
  "pair.other-code": "pair: the codes are not the same, or somebody is in between",
  "session.handshake-misused": "run handshake: out of order",
  "session.handshake-over": "read handshake: it is over already",
  "session.hello-malformed": "read hello: malformed",
  "port.record": "read record of a program on the same port: malformed",
  "session.hello-no-timestamp": "read hello: no timestamp",
  "session.hello-too-long": "read hello: too long",
  "session.key-worn-out": "seal packet: the key has reached its limit and the peer renews none",
  "session.no-static-key": "read handshake: no static key",
  "session.nonces-used-up": "seal message: nonces used up",
  "session.not-authentic": "open message: authentication failed",
  "session.not-compressed": "check key: not a compressed point",
  "session.other-index": "read response: not the index it was sent with",
  "session.other-pattern": "read response: another pattern than asked for",
  "session.own-hello-too-long": "write hello: text too long",
  "session.too-many-forged": "open packet: too many forged packets for one session",
  "session.truncated": "read handshake: truncated",
  "session.unexpected-payload": "read initiation: unexpected payload",
  "session.no-transition": ({ trigger, state }: { trigger: string; state: string }) =>
    `move connection: ${trigger} in state ${state}`,
  "peer.not-connected": "use connection: not connected yet",
} as const;
