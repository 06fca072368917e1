/** English: the help of `p2p doctor`. */

export const help = {
  brief: "Check this machine: identity, network, sound, cryptography",
  full:
    `Check what p2p needs on this machine, and say of what is missing how to put it right. No passphrase is asked, and
nothing stays changed: whether the home can be written to is tried with an empty file. Without a flag everything is
checked, in about two seconds.

A line begins with ok, warn (one may do without it) or FAILED (it does not work, and the exit code is 1). With
--crypto every known answer of the standards is listed: where one is wrong, nothing that this build writes on this machine
can be trusted.

Examples:
  p2p doctor
  p2p doctor --network                  why does nobody reach me?
  p2p doctor --crypto --json`,
  flags: {
    crypto: "Check SM2, SM3, SM4 and what is built on them",
    network: "Check addresses, the port, firewalls and multicast",
    sound: "Check what records and plays, and the microphone",
    home: "Check the state folder, permissions, identity, database, space",
    port: "The UDP port that peers call (default 9999)",
    json: "Print one JSON object for each check",
  },
} as const;
