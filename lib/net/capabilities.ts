/** Capabilities that the hello announces (docs/protocol.md, "Payloads: the hello"): a bit each; unknown bits mean nothing. */

export const Capability = {
  /** This program shows and stores no messages (it only sends files or a voice note): conversation streams are refused. */
  takesNoMessages: 1,
  /** Messages and transfers may have ids of 128 bits: text, receipt and transfer id records are understood. */
  longIds: 2,
  /** Group streams are understood. */
  groups: 4,
  /** Waits for somebody who knows a code: pairing streams are understood. */
  pairs: 8,
  /** A certificate stream of this side's comes first (docs/protocol.md, "Certificates"). */
  certificates: 32,
  /** Issues certificates: enrolment streams are understood. */
  enrols: 64,
  /** Close code 5 is understood: another program of the same identity takes over. */
  handOver: 128,
} as const;
