/** What the flags of the commands that receive mean here and now. */
import { UsageError } from "../../lib/errors.ts";
import { checkSaveFolder, clearOldPartials } from "../../lib/files/save-folder.ts";
import type { Identity } from "../../lib/state/identity.ts";
import type { ReceiveOptions } from "../../lib/talk/talk.ts";
import { hasScreen } from "../../lib/terminal/line-screen.ts";
import { text } from "../../lib/text/catalogue.ts";
import type { ReceiveFlags } from "./receive-flags.ts";

/** What the flags mean here and now; makes the folder and makes sure that it can be written. */
export async function receiveOptions(
  flags: ReceiveFlags,
): Promise<(identity: Identity) => ReceiveOptions> {
  const interactive = !flags.json && hasScreen();
  const accept = flags.accept ?? (interactive ? "ask" : "contacts");
  if (accept === "ask" && !interactive && !flags.json) {
    throw new UsageError("talk.ask-needs-terminal", {}, {
      hint: text("talk.ask-needs-terminal.hint"),
    });
  }
  const saveDir = flags.saveDir ?? ".";
  await checkSaveFolder(saveDir);
  await clearOldPartials(saveDir, Date.now());
  return ({ publicKey }) => ({
    accept,
    saveDir,
    play: !flags.noPlay,
    look: !flags.json,
    digests: flags.json ?? false,
    keepFor: flags.keepEncrypted ? publicKey : undefined,
  });
}
