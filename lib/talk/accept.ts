/** Whose files, notes and invitations are taken. */

/** "ask" asks the person each time; "contacts" takes what contacts send and nothing else, or asks about the rest. */
export type AcceptPolicy = "ask" | "contacts" | "contacts-or-ask" | "all";
