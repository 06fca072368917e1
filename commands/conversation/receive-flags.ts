/** Flags of the commands that receive: what is taken, where it goes, whether it is played. */
import { UsageError } from "../../lib/errors.ts";
import { checkSaveFolder, clearOldPartials } from "../../lib/files/save-folder.ts";
import type { Identity } from "../../lib/state/identity.ts";
import type { AcceptPolicy } from "../../lib/talk/serve.ts";
import type { ReceiveOptions } from "../../lib/talk/talk.ts";
import { hasScreen } from "../../lib/terminal/line-screen.ts";
import { text } from "../../lib/text/catalogue.ts";
import { switchFlag, textFlag } from "../shared/flags.ts";
import { sharedHelp } from "../shared/help.ts";

/** What the flags say. */
export interface ReceiveFlags {
  readonly saveDir?: string;
  readonly accept?: AcceptPolicy;
  readonly noPlay?: boolean;
  readonly keepEncrypted?: boolean;
  readonly json?: boolean;
}

/** In stricli's form. */
export const receiveFlags = {
  saveDir: textFlag(sharedHelp.flags.saveDir, "DIR"),
  accept: {
    kind: "enum",
    values: ["ask", "contacts", "all"],
    optional: true,
    brief: sharedHelp.flags.accept,
  },
  noPlay: switchFlag(sharedHelp.flags.noPlay),
  keepEncrypted: switchFlag(sharedHelp.flags.keepEncrypted),
} as const;

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
