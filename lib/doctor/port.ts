/** The UDP port that peers call: free, ours, or somebody else's. */
import { PORTS_FOLDER } from "../net/port-door.ts";
import { type PortUse, portUse } from "../net/port-probe.ts";
import { type System, thisSystem } from "../system/machine.ts";
import { join } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import { fail, type Judgement, ok, shellLine } from "./finding.ts";

/** Shows who has a port. */
const WHO: Readonly<Record<System, (port: number) => string>> = {
  linux: (port) => `sudo ss -ulpn sport = :${port}`,
  darwin: (port) => `sudo lsof -nP -iUDP:${port}`,
  windows: (port) => `netstat -ano -p UDP | findstr :${port}`,
};

/** Judges who has `port`. */
export function judgePort(port: number, use: PortUse, system: System): Judgement {
  switch (use.kind) {
    case "free":
      return ok(text("doctor.port.free", { port }));
    case "own":
      return ok(text("doctor.port.own", { port }));
    case "other":
      return fail(text("doctor.port.other", { port }), shellLine(WHO[system](port)));
    case "refused":
      return fail(
        text("doctor.port.refused", { port, reason: use.reason }),
        shellLine("p2p listen --port 0"),
      );
  }
}

/** @param home undefined where no place for one is set */
export async function checkPort(port: number, home: string | undefined): Promise<Judgement> {
  const folder = home === undefined ? undefined : join(home, PORTS_FOLDER);
  return judgePort(port, await portUse(port, folder), thisSystem());
}
