/**
 * Whether the configuration of a firewall lets a UDP port in: what ufw, firewalld, nftables and iptables keep in files,
 * read as far as is needed to say which line is missing. Pure.
 */

/** "9999", "9000:10000", "9000-10000", or several of them with commas. */
function portsInclude(ports: string, port: number): boolean {
  return ports.split(",").some((part) => {
    const [from = "", to = from] = part.trim().split(/[:-]/);
    return /^\d+$/.test(from) && /^\d+$/.test(to) && Number(from) <= port && port <= Number(to);
  });
}

/** A rule that is for what is not a datagram of a stranger's: of other protocols, from this machine, or a part of something. */
const OTHER_TRAFFIC =
  / (?:-p|--protocol) (?!udp\b|all\b)| (?:-i|--in-interface) lo\b|--(?:ct)?state |! -|-m (?:addrtype|conntrack|state|set) /;

/**
 * Whether a chain of iptables-save's form (ufw's user.rules, iptables-persistent's rules.v4) accepts UDP to `port`;
 * `policy` where no rule decides. Rules for some sources or interfaces alone count: someone meant this port.
 */
export function iptablesOpens(
  rules: string,
  chain: string,
  port: number,
  policy: boolean,
): boolean {
  for (const line of rules.split("\n")) {
    if (!line.startsWith(`-A ${chain} `) || OTHER_TRAFFIC.test(line)) continue;
    const target = / (?:-j|--jump) (\w+)/.exec(line)?.[1];
    const ports = /--(?:dports?|destination-ports?) (\S+)/.exec(line)?.[1];
    if (ports !== undefined && !portsInclude(ports, port)) continue;
    // A rule for everything from some sources is not for everybody: the next may be.
    if (target === "ACCEPT") return true;
    if (target === "DROP" || target === "REJECT") {
      if (!/ (?:-s|--source|-i|--in-interface) /.test(line)) return false;
    }
  }
  return policy;
}

/** The policy of a chain of iptables-save's form (":INPUT DROP [0:0]"): whether what no rule decides comes in. */
export function iptablesPolicy(rules: string, chain: string): boolean {
  return !new RegExp(`^:${chain} (?:DROP|REJECT)\\b`, "m").test(rules);
}

/** A chain of nftables that decides about what comes in. */
export interface NftChain {
  /** "inet filter input": what a command names it by. */
  readonly place: string;
  readonly body: string;
}

/** The text between the brace at `open` and its partner. */
function block(text: string, open: number): string {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return text.slice(open + 1, at);
  }
  return text.slice(open + 1);
}

/** The chains on the input hook in a file of nft's form, that keep out what no rule lets in. */
export function nftClosedChains(config: string): NftChain[] {
  const text = config.replace(/#.*$/gm, "");
  return [...text.matchAll(/\btable\s+(?:(ip6?|inet)\s+)?([\w-]+)\s*\{/g)].flatMap((table) => {
    const [whole, family = "ip", name] = table;
    const tableBody = block(text, table.index + whole.length - 1);
    return [...tableBody.matchAll(/\bchain\s+([\w-]+)\s*\{/g)].flatMap((chain) => {
      const body = block(tableBody, chain.index + chain[0].length - 1);
      const closes = /\bpolicy\s+drop\b/.test(body) ||
        /^\s*(?:counter\s+)?(?:drop|reject)\b/m.test(body);
      return /\bhook\s+input\b/.test(body) && closes
        ? [{ place: `${family} ${name} ${chain[1]}`, body }]
        : [];
    });
  });
}

/** Whether a chain has a rule that accepts UDP to `port`. */
export function nftOpens({ body }: NftChain, port: number): boolean {
  return body.split(/[\n;]/).some((rule) => {
    const ports = /\b(?:udp|th)\s+dport\s+(?:\{([^}]*)\}|(\S+))/.exec(rule);
    return ports !== null && /\baccept\b/.test(rule) && portsInclude(ports[1] ?? ports[2]!, port);
  });
}

/** Whether a zone of firewalld (XML) lets UDP to `port` in. */
export function zoneOpens(zone: string, port: number): boolean {
  if (/<zone\b[^>]*\btarget="ACCEPT"/.test(zone)) return true;
  return [...zone.matchAll(/<port\b[^>]*>/g)].some(([tag]) =>
    /\bprotocol="udp"/.test(tag) && portsInclude(/\bport="([^"]*)"/.exec(tag)?.[1] ?? "", port)
  );
}
