/** Whose files, notes and invitations are taken. */

/** "ask" asks the person each time; "contacts" takes what contacts send. */
export type AcceptPolicy = "ask" | "contacts" | "all";
