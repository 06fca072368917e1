/** `p2p stego`: messages and files hidden in pictures. */
import { buildRouteMap } from "@stricli/core";
import type { CommandContext } from "./shared/context.ts";
import { command as capacity } from "./stego/capacity.ts";
import { command as check } from "./stego/check.ts";
import { command as hide } from "./stego/hide.ts";
import { command as reveal } from "./stego/reveal.ts";
import { docsOf, helpOf } from "./shared/help.ts";

export const command = buildRouteMap<"hide" | "reveal" | "capacity" | "check", CommandContext>({
  routes: { hide, reveal, capacity, check },
  docs: docsOf(helpOf("stego")),
});
