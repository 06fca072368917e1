/** Whether there is any state, looked up without opening it: most homes of people who only encrypt have none. */
import { exists } from "../files/look.ts";
import { homePath } from "./home.ts";

/** File name of the database in the state folder. */
export const DATABASE_NAME = "p2p.db";
/** File name of the contacts that version 0.1 kept; the database takes them over when it is first opened. */
export const LEGACY_CONTACTS_NAME = "contacts.json";

/** Whether the state folder has a database, or contacts that one would be made of. */
export function stateWritten(): boolean {
  return exists(homePath(DATABASE_NAME)) || exists(homePath(LEGACY_CONTACTS_NAME));
}
