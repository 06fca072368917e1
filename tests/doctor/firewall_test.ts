// What is read of the files of firewalls, in the form in which their own tools write them.
import assert from "node:assert/strict";
import { judgeFirewall } from "../../lib/doctor/firewall.ts";
import type { System } from "../../lib/system/machine.ts";
import { english } from "../support/english.ts";

/** What is told of a machine with these files; null is one that may not be read. */
function told(
  files: Readonly<Record<string, string | null>>,
  port = 9999,
  system: System = "linux",
): string {
  const { state, detail, cure } = judgeFirewall(port, {
    read: (path) => {
      const words = files[path];
      return words === undefined ? undefined : words === null ? "unreadable" : { text: words };
    },
    exists: (path) => path in files,
  }, system);
  return `${state}: ${english(detail)}${cure === undefined ? "" : ` | ${english(cure)}`}`;
}

const UFW = {
  "/etc/ufw/ufw.conf": "# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n",
  "/etc/default/ufw": 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\n',
};
const UFW_RULES = "/etc/ufw/user.rules";
/** `ufw allow ssh`, `ufw allow 9999/udp`, as ufw 0.36 writes them. */
const SSH = "### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n" +
  "-A ufw-user-input -p tcp --dport 22 -j ACCEPT\n";
const allow = (port: string) =>
  `-A ufw-user-input -p udp ${
    /[:,]/.test(port) ? "-m multiport --dports" : "--dport"
  } ${port} -j ACCEPT\n`;

Deno.test("no firewall, or one that is off", () => {
  assert.match(told({}), /^ok: the files of ufw.*keep nobody out/);
  assert.match(told({ "/etc/ufw/ufw.conf": "ENABLED=no\n", [UFW_RULES]: SSH }), /^ok/);
  assert.match(told({}, 9999, "darwin"), /^ok: .*\| sudo \/usr\/libexec/);
  assert.match(told({}, 9999, "windows"), /^ok: .*\| netsh .*localport=9998,9999$/);
});

Deno.test("ufw: which ports its rules let in, and the line for the others", () => {
  assert.equal(
    told({ ...UFW, [UFW_RULES]: SSH }),
    "warn: ufw: UDP 9998 and 9999 may not come in, so peers cannot call, as far as its files tell" +
      " | sudo ufw allow 9998/udp && sudo ufw allow 9999/udp",
  );
  assert.match(
    told({ ...UFW, [UFW_RULES]: SSH + allow("9999") }),
    /^warn: ufw: UDP 9998 may not .*LAN are not found.*\| sudo ufw allow 9998\/udp$/,
  );
  assert.match(
    told({ ...UFW, [UFW_RULES]: allow("9998") + allow("9999") }),
    /^ok: ufw: UDP 9998 and/,
  );
  assert.match(told({ ...UFW, [UFW_RULES]: allow("9000:9999") }), /^ok/);
  assert.match(told({ ...UFW, [UFW_RULES]: allow("53,9998,9999") }), /^ok/);
  assert.match(told({ ...UFW, [UFW_RULES]: allow("9000:9999") }, 7777), /allow 7777\/udp$/);
  const fromLan = "-A ufw-user-input -s 192.168.0.0/16 -j ACCEPT\n";
  assert.match(told({ ...UFW, [UFW_RULES]: fromLan }), /^ok/);
  const deny = "-A ufw-user-input -p udp --dport 9999 -j DROP\n";
  assert.match(
    told({ ...UFW, [UFW_RULES]: deny + allow("9998:9999") }),
    /^warn: ufw: UDP 9999 may/,
  );
  const open = { "/etc/default/ufw": 'DEFAULT_INPUT_POLICY="ACCEPT"\n' };
  assert.match(told({ ...UFW, ...open, [UFW_RULES]: SSH }), /^ok/);
});

Deno.test("ufw: rules that only root may read are said to be unknown", () => {
  assert.match(
    told({ ...UFW, [UFW_RULES]: null }),
    /^warn: ufw is on, and its rules are not for this user.*\| sudo ufw allow 9998\/udp && /,
  );
});

