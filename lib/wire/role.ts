/** The two roles of a session; they differ in which streams, secrets and messages are whose. */

/** Who began it, and who answered. */
export type Role = "initiator" | "responder";
