/** What the executable may do: the same flags for `deno compile`, the self-extracting executable and `deno task p2p`. */
import { VOICE_TOOLS } from "../../lib/voice/tools.ts";

/** Runtime flags baked into the executable. The only programs it may start record and play sound. */
export function runtimeFlags(): string[] {
  return [
    "--no-prompt",
    "--unstable-net",
    "--allow-read",
    "--allow-write",
    "--allow-net",
    "--allow-env",
    `--allow-run=${VOICE_TOOLS.join(",")}`,
  ];
}
