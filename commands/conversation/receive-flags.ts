/** Flags of the commands that receive: what is taken, where it goes, whether it is played. */
import { hex } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { FailureError, reasonText, UsageError } from "../../lib/errors.ts";
import type { Identity } from "../../lib/state/identity.ts";
import { join } from "../../lib/system/path.ts";
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
  await makeSaveFolder(saveDir);
  return ({ publicKey }) => ({
    accept,
    saveDir,
    play: !flags.noPlay,
    look: !flags.json,
    digests: flags.json ?? false,
    keepFor: flags.keepEncrypted ? publicKey : undefined,
  });
}

/** A folder that cannot be written is told now, not when the first file comes. */
async function makeSaveFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
    const probe = join(path, `.p2p-${hex(randomBytes(8))}.part`);
    await Deno.writeFile(probe, new Uint8Array(0), { createNew: true, mode: 0o600 });
    await Deno.remove(probe);
  } catch (cause) {
    const blocked = cause instanceof Deno.errors.AlreadyExists ||
      cause instanceof Deno.errors.NotADirectory;
    const reason = blocked ? text("talk.save-blocked") : reasonText(cause);
    throw new FailureError("talk.save-folder", { path, reason }, { cause });
  }
}
