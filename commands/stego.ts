/** `p2p stego`: messages and files hidden in pictures. */
import { buildRouteMap } from "@stricli/core";
import type { CommandContext } from "./shared/context.ts";
import { command as capacity } from "./stego/capacity.ts";
import { command as check } from "./stego/check.ts";
import { command as hide } from "./stego/hide.ts";
import { command as reveal } from "./stego/reveal.ts";

export const command = buildRouteMap<"hide" | "reveal" | "capacity" | "check", CommandContext>({
  routes: { hide, reveal, capacity, check },
  docs: {
    brief: "Hide encrypted messages and files in pictures",
    fullDescription: `Hides encrypted messages and files in pictures, and reveals them.

Examples:
  p2p stego hide cat.png "meet at nine"      asks for a passphrase, makes cat.stego.png
  p2p stego reveal cat.stego.png             asks for it again, prints the message
  p2p stego hide -r alice -f plan.pdf cat.png
  p2p stego capacity cat.png
  p2p stego check --cover cat.png cat.stego.png`,
  },
});
