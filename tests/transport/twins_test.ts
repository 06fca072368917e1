/** Every object of the transport is held to its twin under every order of calls. */
import { MACHINES } from "./twins/machines.ts";

for (const { promise, assertSteps } of MACHINES) Deno.test(promise, assertSteps);
