/** `p2p voice --list-devices`. */
import { safeText } from "../../lib/text/safe.ts";
import { thisHost } from "../../lib/voice/host.ts";
import { listDevices } from "../../lib/voice/list-devices.ts";
import { printLine } from "../shared/output.ts";

/** Prints the microphones, one a line: "*" before the default, name, description. */
export async function printDevices(): Promise<void> {
  const devices = await listDevices(thisHost());
  const width = Math.max(...devices.map(({ name }) => name.length));
  for (const { name, description, isDefault } of devices) {
    const shown = `${isDefault ? "*" : " "} ${safeText(name).padEnd(width)}  ${
      safeText(description)
    }`;
    await printLine(shown.trimEnd());
  }
}
