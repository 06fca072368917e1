/** What a person is told of a peer that does not answer. */
import type { Face } from "./face.ts";
import type { Person } from "./person.ts";

/** The handler of a conversation that says so, and when that is over. */
export function tellSilence(person: Person, face: Face): (silent: boolean) => void {
  return (silent) =>
    face.say(`${person.label} ${silent ? "is not answering: still trying" : "answers again"}`);
}
