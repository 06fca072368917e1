/** Whether contacts on the LAN can be found: the group is joined on each interface, and what is sent to it heard. */
import { LAN_PORT, type LanScope } from "../net/lan-group.ts";
import { type LanProbe, probeLan } from "../net/lan-probe.ts";
import { type System, thisSystem } from "../system/machine.ts";
import { text } from "../text/catalogue.ts";
import { type Judgement, ok, shellLine, shellWord, warn } from "./finding.ts";

/** "eth0 IPv4", each once. */
function labels(probes: readonly LanProbe[]): string[] {
  return [...new Set(probes.map(({ name, family }) => `${name} ${family}`))];
}

/** @param probes one for each interface and family */
export function judgeMulticast(
  scope: LanScope,
  probes: readonly LanProbe[],
  system: System,
): Judgement {
  if (scope === "off") return ok(text("doctor.multicast.off"));
  const outside = probes.filter(({ inside }) => !inside);
  const counted = outside.length > 0 ? outside : probes;
  if (counted.length === 0) return warn(text("doctor.multicast.no-interface"));
  const heard = counted.filter(({ reach }) => reach === "heard");
  // One family is enough for contacts to be found; the other's address may not be usable yet.
  const reached = new Set(heard.map(({ name }) => name));
  const deaf = counted.filter(({ name }) => !reached.has(name));
  const [first] = deaf;
  if (first === undefined) return ok(text("doctor.multicast", { heard: labels(heard) }));
  const why = first.reach === "no-group" ? "join" : first.reach === "no-send" ? "send" : "hear";
  const detail = text("doctor.multicast.deaf", {
    ...{ deaf: labels(deaf), heard: labels(heard), why },
    port: LAN_PORT,
  });
  const cure = why !== "join"
    ? text("doctor.multicast.firewall", { port: LAN_PORT })
    : system === "linux"
    ? shellLine(`sudo ip link set dev ${shellWord(first.name)} multicast on`)
    : text("doctor.multicast.address");
  return warn(detail, cure);
}

/**
 * @param token tells this run from others at the same time
 * @param over ends the waiting for what was sent
 */
export async function checkMulticast(
  scope: LanScope,
  token: string,
  over: AbortSignal,
): Promise<Judgement> {
  return judgeMulticast(scope, await probeLan(scope, token, over), thisSystem());
}
