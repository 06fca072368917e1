/** `p2p key`: key files for this tool and for others. */
import { buildRouteMap } from "@stricli/core";
import { convert } from "./key/convert.ts";
import type { CommandContext } from "./shared/context.ts";
import { docsOf, helpOf } from "./shared/help.ts";

export const command = buildRouteMap<"convert", CommandContext>({
  routes: { convert },
  docs: docsOf(helpOf("key")),
});
