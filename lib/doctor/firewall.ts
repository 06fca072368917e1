/**
 * Whether a firewall of this machine keeps peers out, as far as its files tell: this program may start no tool that could
 * ask the system. Says which line opens the port.
 */
import { LAN_PORT } from "../net/lan-group.ts";
import { type FileText, look, readText } from "../system/look.ts";
import { type System, thisSystem } from "../system/machine.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { type Judgement, ok, shellLine, warn } from "./finding.ts";
import {
  iptablesOpens,
  iptablesPolicy,
  nftClosedChains,
  nftOpens,
  zoneOpens,
} from "./firewall-rules.ts";

/** What is read. */
export interface FirewallFiles {
  readonly read: (path: string) => FileText;
  readonly exists: (path: string) => boolean;
}

/** A firewall that is on. */
interface Firewall {
  readonly name: string;
  /** Whether it lets a UDP port in; undefined where this user may not know. */
  readonly opens: (port: number) => boolean | undefined;
  /** The line that opens these. */
  readonly line: (ports: readonly number[]) => string;
}

function words(file: FileText): string {
  return typeof file === "object" ? file.text : "";
}

function ufw({ read }: FirewallFiles): Firewall[] {
  if (!/^\s*ENABLED\s*=\s*"?yes/im.test(words(read("/etc/ufw/ufw.conf")))) return [];
  const rules = read("/etc/ufw/user.rules");
  const policy = /^\s*DEFAULT_INPUT_POLICY\s*=\s*"?ACCEPT/im.test(words(read("/etc/default/ufw")));
  return [{
    name: "ufw",
    opens: (port) =>
      rules === "unreadable"
        ? policy || undefined
        : iptablesOpens(words(rules), "ufw-user-input", port, policy),
    line: (ports) => ports.map((port) => `sudo ufw allow ${port}/udp`).join(" && "),
  }];
}

/** Where systemd keeps that a service starts by itself. */
const WANTS = "/etc/systemd/system/multi-user.target.wants";

function firewalld({ read, exists }: FirewallFiles): Firewall[] {
  const starts = exists(`${WANTS}/firewalld.service`) ||
    exists("/etc/systemd/system/dbus-org.fedoraproject.FirewallD1.service");
  if (!starts) return [];
  const config = words(read("/etc/firewalld/firewalld.conf"));
  const zone = /^\s*DefaultZone\s*=\s*([\w-]+)/m.exec(config)?.[1] ?? "public";
  const places = ["/etc", "/usr/lib"].map((base) => `${base}/firewalld/zones/${zone}.xml`);
  const found = places.map(read).find((file) => file !== undefined);
  return [{
    name: "firewalld",
    opens: (port) => typeof found === "object" ? zoneOpens(found.text, port) : undefined,
    line: (ports) =>
      `sudo firewall-cmd --permanent ${
        ports.map((port) => `--add-port=${port}/udp`).join(" ")
      } && sudo firewall-cmd --reload`,
  }];
}

function nftables({ read }: FirewallFiles): Firewall[] {
  const file = ["/etc/nftables.conf", "/etc/sysconfig/nftables.conf", "/etc/nftables.nft"]
    .map(read).find((found) => typeof found === "object");
  return nftClosedChains(words(file)).map((chain) => ({
    name: "nftables",
    opens: (port) => nftOpens(chain, port),
    line: (ports) =>
      `sudo nft insert rule ${chain.place} udp dport '{ ${ports.join(", ")} }' accept`,
  }));
}

function iptables({ read }: FirewallFiles): Firewall[] {
  const rules = words(
    ["/etc/iptables/rules.v4", "/etc/sysconfig/iptables", "/etc/iptables/iptables.rules"]
      .map(read).find((found) => typeof found === "object"),
  );
  const policy = iptablesPolicy(rules, "INPUT");
  if (iptablesOpens(rules, "INPUT", 0, policy)) return [];
  return [{
    name: "iptables",
    opens: (port) => iptablesOpens(rules, "INPUT", port, policy),
    line: (ports) =>
      `sudo iptables -I INPUT -p udp -m multiport --dports ${ports.join(",")} -j ACCEPT`,
  }];
}

/** @param port that peers call */
export function judgeFirewall(port: number, files: FirewallFiles, system: System): Judgement {
  const ports = [...new Set([LAN_PORT, port])].sort((a, b) => a - b);
  if (system !== "linux") return ok(text("doctor.firewall.not-looked"), foreignLine(system, ports));
  const on = [ufw, firewalld, nftables, iptables].flatMap((find) => find(files));
  for (const { name, opens, line } of on) {
    if (ports.some((each) => opens(each) === undefined)) {
      return warn(text("doctor.firewall.unreadable", { name }), shellLine(line(ports)));
    }
    const closed = ports.filter((each) => !opens(each));
    if (closed.length > 0) {
      const calls = closed.includes(port);
      return warn(
        text("doctor.firewall.closed", { name, ports: closed.map(String), calls }),
        shellLine(line(closed)),
      );
    }
  }
  if (on.length === 0) return ok(text("doctor.firewall.none"));
  const names = [...new Set(on.map(({ name }) => name))];
  return ok(text("doctor.firewall.open", { names, ports: ports.map(String) }));
}

/** Where files tell nothing: the line that would open it. */
function foreignLine(system: "darwin" | "windows", ports: readonly number[]): Text {
  return system === "windows"
    ? shellLine(
      `netsh advfirewall firewall add rule name=p2p dir=in action=allow protocol=UDP localport=${
        ports.join(",")
      }`,
    )
    : shellLine('sudo /usr/libexec/ApplicationFirewall/socketfilterfw --add "$(which p2p)"');
}

/** @param port that peers call */
export function checkFirewall(port: number): Judgement {
  const exists = (path: string) => look(path).kind !== "nothing";
  return judgeFirewall(port, { read: readText, exists }, thisSystem());
}
