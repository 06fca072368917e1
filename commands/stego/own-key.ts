/** The own identity where no key is named: hiding to oneself, and the first key that reveal tries. */
import { identityPath } from "../../lib/state/identity.ts";

/** Whether there is a default identity. */
export async function hasIdentity(): Promise<boolean> {
  try {
    await Deno.stat(identityPath());
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
