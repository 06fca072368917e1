/** English: the help of `p2p doctor`. */

export const help = {
  brief: "Check that this build computes rightly on this machine",
  full:
    `Run SM2, SM3, SM4 and everything built on them over the known answers of the standards. Ends with 1 when
an answer is wrong: then nothing that this build writes on this machine can be trusted.

Examples:
  p2p doctor --crypto
  p2p doctor --crypto --json`,
  flags: {
    crypto: "Check the cryptography (all that there is to check so far)",
    json: "Print one JSON object for each check",
  },
} as const;