Deno.test("firewalld: the default zone's ports, where it starts by itself", () => {
  const zone = (inner: string, attributes = "") =>
    `<?xml version="1.0"?>\n<zone${attributes}>\n  <short>Public</short>\n${inner}</zone>\n`;
  const starts = { "/etc/systemd/system/multi-user.target.wants/firewalld.service": "" };
  const config = { "/etc/firewalld/firewalld.conf": "# zone\nDefaultZone=home\n" };
  const place = "/etc/firewalld/zones/home.xml";
  const closed = zone('  <service name="ssh"/>\n  <port port="9999" protocol="tcp"/>\n');
  assert.match(
    told({ ...starts, ...config, [place]: closed }),
    /^warn: firewalld: .*\| sudo firewall-cmd --permanent --add-port=9998\/udp --add-port=9999\/udp && /,
  );
  assert.match(told({ ...config, [place]: closed }), /^ok: the files/, "it does not start");
  const range = zone('  <port protocol="udp" port="1025-65535"/>\n');
  assert.match(told({ ...starts, ...config, [place]: range }), /^ok: firewalld/);
  assert.match(told({ ...starts, ...config, [place]: zone("", ' target="ACCEPT"') }), /^ok/);
  const usual = { "/usr/lib/firewalld/zones/public.xml": range };
  assert.match(told({ ...starts, ...usual }), /^ok: firewalld/);
  assert.match(told({ ...starts, ...config, [place]: null }), /^warn: firewalld is on, and/);
});

const nft = (body: string) => ({
  "/etc/nftables.conf":
    `#!/usr/sbin/nft -f\nflush ruleset\ntable inet filter {\n\tset s { type ipv4_addr; }\n` +
    `\tchain input {\n${body}\t}\n\tchain forward {\n\t\ttype filter hook forward priority 0; policy drop;\n\t}\n}\n`,
});
const HOOK = "\t\ttype filter hook input priority 0;";

Deno.test("nftables: chains on the input hook that keep out what no rule lets in", () => {
  assert.match(told(nft(`${HOOK}\n`)), /^ok: the files/, "the file that Debian installs");
  const closed =
    `${HOOK} policy drop;\n\t\ttcp dport { 22, 9999 } accept\n# udp dport 9999 accept\n`;
  assert.match(
    told(nft(closed)),
    /^warn: nftables: .*\| sudo nft insert rule inet filter input udp dport '\{ 9998, 9999 \}' accept$/,
  );
  const open = `${HOOK} policy drop;\n\t\tct state established accept\n`;
  assert.match(told(nft(`${open}\t\tudp dport { 53, 9998-9999 } accept\n`)), /^ok: nftables/);
  assert.match(
    told(nft(`${open}\t\tudp dport 9999 counter accept; udp dport 9998 accept\n`)),
    /^ok/,
  );
  assert.match(told(nft(`${open}\t\tudp dport 9999 drop\n`)), /^warn/);
  assert.match(
    told(nft(`${HOOK}\n\t\ttcp dport 22 accept\n\t\treject with icmp type port-unreachable\n`)),
    /^warn/,
  );
});

Deno.test("iptables: the rules that are loaded at the start", () => {
  const rules = (...lines: string[]) => ({
    "/etc/iptables/rules.v4": [
      "*filter",
      ":INPUT DROP [0:0]",
      "-A INPUT -i lo -j ACCEPT",
      "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
      "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT",
      ...lines,
      "COMMIT",
      "",
    ].join("\n"),
  });
  assert.match(
    told(rules()),
    /^warn: iptables: .*\| sudo iptables -I INPUT -p udp -m multiport --dports 9998,9999 -j ACCEPT$/,
  );
  assert.match(told(rules("-A INPUT -p udp -m udp --dport 9998:9999 -j ACCEPT")), /^ok: iptables/);
  const accepting = { "/etc/iptables/rules.v4": "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n" };
  assert.match(told(accepting), /^ok: the files/);
  const last = {
    "/etc/sysconfig/iptables":
      ":INPUT ACCEPT [0:0]\n-A INPUT -j REJECT --reject-with icmp-host-prohibited\n",
  };
  assert.match(told(last), /^warn: iptables/);
});
