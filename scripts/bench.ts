/** `deno task bench`: runs `bench/main.ts` with the engine flags of the executable, so that it measures what people run. */
import { engineFlags, MEMORY_FLAG } from "./build/permissions.ts";

const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--allow-all",
    ...engineFlags(Deno.build.target),
    MEMORY_FLAG,
    new URL("../bench/main.ts", import.meta.url).pathname,
    ...Deno.args,
  ],
}).spawn().status;
Deno.exit(code);
