/** English: sockets and addresses. */
import type { Text, Wording } from "../text.ts";

export const net = {
  "net.abort.cancelled": "the peer cancelled it",
  "net.abort.failed": "something failed at the peer",
  "net.abort.not-understood": "the peer did not understand it",
  "net.abort.superseded": "the peer has begun the same transfer anew",
  "net.abort.unsupported": "the peer's program does not know it",
  "net.abort.own": "it was given up",
  "net.stream-over": ({ reason }: { reason: Text }, { text }: Wording) =>
    `use stream: ${text(reason)}`,
  "net.bind.other-program": "another program has it",
  "net.bind": ({ port, reason }: { port: number; reason: Text }, { text }: Wording) =>
    `bind UDP port ${port}: ${text(reason)}`,
  "net.bind.other-program.hint": "choose another with --port (p2p ui: --listen); 0 is any free one",
  "net.bind.permission.hint": "ports below 1024 belong to the system",
  "net.connect": ({ where, reason }: { where: string; reason: Text }, { text }: Wording) =>
    `connect to ${where}: ${text(reason)}`,
  "net.connect.given-up": "given up",
  "net.connect.key-changed": "the peer's key has changed",
  "net.connect.no-answer": "no answer",
  "net.connect.no-answer.hint":
    "is 'p2p listen' or 'p2p chat' running there, and does the network let UDP through? 'p2p doctor --network' there tells",
  "net.connect.refused": "nothing listens there",
  "net.connect.self": "nobody but this program listens there",
  "net.connect.self.hint": "start 'p2p listen' there first, or name another address",
  "net.connect.versions": ({ versions }: { versions: string }) =>
    `the peer speaks other versions of the protocol (${versions})`,
  "net.connect.versions.hint": "bring the older of the two programs up to date",
  "net.datagram-size": ({ least, most }: { least: number; most: number }) =>
    `read P2P_DATAGRAM: not a number from ${least} to ${most}`,
  "net.doing.admit": "admit peer",
  "net.doing.handshake": "do handshake",
  "net.doing.receive": "receive datagrams",
  "net.doing.remember": "remember sessions",
  "net.doing.send": "send datagrams",
  "net.doing.take": "take event",
  "net.doing.wait": "wait for the network",
  "net.no-address": ({ given }: { given: string }) =>
    `read peer: "${given}" is no address or contact`,
  "net.no-address.hint": "write IP, IP:PORT, [IPv6]:PORT, a host name, or a contact's name",
  "net.no-host": ({ host }: { host: string }) => `find ${host}: no such host`,
  "net.no-host.hint": "if a contact is meant: p2p contact list shows their names",
  "net.no-port": ({ given }: { given: string }) => `read peer: "${given}" has no valid port`,
  "net.no-port.hint": "a port is a number from 1 to 65535",
} as const;
