/** Flags of the commands that talk: whom to trust by certificate, and what to show. */
import { homePath } from "../../lib/state/home.ts";
import type { Identity } from "../../lib/state/identity.ts";
import { exists } from "../../lib/files/look.ts";
import type { Credentials } from "../../lib/talk/credentials.ts";
import type { CredentialFiles } from "./credentials.ts";
import { switchFlag, textFlag, textsFlag } from "../shared/flags.ts";
import { sharedHelp } from "../shared/help.ts";

/** What the flags say. */
export type CertificateFlags = CredentialFiles;

/** In stricli's form. */
export const certificateFlags = {
  ca: textsFlag(sharedHelp.flags.ca, "FILE"),
  cert: textFlag(sharedHelp.flags.cert, "FILE"),
  requireCert: switchFlag(sharedHelp.flags.requireCert),
} as const;

/** Credentials where the flags or the home have any; nothing is loaded for those who have none. */
export async function credentialsOf(
  flags: CertificateFlags,
  identity: Identity,
): Promise<Credentials | undefined> {
  const { ca, cert, requireCert = false } = flags;
  const asked = ca !== undefined || cert !== undefined || requireCert;
  if (!asked && !exists(homePath("certificates"))) return undefined;
  const { openCredentials } = await import("./credentials.ts");
  return await openCredentials(flags, identity);
}
