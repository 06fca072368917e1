/** How somebody who was just met is to be called: the flag, the person's answer, or what they suggest. */
import { contactName } from "../../lib/state/contact-name.ts";
import type { Contacts } from "../../lib/state/contacts.ts";
import { usableSuggestion } from "../../lib/talk/invited.ts";
import { canAsk } from "../../lib/terminal/prompt.ts";
import { readTyped } from "../../lib/terminal/typed.ts";
import { writeStderr } from "../../lib/terminal/stderr.ts";
import { say } from "./speech.ts";

/** The name; undefined where there is none and nobody can be asked. A suggestion is taken where nobody is there to say no. */
export async function nameFor(
  { given, suggested, fingerprint, contacts }: {
    readonly given: string | undefined;
    /** By the other side. */
    readonly suggested: string;
    readonly fingerprint: string;
    readonly contacts: Contacts;
  },
): Promise<string | undefined> {
  if (given !== undefined) return contactName(given);
  const name = usableSuggestion(suggested, contacts);
  if (!canAsk()) return name === "" ? undefined : name;
  writeStderr(say("invitation.ask-name", { fingerprint, name }));
  const typed = new TextDecoder().decode(await readTyped() ?? new Uint8Array()).trim();
  if (typed !== "") return contactName(typed);
  return name === "" ? undefined : name;
}
